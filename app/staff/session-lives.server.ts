import { and, eq, isNull, sql } from 'drizzle-orm'
import { staff, staffSession } from '~db/schema'
import type { Runtime } from '~/platform/runtime.server'
import { may } from './permissions'
import type { Permission } from './permissions'
import { isRole } from './roles'
import { longestHours } from './sessions.server'
import type { StaffSession } from './sessions.server'

/**
 * Whether a session that something long hangs on (a line with events) still stands, and its holder still may. Unlike
 * reading it for a request, asking does not count as using it: a page that lies open does not prolong it.
 */
export async function sessionLives(
  runtime: Pick<Runtime, 'db' | 'clock'>,
  session: Pick<StaffSession, 'id'>,
  permission: Permission,
): Promise<boolean> {
  const [found] = await runtime.db
    .select({ role: staff.role, createdAt: staffSession.createdAt })
    .from(staffSession)
    .innerJoin(staff, eq(staff.id, staffSession.userId))
    .where(and(eq(staffSession.id, session.id), isNull(staff.disabledAt), sql`${staffSession.expiresAt} > now()`))
  if (!found || !isRole(found.role) || !may(found.role, permission)) return false
  return found.createdAt.until(runtime.clock.now()).total('hours') < longestHours
}
