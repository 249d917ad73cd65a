import { createHmac } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { deferredErasure } from '~db/schema'
import type { Transaction } from '~db/client'
import { newKey } from '~/platform/keys.server'
import type { Runtime } from '~/platform/runtime.server'
import type { Row } from '~/systems/adapters/adapter'
import { eachRow, portions } from '~/systems/locate/rows'
import type { OpenSystem } from '~/systems/registry.server'
import { modelOf, modelTable, type ModelTable } from './model'
import type { RowSet } from './row-sets'
import type { RunRow } from './run-records.server'

const deferredRow = z.object({ key: z.array(z.string()), digest: z.string() })

/** What is kept of rows that go later: enough to find them and to know them again, under a key of their own. */
const deferredSchema = z.object({
  action: z.enum(['delete', 'pseudonymise']),
  digestKey: z.string(),
  rows: z.array(deferredRow),
  /** They were pseudonymised already, since something still refers to them: nothing but deleting them is new. */
  rewritten: z.boolean().default(false),
})
type Deferred = z.infer<typeof deferredSchema>

export type DeferredRow = typeof deferredErasure.$inferSelect

/** What a record of deferred rows holds; null once they are gone. */
export function openDeferred(runtime: Pick<Runtime, 'keys'>, row: DeferredRow): Deferred | null {
  if (!row.sealed) return null
  const plain = runtime.keys.open('deferred', row.sealed, `deferred_erasure.sealed:${row.id}`)
  return deferredSchema.parse(JSON.parse(Buffer.from(plain).toString('utf8')))
}

const sealed = (runtime: Pick<Runtime, 'keys'>, id: string, deferred: Deferred) =>
  runtime.keys.seal('deferred', JSON.stringify(deferred), `deferred_erasure.sealed:${id}`)

/** Rows that go on waiting for their deletion were pseudonymised meanwhile. */
export async function noteRewritten(
  tx: Transaction,
  runtime: Pick<Runtime, 'keys'>,
  row: DeferredRow,
  deferred: Deferred,
): Promise<void> {
  await tx
    .update(deferredErasure)
    .set({ sealed: sealed(runtime, row.id, { ...deferred, rewritten: true }) })
    .where(eq(deferredErasure.id, row.id))
}

/**
 * Columns by which a row is known again when its term ends: keys and links, which a plan leaves as they are in a kept row. A
 * key that was given out anew carries other values there.
 */
export function recognisedBy(of: ModelTable): string[] {
  const names = new Set(of.resolved.key.map((column) => column.name))
  for (const link of of.resolved.links) for (const pair of link.pairs) names.add(pair.column.name)
  return [...names].sort()
}

export function recognition(key: Uint8Array, columns: readonly string[], row: Row): string {
  return createHmac('sha256', key)
    .update(JSON.stringify(columns.map((column) => [column, row[column] ?? null])))
    .digest('hex')
}

/** Rows of one record: what is read, sealed and looked at again at once. */
const ROWS_PER_RECORD = 10_000

interface KeptRows {
  readonly table: string
  readonly dueOn: Temporal.PlainDate | null
  readonly deferred: Deferred
}

/** The rows of a run that are kept for now and go later, as they are in the connected system after it, some thousand a piece. */
async function* keptRows(system: OpenSystem, sets: readonly RowSet[]): AsyncGenerator<KeptRows> {
  const model = modelOf(system.map)
  for (const set of sets) {
    if (!set.later || ['shared', 'rule', 'hold'].includes(set.reason)) continue
    const of = modelTable(model, set.table)
    if (of.resolved.key.length === 0) continue
    const columns = recognisedBy(of)
    const read = of.touched.filter((column) => columns.includes(column.name))
    for (const keys of portions(set.rows.keys, ROWS_PER_RECORD)) {
      const digestKey = newKey()
      const rows: Deferred['rows'] = []
      await eachRow(system.adapter, of.resolved, keys, read, (key, values) => {
        if (values) rows.push({ key: [...key], digest: recognition(digestKey, columns, values) })
      })
      yield {
        table: set.table,
        // The row stays through its last day and goes on the day after.
        dueOn: set.until ? Temporal.PlainDate.from(set.until).add({ days: 1 }) : null,
        deferred: {
          action: set.later,
          digestKey: Buffer.from(digestKey).toString('hex'),
          rows,
          rewritten: set.action === 'pseudonymise',
        },
      }
    }
  }
}

/** Remembers the kept rows of a run in one system; takes the place of what an unfinished attempt remembered of them. */
export async function deferRows(
  tx: Transaction,
  runtime: Pick<Runtime, 'keys' | 'clock'>,
  order: { run: Pick<RunRow, 'id' | 'requestId'>; system: OpenSystem; sets: readonly RowSet[] },
): Promise<void> {
  const { run, system } = order
  const same = and(eq(deferredErasure.runId, run.id), eq(deferredErasure.systemKey, system.key))
  await tx.delete(deferredErasure).where(and(same, isNull(deferredErasure.doneAt)))
  for await (const { table, dueOn, deferred } of keptRows(system, order.sets)) {
    const id = crypto.randomUUID()
    await tx.insert(deferredErasure).values({
      id,
      runId: run.id,
      requestId: run.requestId,
      systemKey: system.key,
      table,
      dueOn,
      rows: deferred.rows.length,
      sealed: sealed(runtime, id, deferred),
      at: runtime.clock.now(),
    })
  }
}
