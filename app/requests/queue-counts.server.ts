import { sql } from 'drizzle-orm'
import type { Database, Transaction } from '~db/client'
import { queueBucket, queueChange } from '~db/schema'
import { endOfWeek } from '~/deadlines/days-left'
import type { Schedule, Task } from '~/jobs/task.server'
import { inTransaction } from '~/platform/runtime.server'
import { NOBODY } from './queue-change.server'
import type { QueueView } from './queue-views'
import type { QueueReader } from './queue.server'

/** The changes that no bucket holds yet, seen by each of the facets. */
export const waitingChanges = sql`
  select facet, value, change."by" as count from ${queueChange} as change
  cross join lateral (values ('state', change.state), ('due', change.due_on::text), ('assignee', change.assignee_id::text))
    as seen (facet, value)`

/**
 * How many open cases stand in each view: the buckets and the changes since, in one snapshot, so that no request is
 * counted at the moment of looking.
 */
export async function countViews(
  db: Database,
  { today, staffId }: QueueReader,
): Promise<Record<Exclude<QueueView, 'closed'>, number>> {
  const count = (facet: string, where = sql`true`) =>
    sql`coalesce(sum(count) filter (where facet = ${facet} and ${where}), 0)::int`
  const [sums] = await db.execute<Record<Exclude<QueueView, 'closed'>, number>>(sql`
    select ${count('state')} as "all",
      ${count('assignee', sql`value = ${staffId}`)} as mine,
      ${count('assignee', sql`value = ${NOBODY}`)} as unassigned,
      ${count('due', sql`value between ${today.toString()} and ${endOfWeek(today).toString()}`)} as week,
      ${count('due', sql`value < ${today.toString()}`)} as overdue,
      ${count('state', sql`value = 'awaiting_approval'`)} as approval,
      ${count('state', sql`value = 'awaiting_subject'`)} as waiting
    from (select facet, value, count from ${queueBucket} union all ${waitingChanges}) as counted`)
  if (!sums) throw new Error('A sum without a group has one row')
  return { ...sums }
}

/** How many changes one statement adds to the buckets at most. */
const atOnce = 50_000

/**
 * Adds the changes to the buckets and removes them, in one statement: a reader sees each of them in one of the two. Two
 * at once: the second takes what the first left.
 */
export async function addChangesToBuckets(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('privacybalie.queue_bucket'))`)
  await tx.execute(sql`
    with change as (
      delete from ${queueChange} where id in (select id from ${queueChange} order by id limit ${atOnce}) returning *
    )
    insert into ${queueBucket} as bucket (facet, value, count)
    select facet, value, sum(change."by") from change
    cross join lateral (values ('state', change.state), ('due', change.due_on::text), ('assignee', change.assignee_id::text))
      as seen (facet, value)
    group by facet, value having sum(change."by") <> 0
    on conflict (facet, value) do update set count = bucket.count + excluded.count`)
  await tx.execute(sql`delete from ${queueBucket} where count = 0`)
}

const addChanges: Task = {
  name: 'requests.add_changes_to_buckets',
  run: (runtime) => inTransaction(runtime, addChangesToBuckets),
}

export const queueTasks: Task[] = [addChanges]

/** Every minute: what a minute's moves leave is quickly summed by every page. */
export const queueSchedule: Schedule[] = [{ task: addChanges.name, cron: '* * * * *' }]
