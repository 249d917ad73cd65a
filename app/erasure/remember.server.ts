import { and, eq, isNull, lt } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { erasedRows } from '~db/schema'
import { newKey } from '~/platform/keys.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import type { Executor, Row } from '~/systems/adapters/adapter'
import type { List } from '~/systems/list'
import { encodeKey, type RowKey } from '~/systems/located'
import { readColumns } from '~/systems/locate/rows'
import type { OpenSystem } from '~/systems/registry.server'
import { recognisedBy, recognition } from './defer.server'
import { modelTable, type Model, type ModelTable } from './model'
import type { RowSet } from './row-sets'
import type { Work } from './work'

const rememberedRow = z.object({
  key: z.array(z.string()),
  /** The row as it was, by its key and its links. */
  digest: z.string(),
  /** The identifiers of the person that it held; null where it held none. */
  who: z.string().nullable(),
  /** What was rewritten, as it was afterwards; null for a deleted row. */
  after: z.string().nullable(),
})

/** What is kept of erased rows: enough to know them again when a backup brings them back, and no value of them. */
const rememberedSchema = z.object({
  action: z.enum(['delete', 'pseudonymise']),
  digestKey: z.string(),
  /** Columns behind `digest`, `who` and `after`, as the map named them then. */
  columns: z.array(z.string()),
  identifiers: z.array(z.string()),
  rewritten: z.array(z.string()),
  rows: z.array(rememberedRow),
})
export type Remembered = z.infer<typeof rememberedSchema>

export type ErasedRowsRow = typeof erasedRows.$inferSelect

/** One batch of a run in one system, inside its transaction and after its work. */
export interface ErasedBatch {
  readonly number: number
  readonly sets: readonly RowSet[]
  readonly model: Model
  readonly before: (table: string, key: RowKey) => Row
  readonly executor: Executor
}

/** Kept this long after the last backup that can hold the rows (design.md "Erasure" 6). */
const MARGIN = Temporal.Duration.from({ days: 7 })

const ROWS_PER_RECORD = 2_000

/** Columns of the table itself that hold an identifier of the person. */
function identifyingColumns(of: ModelTable): string[] {
  const paths = [...(of.resolved.subject?.identifiers.values() ?? [])].flat()
  return [...new Set(paths.filter((path) => path.steps.length === 0).map((path) => path.column.name))].sort()
}

/** Keys, links and identifiers; where only a key is left, everything the map reads, since a key can be given out anew. */
function rememberedBy(of: ModelTable): string[] {
  const names = new Set([...recognisedBy(of), ...identifyingColumns(of)])
  const key = new Set(of.resolved.key.map((column) => column.name))
  if ([...names].some((name) => !key.has(name))) return [...names].sort()
  return of.touched.map((column) => column.name)
}

/** Columns of a row that have to be known after it is gone. */
export const rememberedColumns = (of: ModelTable): string[] => [
  ...new Set([...rememberedBy(of), ...identifyingColumns(of)]),
]

/** Digest of the identifiers in a row; null where all of them are empty. */
export function whoIs(key: Uint8Array, columns: readonly string[], row: Row): string | null {
  return columns.some((column) => row[column]) ? recognition(key, columns, row) : null
}

/**
 * Takes down what a batch deletes and rewrites, before the connected database commits it: a crash in between leaves a record
 * that `confirmErased` never confirms, and no erased row without a record. Only a plan that erases is remembered.
 */
export async function rememberErased(
  runtime: Runtime,
  { run, opened, system }: Pick<Work, 'run' | 'opened'> & { system: OpenSystem },
  batch: ErasedBatch,
): Promise<void> {
  const { intent, findings } = opened.search
  // A follow-up plan rewrites one column in rows that may be somebody else's: there is no row to erase again.
  if (findings || (intent.kind !== 'erase' && intent.kind !== 'consent')) return
  const zone = (await readOrganisation(runtime.db))['organisation.zone']
  const now = runtime.clock.now()
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  const keptUntil = today.add(system.map.map.backups.kept).add(MARGIN)
  const records: (typeof erasedRows.$inferInsert)[] = []
  for (const set of batch.sets) {
    // A withdrawal of consent also sets marks; a row that was only marked was not erased.
    if (set.action === 'keep' || set.partly) continue
    const of = modelTable(batch.model, set.table)
    const [columns, identifiers] = [rememberedBy(of), identifyingColumns(of)]
    const rewritten = set.columns.filter((change) => change.with.kind !== 'keep').map((change) => change.column)
    for (let at = 0; at < set.rows.length; at += ROWS_PER_RECORD) {
      const rows = set.rows.slice(at, at + ROWS_PER_RECORD)
      const after =
        set.action === 'pseudonymise' ? await readAfter(batch, of, rows.keys, rewritten) : new Map<string, Row>()
      const digestKey = newKey()
      const remembered: Remembered = {
        // A row that was only rewritten because another refers to it is meant to go.
        action: set.reason === 'still_referred' ? (set.later ?? set.action) : set.action,
        digestKey: Buffer.from(digestKey).toString('hex'),
        columns,
        identifiers,
        rewritten,
        rows: rows.keys.map((key) => {
          const before = batch.before(set.table, key)
          const rewrote = after.get(encodeKey(key))
          return {
            key: [...key],
            digest: recognition(digestKey, columns, before),
            who: whoIs(digestKey, identifiers, before),
            after: rewrote ? recognition(digestKey, rewritten, rewrote) : null,
          }
        }),
      }
      const id = crypto.randomUUID()
      records.push({
        id,
        runId: run.id,
        systemKey: system.key,
        table: set.table,
        rows: remembered.rows.length,
        sealed: runtime.keys.seal('deferred', JSON.stringify(remembered), `erased_rows.sealed:${id}`),
        at: now,
        keptUntil,
        batch: batch.number,
      })
    }
  }
  await inTransaction(runtime, async (tx) => {
    // What an attempt left that never committed.
    const same = and(eq(erasedRows.runId, run.id), eq(erasedRows.systemKey, system.key))
    await tx.delete(erasedRows).where(and(same, eq(erasedRows.batch, batch.number), isNull(erasedRows.committedAt)))
    for (const record of records) await tx.insert(erasedRows).values(record)
  })
}

async function readAfter(
  { executor }: ErasedBatch,
  of: ModelTable,
  keys: List<RowKey>,
  rewritten: readonly string[],
): Promise<Map<string, Row>> {
  const columns = of.touched.filter((column) => rewritten.includes(column.name))
  return new Map(
    (await readColumns(executor, of.resolved, keys, columns)).map((row) => [encodeKey(row.key), row.values]),
  )
}

/** The receipt of this batch stands in the connected database: what was taken down of it was erased. */
export async function confirmErased(runtime: Runtime, runId: string, systemKey: string, batch: number): Promise<void> {
  await runtime.db
    .update(erasedRows)
    .set({ committedAt: runtime.clock.now() })
    .where(
      and(
        eq(erasedRows.runId, runId),
        eq(erasedRows.systemKey, systemKey),
        eq(erasedRows.batch, batch),
        isNull(erasedRows.committedAt),
      ),
    )
}

export function openRemembered(runtime: Pick<Runtime, 'keys'>, row: ErasedRowsRow): Remembered {
  const plain = runtime.keys.open('deferred', row.sealed, `erased_rows.sealed:${row.id}`)
  return rememberedSchema.parse(JSON.parse(Buffer.from(plain).toString('utf8')))
}

/** Forgets rows that no backup can bring back any more. */
export async function forgetErased(runtime: Runtime): Promise<void> {
  const zone = (await readOrganisation(runtime.db))['organisation.zone']
  const today = runtime.clock.now().toZonedDateTimeISO(zone).toPlainDate()
  await runtime.db.delete(erasedRows).where(lt(erasedRows.keptUntil, today))
}
