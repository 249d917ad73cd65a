import type { RequestContext } from '~/platform/context.server'
import { csrfToken } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import { findStaffByEmail, memberOf } from '~/staff/accounts.server'
import type { StaffMember } from '~/staff/accounts.server'
import { acceptInvitation, inviteStaff } from '~/staff/invite.server'
import type { Role } from '~/staff/roles'
import { signIn } from '~/staff/sign-in.server'
import type { TestRuntime } from './runtime'

/** What everybody who was made here signs in with. */
export const deskPassword = 'vlinder-tandem-kruiwagen-91'

export type Answer = { status: number; to: string | null; headers: Headers; bytes: Uint8Array; data: unknown }

export type DeskVisitor = {
  member: StaffMember
  /** Calls a loader (without body) or an action singly, as Remix may. */
  call(handler: unknown, params: Record<string, string>, body?: Record<string, string> | FormData): Promise<Answer>
}

/** Somebody with an account who is signed in at the desk, in a browser of their own. */
export async function deskVisitor(own: TestRuntime, role: Role, name: string = role): Promise<DeskVisitor> {
  const { runtime } = own
  const email = `${name.toLowerCase().replace(/\W+/g, '.')}@spaak.example`
  const invited = await inTransaction(runtime, (tx) =>
    inviteStaff(tx, runtime, { email, name, role, language: 'nl', by: null, organisation: 'De Spaak' }),
  )
  if (!invited.ok) throw new Error(invited.reason)
  await inTransaction(runtime, (tx) =>
    acceptInvitation(tx, runtime, { token: invited.token, password: deskPassword, passwordAgain: deskPassword }),
  )
  const request = new Request('http://localhost:3000/desk')
  const signedIn = await signIn(runtime, request, { email, password: deskPassword, clientAddress: '127.0.0.1' })
  const row = await findStaffByEmail(runtime.db, email)
  if (!signedIn.ok || !row) throw new Error('nobody could sign in')
  const session = signedIn.cookies.map((cookie) => cookie.split(';')[0]).join('; ')
  return { member: memberOf(row), call: caller(own, `csrf=desk-test; ${session}`) }
}

type Handler = (args: { request: Request; params: Record<string, string>; context: RequestContext }) => Promise<unknown>

/** Calls loaders and actions with a browser's cookies. */
export function caller({ runtime }: TestRuntime, cookies: string): DeskVisitor['call'] {
  return async (handler, params, body) => {
    const csrf = csrfToken(runtime, 'desk-test')
    if (body instanceof FormData && !body.has('csrf')) body.set('csrf', csrf)
    const init = body
      ? { method: 'POST', body: body instanceof FormData ? body : new URLSearchParams({ csrf, ...body }) }
      : {}
    const url = `http://localhost:3000/${params['path'] ?? 'desk/x'}`
    const request = new Request(url, { headers: { Cookie: cookies }, ...init })
    const context = { runtime, nonce: 'n', csrf, clientAddress: '127.0.0.1', requestId: 'r' }
    const answer = await (handler as Handler)({ request, params, context }).catch((thrown: unknown) => {
      if (thrown instanceof Response) return thrown
      throw thrown
    })
    if (answer instanceof Response)
      return {
        status: answer.status,
        to: answer.headers.get('Location'),
        headers: answer.headers,
        bytes: new Uint8Array(await answer.arrayBuffer()),
        data: null,
      }
    const wrapped = answer as { data?: unknown; init?: ResponseInit | null } | null
    const isWrapped = wrapped !== null && 'init' in wrapped
    return {
      status: (isWrapped && wrapped.init?.status) || 200,
      to: null,
      headers: new Headers(isWrapped ? wrapped.init?.headers : {}),
      bytes: new Uint8Array(),
      data: isWrapped ? wrapped.data : answer,
    }
  }
}
