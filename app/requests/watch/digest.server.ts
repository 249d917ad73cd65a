import { sql } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { request, watchDigest } from '~db/schema'
import type { Transaction } from '~db/client'
import type { StaffRow } from '~/staff/accounts.server'
import { may } from '~/staff/permissions'
import { standsInFor } from '~/staff/reach.server'
import type { Reach } from '~/staff/reach.server'
import { isRole } from '~/staff/roles'
import { NOBODY } from '../queue-change.server'
import { longestList } from './lines'
import type { Line } from './lines'

/** What a person has to know of the day: their cases that press, how many more there are, and the counts. */
export type Digest = {
  lines: Line[]
  /** Cases of theirs that press, with those that `lines` leaves out. */
  pressing: number
  counts: { overdue: number; today: number; week: number; waiting: number; approval: number; unassigned: number }
}

/** A case presses when its stricter date comes within so many days. */
const soonDays = 7

const isOpen = sql`request.closed_at is null and request.state <> 'unverified'`

type Counted = { assigneeId: string; overdue: number; today: number; week: number; waiting: number }
type Pressing = Line & { assigneeId: string }

/**
 * The digest of this day for each person who is there and has something to read, in the first round of the day; the rows that say so
 * are written, so that a later round, or a second worker, finds it told.
 */
export async function takeDigests(
  tx: Transaction,
  order: { reach: Reach; now: Temporal.Instant; news: ReadonlySet<string> },
): Promise<Map<string, Digest>> {
  const { reach, now, news } = order
  if (!(await markTold(tx, { staffId: NOBODY, day: reach.today, at: now }))) return new Map()
  const counted = new Map((await countOwn(tx, reach.today)).map((row) => [row.assigneeId, row]))
  const pressing = await listPressing(tx, reach.today)
  const [approval, unassigned] = await countShared(tx)
  const digests = new Map<string, Digest>()
  for (const member of reach.staff.values()) {
    const whose = standsInFor(reach, member.id)
    if (whose.length === 0) continue
    const sum = (of: 'overdue' | 'today' | 'week' | 'waiting') =>
      whose.reduce((total, id) => total + (counted.get(id)?.[of] ?? 0), 0)
    const counts = {
      overdue: sum('overdue'),
      today: sum('today'),
      week: sum('week'),
      waiting: sum('waiting'),
      approval: mayDo(member, 'plan.approve') ? approval : 0,
      unassigned: 0,
    }
    const empty = Object.values(counts).every((count) => count === 0) && !news.has(member.id)
    if (empty) continue
    if (!(await markTold(tx, { staffId: member.id, day: reach.today, at: now }))) continue
    digests.set(member.id, {
      lines: pressing.filter(({ assigneeId }) => whose.includes(assigneeId)),
      pressing: counts.overdue + counts.today + counts.week,
      counts: { ...counts, unassigned: mayDo(member, 'case.work') ? unassigned : 0 },
    })
  }
  return digests
}

/** The row of nobody says that this day's digests were made. Answers false when the row was there. */
async function markTold(tx: Transaction, row: typeof watchDigest.$inferInsert): Promise<boolean> {
  const told = await tx.insert(watchDigest).values(row).onConflictDoNothing().returning({ day: watchDigest.day })
  return told.length > 0
}

const mayDo = (member: StaffRow, what: 'plan.approve' | 'case.work') => isRole(member.role) && may(member.role, what)

const presses = (today: Temporal.PlainDate) =>
  sql`(request.due_on <= ${today.toString()}::date or request.strict_due_on <= ${today.add({ days: soonDays }).toString()}::date)`

async function countOwn(tx: Transaction, today: Temporal.PlainDate): Promise<Counted[]> {
  const day = sql`${today.toString()}::date`
  return tx.execute<Counted>(sql`
    select request.assignee_id as "assigneeId",
      count(*) filter (where request.due_on < ${day})::int as overdue,
      count(*) filter (where request.due_on = ${day})::int as today,
      count(*) filter (where request.due_on > ${day} and ${presses(today)})::int as week,
      count(*) filter (where request.state = 'awaiting_subject')::int as waiting
    from ${request} as request where ${isOpen} and request.assignee_id is not null group by request.assignee_id`)
}

/** Of each person the first cases that press. */
async function listPressing(tx: Transaction, today: Temporal.PlainDate): Promise<Pressing[]> {
  const rows = await tx.execute<Omit<Pressing, 'dueOn' | 'why'> & { dueOn: string }>(sql`
    select "assigneeId", id, reference, kind, "dueOn" from (
      select request.assignee_id as "assigneeId", request.id, request.reference, request.kind, request.due_on::text as "dueOn",
        row_number() over (partition by request.assignee_id order by request.due_on, request.id) as place
      from ${request} as request where ${isOpen} and request.assignee_id is not null and ${presses(today)}
    ) as numbered where place <= ${longestList} order by "dueOn", id`)
  return rows.map((row) => ({ ...row, dueOn: Temporal.PlainDate.from(row.dueOn), why: 'due' }))
}

/** How many cases wait for an approval, and how many are nobody's. */
async function countShared(tx: Transaction): Promise<[number, number]> {
  const [row] = await tx.execute<{ approval: number; unassigned: number }>(sql`
    select (select count(*)::int from ${request} as request where request.state = 'awaiting_approval') as approval,
      (select count(*)::int from ${request} as request where ${isOpen} and request.assignee_id is null
        and request.state <> 'executing') as unassigned`)
  return [row?.approval ?? 0, row?.unassigned ?? 0]
}
