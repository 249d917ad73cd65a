import { and, desc, eq, gt, ne, sql } from 'drizzle-orm'
import { staffSession } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'

/** The open sessions of an account, newest first. */
export function sessionsOf(db: Executor, staffId: string) {
  return (
    db
      .select({
        id: staffSession.id,
        createdAt: staffSession.createdAt,
        lastSeenAt: staffSession.lastSeenAt,
        browser: staffSession.browser,
      })
      .from(staffSession)
      // Their ends are written by the session library, which asks the machine for the time.
      .where(and(eq(staffSession.userId, staffId), gt(staffSession.expiresAt, sql`now()`)))
      .orderBy(desc(staffSession.createdAt))
  )
}

/** Ends one of one's own sessions, or (`which` null) all but the present one. Answers how many ended. */
export async function revokeSessions(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { staffId, present, which }: { staffId: string; present: string; which: string | null },
): Promise<number> {
  const chosen = which === null ? ne(staffSession.id, present) : eq(staffSession.id, which)
  const ended = await tx
    .delete(staffSession)
    .where(and(eq(staffSession.userId, staffId), chosen))
    .returning({ id: staffSession.id })
  if (ended.length > 0)
    await appendEvidence(tx, runtime, {
      actor: { kind: 'staff', id: staffId },
      verb: 'staff.sessions_ended',
      data: { sessions: ended.length },
    })
  return ended.length
}
