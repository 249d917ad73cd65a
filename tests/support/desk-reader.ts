import { staff } from '~db/schema'
import type { RequestContext } from '~/platform/context.server'
import { csrfToken } from '~/platform/forms.server'
import type { Runtime } from '~/platform/runtime.server'
import { memberOf } from '~/staff/accounts.server'
import type { StaffMember } from '~/staff/accounts.server'
import type { Role } from '~/staff/roles'
import { openSession } from '~/staff/sessions.server'

/** Somebody who works at the desk, without a way to sign in. */
export async function deskMember(runtime: Runtime, name: string, role: Role = 'agent'): Promise<StaffMember> {
  const email = `${name.replace(' ', '.')}@spaak.example`.toLowerCase()
  const values = { email, name, role, createdAt: runtime.clock.now() }
  const [row] = await runtime.db.insert(staff).values(values).returning()
  if (!row) throw new Error('no staff')
  return memberOf(row)
}

/** The cookie of a session that this person just opened. */
export async function cookieOf(runtime: Runtime, member: StaffMember): Promise<string> {
  return (await openSession(runtime.db, runtime, member.id, null)).split(';')[0] ?? ''
}

type Sent = { cookie?: string; params?: Record<string, string>; form?: Record<string, string>; accept?: string }

/** What a loader (without `form`) or an action of the desk is called with; the form carries its token. */
export function deskCall(
  runtime: Runtime,
  path: string,
  { cookie = '', params = {}, form, accept = 'text/html' }: Sent = {},
) {
  const headers = { Accept: accept, Cookie: `csrf=desk-test; ${cookie}` }
  const url = `http://localhost:3000/desk/${path}`
  const body = form && new URLSearchParams({ csrf: csrfToken(runtime, 'desk-test'), ...form })
  const context: RequestContext = { runtime, nonce: '', csrf: '', clientAddress: '192.0.2.1', requestId: 'test' }
  return { request: new Request(url, body ? { headers, method: 'POST', body } : { headers }), params, context }
}
