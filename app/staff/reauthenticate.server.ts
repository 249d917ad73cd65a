import type { Runtime } from '~/platform/runtime.server'
import { markAuthenticated } from './sessions.server'
import type { StaffSession } from './sessions.server'
import { checkPassword } from './sign-in.server'

/** How long a password that was given counts as "just now". */
export const freshForMinutes = 15

export type PresenceRefusal =
  | { ok: false; reason: 'password_needed' | 'wrong_password' }
  | { ok: false; reason: 'too_many'; retryAfterSeconds: number }

/** Whether the password was given in this session within the last quarter of an hour. */
export function isFresh(runtime: Pick<Runtime, 'clock'>, session: StaffSession): boolean {
  return session.authenticatedAt.until(runtime.clock.now()).total('minutes') <= freshForMinutes
}

/**
 * Before approving, executing and unmasking: the person gave the password in the last quarter of an hour, or gives it
 * now (`password`, empty when the form had no such field).
 */
export async function confirmPresence(
  runtime: Pick<Runtime, 'db' | 'keys' | 'clock'>,
  session: StaffSession,
  { password, clientAddress }: { password: string; clientAddress: string },
): Promise<{ ok: true } | PresenceRefusal> {
  if (password === '') return isFresh(runtime, session) ? { ok: true } : { ok: false, reason: 'password_needed' }
  const checked = await checkPassword(runtime, { email: session.staff.email, password, clientAddress })
  if (!checked.ok) return checked.reason === 'wrong' ? { ok: false, reason: 'wrong_password' } : checked
  await markAuthenticated(runtime.db, runtime, session.id)
  return { ok: true }
}
