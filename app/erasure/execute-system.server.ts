import type { Executor, Row } from '~/systems/adapters/adapter'
import { sql } from '~/systems/adapters/sql'
import type { RowKey } from '~/systems/located'
import { addressOf, eachRow, eachWithin, tableAs } from '~/systems/locate/rows'
import type { OpenSystem } from '~/systems/registry.server'
import { batchesOf, type Batch } from './batches'
import { carryOut, rowsIn } from './carry-out.server'
import type { Found } from './difference'
import { rowDigest } from './digest'
import { modelOf, modelTable, type Model } from './model'
import type { PlanContents, PlanSearch } from './plan-store.server'
import { knownColumns } from './known-columns'
import { PackedValues } from './packed-values'
import { withFreePseudonyms } from './pseudonym-key'
import { rememberedColumns, type ErasedBatch } from './remember.server'
import {
  AlreadyDone,
  claimReceipt,
  completeReceipt,
  ensureReceiptTable,
  readReceipt,
  type Receipt,
} from './receipt.server'
import { withRetries } from './retries'
import { changes, changingRows } from './row-sets'
import { whatChanged } from './what-changed.server'

/** What stops a run from outside: a hold, or a person who paused or took it back. */
export type Halt = 'hold' | 'paused' | 'cancelled'

export interface Execution {
  readonly system: OpenSystem
  readonly runId: string
  readonly planHash: string
  readonly search: PlanSearch
  readonly hashKey: Uint8Array
  readonly contents: PlanContents
  /** Pseudonym key of the run. */
  readonly key: Uint8Array
  /** RFC 3339, written on the receipt. */
  readonly at: string
  /** Asked before each batch, and once more before it is committed: is anything in the way? */
  readonly haltedBy: () => Promise<Halt | null>
  /** Takes down what a batch erased, before the connected database commits it (`rememberErased`). */
  readonly remember: (batch: ErasedBatch) => Promise<void>
  /** Told of each batch whose receipt stands, also of one that an earlier worker committed. */
  readonly committed: (batch: {
    number: number
    of: number
    rows: number
    receipts: readonly Receipt[]
  }) => Promise<void>
  readonly lockTimeoutMs?: number
  readonly rowsPerBatch: number
}

export type Executed =
  | { readonly outcome: 'executed'; readonly receipts: readonly Receipt[] }
  /** Nothing of this system changed. */
  | { readonly outcome: 'stale'; readonly found: Found }
  /** Some batches are done (none, where a hold or a person came before the first), the rest is left. */
  | {
      readonly outcome: 'stopped'
      readonly why: Halt | 'stale'
      /** What no longer fits, where that is why. */
      readonly found?: Found
      readonly receipts: readonly Receipt[]
      readonly certainty: Certainty
    }
  /** It can't be done now; batches before stand. */
  | {
      readonly outcome: 'failed'
      readonly error: unknown
      readonly receipts: readonly Receipt[]
      readonly certainty: Certainty
    }

/**
 * What is known of the transaction that failed: surely rolled back (`untouched`: the receipt was claimed, so that no earlier
 * one stands either), never begun (`as_before`), or perhaps committed (`unknown`: the connection broke on COMMIT).
 */
export type Certainty = 'untouched' | 'as_before' | 'unknown'

class Stale extends Error {
  constructor(readonly found: Found) {
    super('The plan no longer fits')
  }
}

/** A receipt could be claimed, and was let go again. */
class Untouched extends Error {}

class Halted extends Error {
  constructor(readonly why: Halt) {
    super('A run was stopped')
  }
}

/**
 * Carries out a plan in one connected system, exactly once: the receipt is claimed first, rows are checked against the plan
 * inside the same transaction, and a receipt that is there already means that the work is done. Deadlocks, serialization
 * failures and locks held by others are tried again with back-off, pseudonyms that are taken with others.
 */
export async function executeSystem(execution: Execution): Promise<Executed> {
  const { system, contents } = execution
  const receipts: Receipt[] = []
  const known: { certainty: Certainty } = { certainty: 'as_before' }
  try {
    const model = modelOf(system.map)
    const batches = batchesOf(model, contents, execution.rowsPerBatch)
    await ensureReceiptTable(system.adapter, system)
    let rows = 0
    const lastKey = { number: 0 }
    for (const [number, batch] of batches.entries()) {
      const [done, halt] = await Promise.all([
        readReceipt(system.adapter, system, execution.runId, number),
        execution.haltedBy(),
      ])
      if (!done && halt) return { outcome: 'stopped', why: halt, receipts, ...known }
      const work = (key: Uint8Array) => withRetries(() => executeBatch(execution, model, batch, number, known, key))
      receipts.push(done ?? (await withFreePseudonyms(execution.key, work, lastKey)))
      rows += changingRows(batch.sets)
      await execution.committed({ number, of: batches.length, rows, receipts })
    }
    return { outcome: 'executed', receipts }
  } catch (error) {
    if (error instanceof Halted) return { outcome: 'stopped', why: error.why, receipts, ...known }
    if (!(error instanceof Stale)) return { outcome: 'failed', error, receipts, ...known }
    return receipts.length === 0
      ? { outcome: 'stale', found: error.found }
      : { outcome: 'stopped', why: 'stale', found: error.found, receipts, ...known }
  }
}

/**
 * Finds out whether anything of a run stands in a system of which that is not known: true when a receipt does. Waits for a
 * transaction of a killed worker that is still at it. Changes nothing. Throws `SystemError` when the system does not answer.
 */
export async function isTouched(execution: Pick<Execution, 'system' | 'runId' | 'planHash' | 'at'>): Promise<boolean> {
  const { system, runId } = execution
  await ensureReceiptTable(system.adapter, system)
  if (await readReceipt(system.adapter, system, runId, 0)) return true
  try {
    await system.adapter.transaction(
      async (tx) => {
        await claimReceipt(tx, system, { ...execution, batch: 0 })
        throw new Untouched()
      },
      { lockTimeoutMs: 5_000 },
    )
    return true
  } catch (error) {
    if (error instanceof AlreadyDone) return true
    if (error instanceof Untouched) return false
    throw error
  }
}

async function executeBatch(
  execution: Execution,
  model: Model,
  batch: Batch,
  number: number,
  known: { certainty: Certainty },
  key: Uint8Array,
): Promise<Receipt> {
  const { system, runId, contents } = execution
  let step: 'before' | 'claimed' | 'committing' = 'before'
  try {
    return await system.adapter.transaction(
      async (tx) => {
        await claimReceipt(tx, system, { runId, batch: number, planHash: execution.planHash, at: execution.at })
        step = 'claimed'
        await lockRows(tx, model, batch)
        if (number === 0) await checkWhole(tx, execution)
        const before = await readBatch(tx, execution, model, batch, number > 0)
        const done = await carryOut(tx, { model, key, traces: contents.traces }, batch, execution.key)
        const kept = rowsIn(batch.sets.filter((set) => set.action === 'keep'))
        const receipt = { ...done, kept }
        await completeReceipt(tx, system, runId, number, receipt)
        await execution.remember({ number, sets: batch.sets, model, before, executor: tx })
        const halt = await execution.haltedBy()
        if (halt) throw new Halted(halt)
        step = 'committing'
        return receipt
      },
      { lockTimeoutMs: execution.lockTimeoutMs ?? 5_000 },
    )
  } catch (error) {
    if (error instanceof AlreadyDone) {
      const receipt = await readReceipt(system.adapter, system, runId, number)
      if (!receipt) throw new Error('A receipt that stood in the way is gone', { cause: error })
      return receipt
    }
    known.certainty = certaintyAfter(step, known.certainty)
    throw error
  }
}

function certaintyAfter(step: 'before' | 'claimed' | 'committing', before: Certainty): Certainty {
  if (step === 'before') return before
  return step === 'claimed' ? 'untouched' : 'unknown'
}

/** Rows that change are locked first, in the same order by everybody. */
async function lockRows(tx: Executor, model: Model, batch: Batch): Promise<void> {
  const { dialect } = tx
  for (const set of batch.sets.filter(changes)) {
    const { resolved } = modelTable(model, set.table)
    if (resolved.key.length === 0) continue
    const address = addressOf(dialect, resolved, 't')
    await eachWithin(
      tx,
      address.columns,
      set.rows.keys,
      (within) => sql`SELECT 1 AS locked FROM ${tableAs(dialect, resolved, 't')} WHERE ${within} FOR UPDATE`,
      () => undefined,
    )
  }
}

/** Locates and decides again: any row that came, went or changed makes the plan stale. */
async function checkWhole(tx: Executor, execution: Execution): Promise<void> {
  const found = await whatChanged(tx, execution)
  if (found) throw new Stale(found)
}

/**
 * Reads the rows of a batch that change, and keeps of them what has to be remembered. A later batch is held against the plan
 * (`check`): its own rows only, and those of their columns that no other row of the plan moves (references to keys that were
 * rewritten, links that were cut).
 */
async function readBatch(
  tx: Executor,
  execution: Execution,
  model: Model,
  batch: Batch,
  check: boolean,
): Promise<(table: string, key: RowKey) => Row> {
  const known = knownColumns(model, execution.contents)
  const values = new PackedValues()
  for (const set of batch.sets.filter(changes)) {
    const of = modelTable(model, set.table)
    // Log rows go along with the row that they are about, in whichever batch that was.
    const checked = check && !(of.map.history && set.action === 'delete')
    const names = known(set.table)
    const remembered = rememberedColumns(of)
    const columns = checked ? of.touched : of.touched.filter((column) => remembered.includes(column.name))
    const differs: RowKey[] = []
    await eachRow(tx, of.resolved, set.rows.keys, columns, (key, present, index) => {
      if (present) values.put(set.table, key, remembered, present)
      if (!checked) return
      const { own, digest } = set.rows.at(index)
      if (!present || rowDigest(execution.hashKey, names, present) !== (own ?? digest)) differs.push(key)
    })
    if (differs.length > 0)
      throw new Stale({
        difference: { [set.table]: { added: 0, removed: 0, changed: differs.length } },
        keys: { [set.table]: differs.slice(0, 5).map((key) => [...key]) },
      })
  }
  return (table, key) => values.get(table, key)
}
