import { setTimeout as pause } from 'node:timers/promises'
import { SystemError, type Executor, type Row } from '~/systems/adapters/adapter'
import { sql } from '~/systems/adapters/sql'
import { encodeKey, type RowKey } from '~/systems/located'
import { addressOf, portions, readColumns, tableAs } from '~/systems/locate/rows'
import type { OpenSystem } from '~/systems/registry.server'
import { batchesOf, type Batch } from './batches'
import { carryOut, rowsIn } from './carry-out.server'
import { rowDigest } from './digest'
import { proposalOrder } from './make-plan.server'
import { boundColumns, modelOf, modelTable, type Model } from './model'
import type { PlanContents, PlanSearch } from './plan-store.server'
import { propose } from './propose.server'
import type { ErasedBatch } from './remember.server'
import {
  AlreadyDone,
  claimReceipt,
  completeReceipt,
  ensureReceiptTable,
  readReceipt,
  type Receipt,
} from './receipt.server'
import { changes, difference, rowSets, type Difference } from './row-sets'

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
  /** Asked before each batch: is nothing in the way? */
  readonly mayGoOn: () => Promise<boolean>
  /** Takes down what a batch erased, before the connected database commits it (`rememberErased`). */
  readonly remember: (batch: ErasedBatch) => Promise<void>
  /** Told of each batch whose receipt stands, also of one that an earlier worker committed. */
  readonly committed: (batch: number) => Promise<void>
  readonly lockTimeoutMs?: number
}

export type Executed =
  | { readonly outcome: 'executed'; readonly receipts: readonly Receipt[] }
  /** Nothing of this system changed. */
  | { readonly outcome: 'stale'; readonly difference: Difference }
  /** Some batches are done, the rest is left. */
  | { readonly outcome: 'stopped'; readonly why: 'hold' | 'stale'; readonly receipts: readonly Receipt[] }

class Stale extends Error {
  constructor(readonly difference: Difference) {
    super('The plan no longer fits')
  }
}

const TRIES = 4

/**
 * Carries out a plan in one connected system, exactly once: the receipt is claimed first, rows are checked against the plan
 * inside the same transaction, and a receipt that is there already means that the work is done. Deadlocks, serialization
 * failures and locks held by others are tried again with back-off. Throws `SystemError` when it can't be done now.
 */
export async function executeSystem(execution: Execution): Promise<Executed> {
  const { system, contents } = execution
  const model = modelOf(system.map)
  const batches = batchesOf(model, contents)
  await ensureReceiptTable(system.adapter, system)
  const receipts: Receipt[] = []
  for (const [number, batch] of batches.entries()) {
    const done = await readReceipt(system.adapter, system, execution.runId, number)
    if (done) {
      receipts.push(done)
      await execution.committed(number)
      continue
    }
    if (!(await execution.mayGoOn())) return { outcome: 'stopped', why: 'hold', receipts }
    try {
      receipts.push(await withRetries(() => executeBatch(execution, model, batch, number)))
      await execution.committed(number)
    } catch (error) {
      if (!(error instanceof Stale)) throw error
      return number === 0
        ? { outcome: 'stale', difference: error.difference }
        : { outcome: 'stopped', why: 'stale', receipts }
    }
  }
  return { outcome: 'executed', receipts }
}

async function withRetries(work: () => Promise<Receipt>): Promise<Receipt> {
  for (let tried = 1; ; tried++) {
    try {
      return await work()
    } catch (error) {
      const again =
        error instanceof SystemError && error.retryable && error.kind !== 'unreachable' && error.kind !== 'timeout'
      if (!again || tried === TRIES) throw error
      await pause(50 * 2 ** tried)
    }
  }
}

async function executeBatch(execution: Execution, model: Model, batch: Batch, number: number): Promise<Receipt> {
  const { system, runId, contents } = execution
  try {
    return await system.adapter.transaction(
      async (tx) => {
        await claimReceipt(tx, system, { runId, batch: number, planHash: execution.planHash, at: execution.at })
        await lockRows(tx, model, batch)
        const values = number === 0 ? await checkWhole(tx, execution) : await checkRows(tx, execution, model, batch)
        const done = await carryOut(tx, { model, key: execution.key, traces: contents.traces, values }, batch)
        const kept = rowsIn(batch.sets.filter((set) => set.action === 'keep'))
        const receipt = { ...done, kept }
        await completeReceipt(tx, system, runId, number, receipt)
        await execution.remember({ number, sets: batch.sets, model, before: values, executor: tx })
        return receipt
      },
      { lockTimeoutMs: execution.lockTimeoutMs ?? 5_000 },
    )
  } catch (error) {
    if (!(error instanceof AlreadyDone)) throw error
    const receipt = await readReceipt(system.adapter, system, runId, number)
    if (!receipt) throw new Error('A receipt that stood in the way is gone', { cause: error })
    return receipt
  }
}

/** Rows that change are locked first, in the same order by everybody. */
async function lockRows(tx: Executor, model: Model, batch: Batch): Promise<void> {
  const { dialect } = tx
  for (const set of batch.sets.filter(changes)) {
    const { resolved } = modelTable(model, set.table)
    if (resolved.key.length === 0) continue
    const address = addressOf(dialect, resolved, 't')
    for (const portion of portions(
      set.rows.map((row) => row.key),
      dialect.keysPerStatement,
    ))
      await tx.query(
        sql`SELECT 1 AS locked FROM ${tableAs(dialect, resolved, 't')} WHERE ${address.within(portion)} FOR UPDATE`,
      )
  }
}

/** Locates and decides again: any row that came, went or changed makes the plan stale. */
async function checkWhole(tx: Executor, execution: Execution): Promise<(table: string, key: RowKey) => Row> {
  const proposal = await propose(tx, proposalOrder(execution.system, execution.search))
  const { tables } = modelOf(execution.system.map)
  // A log that goes along grows by itself (a trigger wrote that the row was marked): its new rows go with the others.
  const goesAlong = (table: string) =>
    tables.get(table)?.map.history === true && tables.get(table)?.map.erase === 'delete'
  const found = difference(execution.contents.sets, rowSets(proposal, execution.hashKey), goesAlong)
  if (found) throw new Stale(found)
  return proposal.values
}

/** A later batch looks at its own rows only. */
async function checkRows(
  tx: Executor,
  execution: Execution,
  model: Model,
  batch: Batch,
): Promise<(table: string, key: RowKey) => Row> {
  const read = new Map<string, Row>()
  for (const set of batch.sets) {
    const of = modelTable(model, set.table)
    const { resolved, touched } = of
    const names = boundColumns(of)
    const rows = await readColumns(
      tx,
      resolved,
      set.rows.map((row) => row.key),
      touched,
    )
    for (const row of rows) read.set(`${set.table}\u0000${encodeKey(row.key)}`, row.values)
    const changed = set.rows.filter((row) => {
      const present = read.get(`${set.table}\u0000${encodeKey(row.key)}`)
      return !present || rowDigest(execution.hashKey, names, present) !== row.digest
    })
    if (changed.length > 0) throw new Stale({ [set.table]: { added: 0, removed: 0, changed: changed.length } })
  }
  return (table, key) => read.get(`${table}\u0000${encodeKey(key)}`) ?? {}
}
