import { redirect } from '@remix-run/node'
import type { RequestContext } from '~/platform/context.server'
import { may } from './permissions'
import type { Permission } from './permissions'
import { readSession } from './sessions.server'
import type { StaffSession } from './sessions.server'

/**
 * The first line of every desk loader and action: who is signed in, and may they do this? Nobody signed in: thrown to
 * the sign-in page, with the way back; the wrong role: 403.
 */
export async function requireStaff(
  request: Request,
  context: Pick<RequestContext, 'runtime'>,
  permission: Permission,
): Promise<StaffSession> {
  const session = await readSession(context.runtime, request)
  if (!session) {
    const { pathname, search } = new URL(request.url)
    // A form that was sent can't be sent again from the sign-in page: the way back is the page that it stood on.
    const next = request.method === 'GET' ? pathname.replace(/\.data$/, '') + search : pathname
    throw redirect(`/desk/login?next=${encodeURIComponent(next)}`, 303)
  }
  if (!may(session.staff.role, permission)) throw new Response(null, { status: 403 })
  return session
}

/** A way back that stays inside the desk, whatever `next` says. */
export function safeNext(next: string | null): string {
  if (!next || !/^\/desk(?:[/?#]|$)/.test(next) || next.includes('\\')) return '/desk'
  const url = new URL(next, 'https://desk.invalid')
  if (url.origin !== 'https://desk.invalid' || !/^\/desk(\/|$)/.test(url.pathname)) return '/desk'
  return url.pathname + url.search
}
