import { and, asc, eq, sql } from 'drizzle-orm'
import { request, savedView } from '~db/schema'
import type { Database, Executor, Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { conditionsOf } from './queue.server'
import type { QueueReader } from './queue.server'
import { filterParameters, queueQuerySchema } from './queue-views'

/** So many views a person keeps at most; each of them is counted when the queue is shown. */
const viewsOfOne = 12
export const longestViewName = 60
/** A view is counted up to here: what has more says so. */
export const countedAtMost = 99

export type SavedView = { id: string; name: string; parameters: string }
export type ViewRefusal =
  'name_missing' | 'name_too_long' | 'name_taken' | 'too_many_views' | 'no_filters' | 'unknown_view'
type Kept = { ok: true; id: string } | { ok: false; reason: ViewRefusal }

export function savedViewsOf(db: Executor, staffId: string): Promise<SavedView[]> {
  const { id, name, parameters } = savedView
  return db.select({ id, name, parameters }).from(savedView).where(eq(savedView.staffId, staffId)).orderBy(asc(name))
}

/** Keeps filters under a name. `parameters` as in an address; places in the list are left out, what is no filter is refused. */
export async function saveView(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock'>,
  order: { staffId: string; name: string; parameters: string },
): Promise<Kept> {
  const named = nameOf(order.name)
  if (!named.ok) return named
  const query = queueQuerySchema.safeParse(Object.fromEntries(new URLSearchParams(order.parameters)))
  const parameters = query.success ? filterParameters(query.data).toString() : ''
  if (parameters === '') return { ok: false, reason: 'no_filters' }
  // Two windows of one person: the second counts what the first kept.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`saved_view ${order.staffId}`}))`)
  const views = await savedViewsOf(tx, order.staffId)
  if (views.some(({ name }) => name === named.name)) return { ok: false, reason: 'name_taken' }
  if (views.length >= viewsOfOne) return { ok: false, reason: 'too_many_views' }
  const values = { staffId: order.staffId, name: named.name, parameters, createdAt: runtime.clock.now() }
  const [made] = await tx.insert(savedView).values(values).returning({ id: savedView.id })
  if (!made) throw new Error('A view was kept and is not there')
  return { ok: true, id: made.id }
}

export async function renameView(
  tx: Transaction,
  order: { staffId: string; viewId: string; name: string },
): Promise<Kept> {
  const named = nameOf(order.name)
  if (!named.ok) return named
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`saved_view ${order.staffId}`}))`)
  const views = await savedViewsOf(tx, order.staffId)
  if (views.some(({ id, name }) => name === named.name && id !== order.viewId))
    return { ok: false, reason: 'name_taken' }
  const [renamed] = await tx.update(savedView).set({ name: named.name }).where(ownView(order)).returning()
  return renamed ? { ok: true, id: renamed.id } : { ok: false, reason: 'unknown_view' }
}

export async function removeView(tx: Transaction, order: { staffId: string; viewId: string }): Promise<Kept> {
  const [removed] = await tx.delete(savedView).where(ownView(order)).returning()
  return removed ? { ok: true, id: removed.id } : { ok: false, reason: 'unknown_view' }
}

/** How many cases stand in each view, by its id, up to `countedAtMost` + 1; in one statement. */
export async function countSavedViews(
  db: Database,
  views: readonly SavedView[],
  reader: QueueReader,
): Promise<Record<string, number>> {
  if (views.length === 0) return {}
  const counts = views.map(({ id, parameters }) => {
    const query = queueQuerySchema.parse(Object.fromEntries(new URLSearchParams(parameters)))
    const some = sql`select 1 from ${request} where ${and(...conditionsOf(query, reader))} limit ${countedAtMost + 1}`
    return sql`select ${id}::text as id, (select count(*)::int from (${some}) as counted) as count`
  })
  const rows = await db.execute<{ id: string; count: number }>(sql.join(counts, sql` union all `))
  return Object.fromEntries(rows.map(({ id, count }) => [id, count]))
}

const ownView = ({ staffId, viewId }: { staffId: string; viewId: string }) =>
  and(eq(savedView.id, viewId), eq(savedView.staffId, staffId))

function nameOf(typed: string): { ok: true; name: string } | { ok: false; reason: 'name_missing' | 'name_too_long' } {
  const name = typed.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  if (name === '') return { ok: false, reason: 'name_missing' }
  return name.length > longestViewName ? { ok: false, reason: 'name_too_long' } : { ok: true, name }
}
