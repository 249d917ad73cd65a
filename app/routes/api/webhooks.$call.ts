import type { ActionFunctionArgs } from '@remix-run/node'
import { receiveAnswer } from '~/erasure/elsewhere/receive.server'
import { rateLimiter } from '~/platform/rate-limit.server'
import { inTransaction } from '~/platform/runtime.server'
import { bounded } from './json-body.server'
import { Problem, problem } from './problem.server'

/** So many answers that are not signed, for one address. */
const unsigned = { name: 'webhook-unsigned', points: 60, seconds: 60 }

/** As large as what a service may answer at once. */
const limit = 8 * 1024 * 1024

export const loader = () => problem('method-not-allowed', {}, { Allow: 'POST' })

/** Where services answer later: no token, but the system's own signature (Standard Webhooks). */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { runtime, clientAddress } = context
  try {
    if (request.method !== 'POST') return loader()
    const strangers = rateLimiter(runtime.db, unsigned)
    const stranger = Buffer.from(runtime.keys.hmac('index', `webhook:${clientAddress}`)).toString('base64url')
    const looked = await strangers.look(stranger)
    if (!looked.ok) return problem('too-many', {}, { 'Retry-After': String(looked.retryAfterSeconds) })
    const callId = params['call'] ?? ''
    const body = await bounded(request, limit)
    const header = (name: string) => request.headers.get(name)
    const signed = {
      id: header('webhook-id'),
      timestamp: header('webhook-timestamp'),
      signature: header('webhook-signature'),
    }
    const received = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(callId)
      ? await inTransaction(runtime, (tx) => receiveAnswer(tx, runtime, { callId, signed, body }))
      : ({ ok: false, reason: 'unsigned' } as const)
    if (received.ok) return new Response(null, { status: 204 })
    if (received.reason === 'unsigned') await strangers.take(stranger)
    return problem(received.reason === 'unsigned' ? 'unsigned' : 'invalid-request')
  } catch (error) {
    if (error instanceof Problem) return problem(error.problem, error.more, error.headers)
    runtime.log.error({ err: error, requestId: context.requestId }, 'an answer of a service failed')
    return problem('unexpected', { requestId: context.requestId })
  }
}
