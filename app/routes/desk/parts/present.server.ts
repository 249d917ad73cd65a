import { redirect } from '@remix-run/node'
import type { RequestContext } from '~/platform/context.server'
import { isFresh } from '~/staff/reauthenticate.server'
import type { StaffSession } from '~/staff/sessions.server'

/** Sends whoever last showed who they are more than a quarter of an hour ago to do so again, and back to `page`. */
export function sureOfPresence(context: Pick<RequestContext, 'runtime'>, session: StaffSession, page: string): void {
  if (!isFresh(context.runtime, session)) throw redirect(`/desk/presence?next=${encodeURIComponent(page)}`, 303)
}
