import { sql } from 'drizzle-orm'
import { queueChange } from '~db/schema'
import type { Transaction } from '~db/client'
import { together } from '~/platform/together'
import { isOpen } from './lifecycle'
import type { RequestState } from './lifecycle'
import type { RequestRow } from './move.server'

/** Stands for "nobody" where a column can't be empty. */
export const NOBODY = '00000000-0000-0000-0000-000000000000'

/** On this channel PostgreSQL tells every web process which case changed: `new` or `changed`, a space, the reference. */
export const queueChannel = 'privacybalie_queue'

type Place = Pick<RequestRow, 'reference' | 'state' | 'dueOn' | 'assigneeId'>

/**
 * Records that a case came into the queue (`before` null), went or changed, and tells whoever looks at the queue once the
 * transaction stands. Nobody is told of a case whose sender is not confirmed, since no list shows it. Rows are only
 * added: a counter that every move rewrote would make them wait for each other, and lock in a circle.
 */
export async function recordQueueChange(tx: Transaction, before: Place | null, after: Place): Promise<void> {
  const [from, to] = [placeOf(before), placeOf(after)]
  const moved = from?.state !== to?.state || from?.assigneeId !== to?.assigneeId || !sameDay(from, to)
  const changes = moved ? [...(from ? [{ ...from, by: -1 }] : []), ...(to ? [{ ...to, by: 1 }] : [])] : []
  const news = `${from ? 'changed' : 'new'} ${after.reference}`
  await together([
    changes.length > 0 ? tx.insert(queueChange).values(changes) : null,
    from || to ? tx.execute(sql`select pg_notify(${queueChannel}, ${news})`) : null,
  ])
}

function placeOf(row: Place | null) {
  if (!row || !isOpen(row.state as RequestState)) return null
  return { state: row.state, dueOn: row.dueOn, assigneeId: row.assigneeId ?? NOBODY }
}

function sameDay(from: ReturnType<typeof placeOf>, to: ReturnType<typeof placeOf>): boolean {
  return from && to ? from.dueOn.equals(to.dueOn) : from === to
}
