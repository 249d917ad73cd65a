import { z } from 'zod'
import { SystemError, type DatabaseAdapter, type Executor } from '~/systems/adapters/adapter'
import { identifier, join, keyword, sql, type Sql } from '~/systems/adapters/sql'
import type { Engine } from '~/systems/catalogue'
import { portions } from '~/systems/locate/rows'
import type { OpenSystem } from '~/systems/registry.server'

/** Lies in the connected database itself: the proof, in the same transaction as the work, that the work was done. */
export const receiptTable = 'privacybalie_receipt'

export interface Receipt {
  readonly deleted: number
  readonly pseudonymised: number
  readonly kept: number
  /** HMACs over what rewritten rows hold, per set of rows. */
  readonly checks: readonly string[]
}

/** The receipt of this run and batch is there already: the work was done, by us before a crash or by another worker. */
export class AlreadyDone extends Error {}

const name = (system: Pick<OpenSystem, 'catalogue'>) => identifier(system.catalogue.defaultSchema, receiptTable)

/** What is written on a receipt after it was claimed. */
export const receiptColumnsWritten = ['deleted', 'pseudonymised', 'kept', 'checks'] as const

/** The statement that makes the table; `system grants` prints it for a DBA. */
export function receiptDefinition(engine: Engine, schema: string): Sql {
  return sql`CREATE TABLE IF NOT EXISTS ${identifier(schema, receiptTable)} (
    run varchar(36) NOT NULL, batch integer NOT NULL, plan_hash varchar(64) NOT NULL, written_at varchar(40) NOT NULL,
    deleted integer NOT NULL, pseudonymised integer NOT NULL, kept integer NOT NULL, checks text NOT NULL,
    PRIMARY KEY (run, batch))${keyword(engine === 'mysql' ? ' ENGINE=InnoDB' : '')}`
}

/** Makes the table where it is missing. A role that may not create needs a DBA to have made it (`system grants`). */
export async function ensureReceiptTable(
  adapter: DatabaseAdapter,
  system: Pick<OpenSystem, 'catalogue'>,
): Promise<void> {
  if (system.catalogue.tables.some((table) => table.name === receiptTable)) return
  try {
    await adapter.run(receiptDefinition(adapter.engine, system.catalogue.defaultSchema))
  } catch (error) {
    // Another worker made it in the same moment: both saw none, one of them loses on the catalogue's own keys.
    if (!(error instanceof SystemError) || error.kind !== 'constraint') throw error
  }
}

/**
 * The first statement of every erasing transaction. While another transaction holds the same run and batch, it waits (until
 * the lock timeout); when that one committed, `AlreadyDone`.
 */
export async function claimReceipt(
  executor: Executor,
  system: OpenSystem,
  claim: { runId: string; batch: number; planHash: string; at: string },
): Promise<void> {
  try {
    await executor.run(sql`INSERT INTO ${name(system)} (run, batch, plan_hash, written_at, deleted, pseudonymised, kept, checks)
      VALUES (${claim.runId}, ${keyword(String(claim.batch))}, ${claim.planHash}, ${claim.at}, 0, 0, 0, '[]')`)
  } catch (error) {
    if (error instanceof SystemError && error.kind === 'constraint') throw new AlreadyDone()
    throw error
  }
}

export async function completeReceipt(
  executor: Executor,
  system: OpenSystem,
  runId: string,
  batch: number,
  receipt: Receipt,
): Promise<void> {
  await executor.run(sql`UPDATE ${name(system)} SET deleted = ${keyword(String(receipt.deleted))},
    pseudonymised = ${keyword(String(receipt.pseudonymised))}, kept = ${keyword(String(receipt.kept))},
    checks = ${JSON.stringify(receipt.checks)} WHERE run = ${runId} AND batch = ${keyword(String(batch))}`)
}

/** The receipt that stands in the connected database; null when there is none. */
export async function readReceipt(
  executor: Executor,
  system: OpenSystem,
  runId: string,
  batch: number,
): Promise<Receipt | null> {
  const rows = await executor.query(
    sql`SELECT deleted, pseudonymised, kept, checks FROM ${name(system)} WHERE run = ${runId} AND batch = ${keyword(String(batch))}`,
  )
  const [row] = rows
  if (!row) return null
  return {
    deleted: Number(row.deleted),
    pseudonymised: Number(row.pseudonymised),
    kept: Number(row.kept),
    checks: z.array(z.string()).parse(JSON.parse(row.checks ?? '[]')),
  }
}

/** Which of these runs left a receipt in the connected database. */
export async function runsWithReceipt(
  executor: Executor,
  system: OpenSystem,
  runIds: readonly string[],
): Promise<Set<string>> {
  const present = new Set<string>()
  if (!system.catalogue.tables.some((table) => table.name === receiptTable)) return present
  for (const portion of portions(runIds, 500)) {
    const ids = join(portion.map((id) => sql`${id}`))
    for (const row of await executor.query(sql`SELECT DISTINCT run FROM ${name(system)} WHERE run IN (${ids})`))
      if (row.run) present.add(row.run)
  }
  return present
}
