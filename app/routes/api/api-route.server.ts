import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { answerOnce } from '~/platform/answer-once.server'
import type { Answer } from '~/platform/answer-once.server'
import { rateLimiter } from '~/platform/rate-limit.server'
import type { Runtime } from '~/platform/runtime.server'
import type { Transaction } from '~db/client'
import { findByReference } from '~/requests/case-view.server'
import type { RequestRow } from '~/requests/move.server'
import { authenticateToken } from '~/staff/api-token.server'
import type { TokenBearer } from '~/staff/api-token.server'
import { apiRoutePermissions, may } from '~/staff/permissions'
import type { ApiPermission } from '~/staff/permissions'
import { readJson } from './json-body.server'
import { Problem, problem, problemBody, statusOf } from './problem.server'

export type ApiCall = {
  runtime: Runtime
  request: Request
  url: URL
  params: Record<string, string | undefined>
  bearer: TokenBearer
}
export type ApiWrite = ApiCall & { tx: Transaction; body: unknown }

type Path = keyof typeof apiRoutePermissions
type Handlers = {
  /** GET: anything that can be answered, JSON by default. */
  read?: (call: ApiCall) => Promise<Response | Answer>
  /** POST: one transaction, once per Idempotency-Key. Throwing Problem rolls it back. */
  write?: (call: ApiWrite) => Promise<Answer>
}

/** So many calls a minute for one token, and so many wrong tokens for one address. */
const calls = { name: 'api', points: 600, seconds: 60 }
const wrongTokens = { name: 'api-token', points: 60, seconds: 60 }

/** A resource of the API: `loader` and `action` that authorise by the table in staff/permissions.ts, and answer in JSON. */
export function apiRoute(path: Path, handlers: Handlers) {
  const allowed: { read?: ApiPermission; write?: ApiPermission } = apiRoutePermissions[path]
  const respond = async (args: LoaderFunctionArgs | ActionFunctionArgs): Promise<Response> => {
    const { request, context } = args
    try {
      const isRead = request.method === 'GET' || request.method === 'HEAD'
      const handler = isRead ? handlers.read : request.method === 'POST' ? handlers.write : undefined
      if (!handler) return problem('method-not-allowed', {}, { Allow: allowedMethods(handlers) })
      const bearer = await authorise(args, isRead ? allowed.read : allowed.write)
      const call = { runtime: context.runtime, request, url: new URL(request.url), params: args.params, bearer }
      const answer = isRead ? await handlers.read?.(call) : handlers.write && (await writeOnce(call, handlers.write))
      if (!answer) return problem('method-not-allowed')
      return answer instanceof Response ? answer : jsonAnswer(answer)
    } catch (error) {
      if (error instanceof Problem) return problem(error.problem, error.more, error.headers)
      context.runtime.log.error({ err: error, requestId: context.requestId }, 'API call failed')
      return problem('unexpected', { requestId: context.requestId })
    }
  }
  return { loader: respond, action: respond }
}

function allowedMethods({ read, write }: Handlers): string {
  return [...(read ? ['GET', 'HEAD'] : []), ...(write ? ['POST'] : [])].join(', ')
}

function jsonAnswer({ status, body }: Answer): Response {
  const type = status >= 400 ? 'application/problem+json' : 'application/json'
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': type } })
}

async function authorise(
  { request, context }: LoaderFunctionArgs,
  asked: ApiPermission | undefined,
): Promise<TokenBearer> {
  if (!asked || asked === 'open') throw new Problem('forbidden')
  const { runtime, clientAddress } = context
  const strangers = rateLimiter(runtime.db, wrongTokens)
  const stranger = Buffer.from(runtime.keys.hmac('index', `api:${clientAddress}`)).toString('base64url')
  const looked = await strangers.look(stranger)
  if (!looked.ok) throw tooMany(looked.retryAfterSeconds)
  const checked = await authenticateToken(runtime, request.headers.get('Authorization'), asked.scope)
  if (!checked.ok) {
    if (checked.reason === 'scope_missing') throw new Problem('forbidden', { scope: asked.scope })
    await strangers.take(stranger)
    throw new Problem('unauthorised', {}, { 'WWW-Authenticate': 'Bearer' })
  }
  const taken = await rateLimiter(runtime.db, calls).take(checked.bearer.tokenId)
  if (!taken.ok) throw tooMany(taken.retryAfterSeconds)
  if (!may(checked.bearer.staff.role, asked.permission)) throw new Problem('forbidden')
  return checked.bearer
}

function tooMany(seconds: number): Problem {
  return new Problem('too-many', {}, { 'Retry-After': String(seconds) })
}

async function writeOnce(call: ApiCall, write: NonNullable<Handlers['write']>): Promise<Answer> {
  const key = call.request.headers.get('Idempotency-Key')
  if (key !== null && !/^[\x21-\x7e]{1,200}$/.test(key))
    throw new Problem('invalid-request', {
      errors: [{ field: 'Idempotency-Key', message: 'has to be 1 to 200 visible ASCII characters' }],
    })
  const { text, value } = await readJson(call.request)
  const order = { holder: call.bearer.tokenId, key, call: `POST ${call.url.pathname}\n${text}` }
  const once = await answerOnce(call.runtime, order, async (tx) => {
    try {
      return await write({ ...call, tx, body: value })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return { status: statusOf(error.problem), body: problemBody(error.problem, error.more) }
    }
  })
  if (!once.ok) throw new Problem('key-reused')
  return { status: once.status, body: once.body }
}

/** The request that an address names. Throws Problem 404. */
export async function requestAt({ runtime, params }: Pick<ApiCall, 'runtime' | 'params'>): Promise<RequestRow> {
  const row = await findByReference(runtime.db, params['reference'] ?? '')
  if (!row) throw new Problem('not-found')
  return row
}
