import { and, asc, eq, gte, isNotNull } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { erasedRows } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { inTransaction, type Actor, type Runtime } from '~/platform/runtime.server'
import type { RowKey } from '~/systems/located'
import { openSystem, type OpenRefusal, type OpenSystem } from '~/systems/registry.server'
import { makePlan, type MadePlan, type PlanRefusal } from './make-plan.server'
import { modelOf } from './model'
import { findPlan } from './plan-store.server'
import { recogniseReturned, type ReturnedRows } from './recognise-returned.server'
import type { ErasedRowsRow } from './remember.server'
import { lookForReturned } from './returned.server'
import { workRun } from './run.server'
import { findRun } from './run-records.server'
import { startRun } from './start-run.server'

export interface ReappliedTable {
  readonly table: string
  readonly action: 'delete' | 'pseudonymise'
  /** Rows that were erased since and that the database holds again as they were. */
  readonly back: number
  /** Rows whose key now carries other values: given out anew, or changed. Not touched; a person has to look. */
  readonly changed: number
}

/** Rows that are back and were left, and why: hold, restriction, request, or what made the plan impossible. */
export interface RefusedRows {
  readonly table: string
  readonly rows: number
  readonly by: string
}

export interface Reapplied {
  readonly system: string
  readonly since: string
  readonly dryRun: boolean
  readonly tables: readonly ReappliedTable[]
  readonly refused: readonly RefusedRows[]
  /** Rows of people of the suppression list that stand there otherwise; shown to a person. Null in a dry run. */
  readonly returned: number | null
  readonly runs: readonly { readonly run: string; readonly repeats: string; readonly state: string }[]
}

export interface ReapplyOrder {
  readonly system: string
  /** The moment of the backup: what was erased from then on is looked for. */
  readonly since: Temporal.Instant
  readonly dryRun: boolean
  readonly actor: Actor
}

/** How long the job waits that finishes a run which this process started and did not live to work. */
const AFTER_CRASH = { minutes: 10 }

/**
 * Repeats the erasures of one system since a moment, after it was restored from a backup (design.md "Erasure" 6): one plan
 * and run for each run that erased rows which are back. With `dryRun` nothing changes anywhere. Throws `SystemError` when
 * the database is away.
 */
export async function reapplyErasures(
  runtime: Runtime,
  order: ReapplyOrder,
): Promise<{ ok: true; done: Reapplied } | { ok: false; reason: OpenRefusal }> {
  const opened = await openSystem(runtime, runtime.db, order.system)
  if (!opened.ok) return opened
  const { system } = opened
  const groups = new Map<string, ErasedRowsRow[]>()
  for (const row of await erasedSince(runtime, order)) groups.set(row.runId, [...(groups.get(row.runId) ?? []), row])
  const tables = new Map<string, { table: string; action: 'delete' | 'pseudonymise'; back: number; changed: number }>()
  const refused = new Map<string, { table: string; rows: number; by: string }>()
  const runs: { run: string; repeats: string; state: string }[] = []
  const seen = new Set<string>()
  for (const [repeats, rows] of groups) {
    const found = await recogniseReturned(runtime, system, modelOf(system.map), rows, seen)
    for (const each of found.tables) {
      const counted = tables.get(each.table) ?? { table: each.table, action: each.action, back: 0, changed: 0 }
      counted.back += each.keys.size
      counted.changed += each.changed
      tables.set(each.table, counted)
    }
    if (found.tables.every((each) => each.keys.size === 0)) continue
    const again = await eraseAgain(runtime, order, system, repeats, found)
    for (const each of again.refused) {
      const id = `${each.table} ${each.by}`
      refused.set(id, { ...each, rows: each.rows + (refused.get(id)?.rows ?? 0) })
    }
    if (again.runId === null) continue
    await workRun(runtime, again.runId)
    const run = await findRun(runtime.db, again.runId)
    runs.push({ run: again.runId, repeats, state: run?.state ?? 'running' })
  }
  const done: Reapplied = {
    system: system.key,
    since: order.since.toString(),
    dryRun: order.dryRun,
    tables: [...tables.values()],
    refused: [...refused.values()],
    returned: order.dryRun ? null : await lookForReturned(runtime, system),
    runs,
  }
  if (!order.dryRun) await inTransaction(runtime, (tx) => recordReapply(tx, runtime, order, done))
  return { ok: true, done }
}

function erasedSince(runtime: Runtime, order: ReapplyOrder): Promise<ErasedRowsRow[]> {
  return runtime.db
    .select()
    .from(erasedRows)
    .where(
      and(eq(erasedRows.systemKey, order.system), gte(erasedRows.at, order.since), isNotNull(erasedRows.committedAt)),
    )
    .orderBy(asc(erasedRows.at), asc(erasedRows.batch))
}

class DryRun extends Error {
  constructor(readonly made: { ok: true; plan: MadePlan } | PlanRefusal) {
    super('Nothing is kept of a dry run')
  }
}

/** Plans what is back, and starts a run of it. A dry run makes the same plan and takes everything back. */
async function eraseAgain(
  runtime: Runtime,
  order: ReapplyOrder,
  system: OpenSystem,
  repeats: string,
  found: ReturnedRows,
): Promise<{ runId: string | null; refused: RefusedRows[] }> {
  const back = found.tables.filter((each) => each.keys.size > 0)
  const plan = (tx: Transaction) =>
    makePlan(tx, runtime, {
      cause: 'reapply',
      request: null,
      systems: [system.key],
      identifiers: {},
      rows: back.map((each) => ({ system: system.key, table: each.table, keys: [...each.keys.values()] })),
      intent: { kind: 'erase', only: new Map(back.map((each) => [each.table, each.action])) },
      actor: order.actor,
    })
  if (order.dryRun) {
    try {
      await inTransaction(runtime, async (tx) => {
        throw new DryRun(await plan(tx))
      })
    } catch (error) {
      if (!(error instanceof DryRun)) throw error
      return { runId: null, refused: refusedOf(back, error.made) }
    }
  }
  return inTransaction(runtime, async (tx) => {
    const made = await plan(tx)
    const refused = refusedOf(back, made)
    if (!made.ok || made.plan.changes === 0) return { runId: null, refused }
    const row = await findPlan(tx, made.plan.id)
    if (!row) throw new Error('A plan that was just made is gone')
    const runId = await startRun(tx, runtime, row, order.actor, runtime.clock.now().add(AFTER_CRASH))
    await appendEvidence(tx, runtime, {
      actor: order.actor,
      verb: 'reapply.started',
      system: system.key,
      data: { run: runId, repeats, plan: made.plan.id },
    })
    return { runId, refused }
  })
}

/** What of the rows stays, since something forbids to touch them or the plan can't be made. */
function refusedOf(
  back: readonly { table: string; keys: ReadonlyMap<string, RowKey> }[],
  made: { ok: true; plan: MadePlan } | PlanRefusal,
): RefusedRows[] {
  if (made.ok)
    return made.plan.systems
      .flatMap((each) => each.tables)
      .filter((each) => each.action === 'keep' && each.reason === 'hold')
      .map((each) => ({ table: each.table, rows: each.rows, by: 'hold' }))
  const by = made.reason === 'blocked' ? (made.blockedBy[0]?.by ?? 'hold') : made.reason
  return back.map((each) => ({ table: each.table, rows: each.keys.size, by }))
}

async function recordReapply(tx: Transaction, runtime: Runtime, order: ReapplyOrder, done: Reapplied): Promise<void> {
  await appendEvidence(tx, runtime, {
    actor: order.actor,
    verb: 'reapply.done',
    system: done.system,
    data: {
      since: done.since,
      runs: done.runs.map((each) => each.run),
      back: Object.fromEntries(done.tables.map((each) => [each.table, each.back])),
      changed: Object.fromEntries(done.tables.map((each) => [each.table, each.changed])),
      refused: Object.fromEntries(done.refused.map((each) => [`${each.table}.${each.by}`, each.rows])),
    },
  })
}
