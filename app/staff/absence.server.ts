import { and, asc, eq, gte, isNull } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { absence } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import { findStaff, reachableStaff } from './accounts.server'
import type { StaffMember, StaffRow } from './accounts.server'
import { may } from './permissions'
import { isRole, roles } from './roles'

export type Absence = typeof absence.$inferSelect

const day = z.iso.date().transform((value) => Temporal.PlainDate.from(value))

/** As the form sends it; no deputy: empty. */
export const absenceSchema = z.object({
  fromOn: day,
  untilOn: day,
  deputyId: z.union([z.literal(''), z.uuid()]).transform((value) => value || null),
})

export type AbsenceRefusal = 'unknown_staff' | 'ends_before_it_begins' | 'already_over' | 'unknown_deputy'

/** The day on which it is now in the organisation's zone. */
export async function staffToday(db: Executor, runtime: Pick<Runtime, 'clock'>): Promise<Temporal.PlainDate> {
  const zone = (await readOrganisation(db))['organisation.zone']
  return runtime.clock.now().toZonedDateTimeISO(zone).toPlainDate()
}

/** Whoever stands in for somebody has to be allowed to do their work: an agent's cases, an approver's plans. */
export async function possibleDeputies(db: Executor, member: Pick<StaffRow, 'id' | 'role'>): Promise<StaffRow[]> {
  const { role } = member
  if (!isRole(role)) return []
  const capable = roles.filter((other) =>
    (['case.work', 'plan.approve'] as const).every((each) => !may(role, each) || may(other, each)),
  )
  return (await reachableStaff(db, capable)).filter((other) => other.id !== member.id)
}

/**
 * Records that somebody is away from a day up to and including another, and who gets their mails meanwhile. One absence a
 * person: a new one takes the place of the one that is there or to come.
 */
export async function recordAbsence(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { staffId: string; by: StaffMember } & z.infer<typeof absenceSchema>,
): Promise<{ ok: true } | { ok: false; reason: AbsenceRefusal }> {
  const { staffId, fromOn, untilOn, deputyId } = order
  const member = await findStaff(tx, staffId)
  if (!member || member.disabledAt) return { ok: false, reason: 'unknown_staff' }
  if (Temporal.PlainDate.compare(untilOn, fromOn) < 0) return { ok: false, reason: 'ends_before_it_begins' }
  const today = await staffToday(tx, runtime)
  if (Temporal.PlainDate.compare(untilOn, today) < 0) return { ok: false, reason: 'already_over' }
  const deputies = deputyId ? await possibleDeputies(tx, member) : []
  if (deputyId && !deputies.some((deputy) => deputy.id === deputyId)) return { ok: false, reason: 'unknown_deputy' }
  await endPresent(tx, runtime, staffId)
  await tx.insert(absence).values({ staffId, fromOn, untilOn, deputyId, at: runtime.clock.now() })
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: order.by.id },
    verb: 'staff.absent',
    data: { staff: staffId, from: fromOn.toString(), until: untilOn.toString(), deputy: deputyId },
  })
  return { ok: true }
}

/** Somebody is back, or does not go away after all. Answers false when they were not away. */
export async function endAbsence(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { staffId, by }: { staffId: string; by: StaffMember },
): Promise<boolean> {
  if (!(await endPresent(tx, runtime, staffId))) return false
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: by.id },
    verb: 'staff.back',
    data: { staff: staffId },
  })
  return true
}

async function endPresent(tx: Transaction, runtime: Pick<Runtime, 'clock'>, staffId: string): Promise<boolean> {
  const ended = await tx
    .update(absence)
    .set({ endedAt: runtime.clock.now() })
    .where(and(eq(absence.staffId, staffId), isNull(absence.endedAt)))
    .returning({ id: absence.id })
  return ended.length > 0
}

/** The absences that last or are to come on a day, by person; at most one each. */
export async function presentAbsences(db: Executor, today: Temporal.PlainDate): Promise<Map<string, Absence>> {
  const rows = await db
    .select()
    .from(absence)
    .where(and(isNull(absence.endedAt), gte(absence.untilOn, today)))
    .orderBy(asc(absence.at))
  return new Map(rows.map((row) => [row.staffId, row]))
}

/** Whether an absence lasts on a day: from its first up to and including its last. */
export function lastsOn({ fromOn, untilOn }: Pick<Absence, 'fromOn' | 'untilOn'>, day: Temporal.PlainDate): boolean {
  return Temporal.PlainDate.compare(fromOn, day) <= 0 && Temporal.PlainDate.compare(day, untilOn) <= 0
}
