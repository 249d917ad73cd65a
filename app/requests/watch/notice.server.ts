import { sql } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { assignment, pause, request, submission, watchNotice } from '~db/schema'
import type { Transaction } from '~db/client'
import type { WorkingCalendar } from '~/deadlines/calendar'
import { addWorkingDays, isWorkingDay } from '~/deadlines/working-days'
import type { OrganisationSettings } from '~/platform/organisation.server'

export type Audience = 'assignee' | 'group' | 'admins' | 'unassigned' | 'new_case'

/** Says in `days` that the due date has passed. */
const OVERDUE = -1

/** Farther than any row of holidays carries a due date beyond the stricter one. */
const holidayDays = 21

// Written out, not as a parameter, so that the planner sees that the partial index of the open cases fits.
const isOpen = sql`request.closed_at is null and request.state <> 'unverified'`

/**
 * Notes for each open case which of its days have come, once each: so many days before the stricter date (law.md), and
 * the day after the due date. A case whose clock stands still has no date that comes nearer. Noted by (case, audience,
 * days, day): a date that moves is noted anew.
 */
export async function noteDueDates(
  tx: Transaction,
  order: { today: Temporal.PlainDate; now: Temporal.Instant; organisation: OrganisationSettings },
): Promise<void> {
  const { today, now, organisation } = order
  const days: [Audience, number][] = [
    ...organisation['watch.assigneeDays'].map((before): [Audience, number] => ['assignee', before]),
    ...organisation['watch.groupDays'].map((before): [Audience, number] => ['group', before]),
    ...organisation['watch.adminDays'].map((before): [Audience, number] => ['admins', before]),
    ['assignee', OVERDUE],
    ['group', OVERDUE],
    ['admins', OVERDUE],
  ]
  const rows = sql.join(
    days.map(([audience, before]) => sql`(${audience}::text, ${before}::int)`),
    sql`, `,
  )
  const horizon = today.add({ days: Math.max(...days.map(([, before]) => before)) + holidayDays })
  await tx.execute(sql`
    insert into ${watchNotice} (request_id, audience, days, on_day, at)
    select request.id, told.audience, told.days, seen.on_day, ${now.toString()}::timestamptz
    from ${request} as request
    cross join (values ${rows}) as told (audience, days)
    cross join lateral (select
      case when told.days < 0 then request.due_on else request.strict_due_on end as on_day) as seen
    where ${isOpen} and request.due_on <= ${horizon.toString()}::date
      and seen.on_day - told.days <= ${today.toString()}::date
      and not exists (select 1 from ${pause} as pause where pause.request_id = request.id and pause.until_on is null
        and pause.from_on <= request.due_on)
      and not exists (select 1 from ${watchNotice} as known where known.request_id = request.id
        and known.audience = told.audience and known.days = told.days and known.on_day = seen.on_day)
    on conflict do nothing`)
}

/** Notes which cases have been nobody's for so many working days, since they came in or were handed back. */
export async function noteUnassigned(
  tx: Transaction,
  order: {
    today: Temporal.PlainDate
    now: Temporal.Instant
    organisation: OrganisationSettings
    calendar: WorkingCalendar
  },
): Promise<void> {
  const { today, now, organisation, calendar } = order
  const workingDays = organisation['watch.unassignedWorkingDays']
  const latest = latestStart(calendar, today, workingDays)
  await tx.execute(sql`
    insert into ${watchNotice} (request_id, audience, days, on_day, at)
    select request.id, 'unassigned', ${workingDays}::int, seen.on_day, ${now.toString()}::timestamptz
    from ${request} as request
    join ${submission} as submission on submission.id = request.submission_id
    cross join lateral (select max(at) as at from ${assignment} as assignment where assignment.request_id = request.id) as last
    cross join lateral (select (greatest(last.at, case when request.channel = 'portal' then request.verified_at end,
      submission.created_at) at time zone ${organisation['organisation.zone']}::text)::date as on_day) as seen
    where request.assignee_id is null and ${isOpen} and request.state <> 'executing'
      and seen.on_day <= ${latest.toString()}::date
      and not exists (select 1 from ${watchNotice} as known where known.request_id = request.id
        and known.audience = 'unassigned' and known.on_day = seen.on_day)
    on conflict do nothing`)
}

/** The latest day after which, up to and including today, so many working days have come. */
export function latestStart(
  calendar: WorkingCalendar,
  today: Temporal.PlainDate,
  workingDays: number,
): Temporal.PlainDate {
  const worked = isWorkingDay(calendar, today) ? today : addWorkingDays(calendar, today, -1)
  return addWorkingDays(calendar, worked, 1 - workingDays).subtract({ days: 1 })
}

export type Told = {
  id: string
  reference: string
  kind: string
  dueOn: Temporal.PlainDate
  assigneeId: string | null
  audiences: Audience[]
  /** Which notices these are, for the mail's idempotency key. */
  key: string
}

/** Takes up every notice that waits, by case. Of a case that is closed, or came into somebody's hands, less is to say. */
export async function takeNotices(tx: Transaction, now: Temporal.Instant): Promise<Told[]> {
  const rows = await tx.execute<{
    id: string
    reference: string
    kind: string
    dueOn: string
    assigneeId: string | null
    audiences: string
    key: string
  }>(sql`
    with told as (
      update ${watchNotice} set told_at = ${now.toString()}::timestamptz where told_at is null
      returning request_id, audience, days, on_day
    )
    select request.id, request.reference, request.kind, request.due_on::text as "dueOn",
      request.assignee_id as "assigneeId", string_agg(distinct told.audience, ',') as audiences,
      request.id || ':' || string_agg(told.audience || '.' || told.days || '.' || told.on_day, ',' order by told.audience, told.days, told.on_day)
        as key
    from told join ${request} as request on request.id = told.request_id
    where ${isOpen} group by request.id order by request.due_on, request.id`)
  return rows.map((row) => ({
    ...row,
    dueOn: Temporal.PlainDate.from(row.dueOn),
    audiences: (row.audiences.split(',') as Audience[]).filter(
      (audience) => row.assigneeId === null || (audience !== 'new_case' && audience !== 'unassigned'),
    ),
  }))
}
