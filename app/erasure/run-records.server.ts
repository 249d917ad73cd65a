import { and, asc, desc, eq, inArray, isNull } from 'drizzle-orm'
import { erasureRun, residueFinding, runPause, runSystem } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { SystemError } from '~/systems/adapters/adapter'

export type RunRow = typeof erasureRun.$inferSelect
export type RunSystemRow = typeof runSystem.$inferSelect
export type FindingRow = typeof residueFinding.$inferSelect

export type RunState = 'running' | 'done' | 'partial' | 'stale' | 'failed'

export async function findRun(db: Executor, runId: string): Promise<RunRow | undefined> {
  const [row] = await db.select().from(erasureRun).where(eq(erasureRun.id, runId))
  return row
}

/** The run, locked for the rest of the transaction against a worker that takes it up. */
export async function lockRun(tx: Transaction, runId: string): Promise<RunRow | undefined> {
  const [row] = await tx.select().from(erasureRun).where(eq(erasureRun.id, runId)).for('update')
  return row
}

export async function newestRunOfRequest(db: Executor, requestId: string): Promise<RunRow | undefined> {
  const [row] = await db
    .select()
    .from(erasureRun)
    .where(eq(erasureRun.requestId, requestId))
    .orderBy(desc(erasureRun.number))
    .limit(1)
  return row
}

export function systemsOfRun(db: Executor, runId: string): Promise<RunSystemRow[]> {
  return db.select().from(runSystem).where(eq(runSystem.runId, runId)).orderBy(asc(runSystem.systemKey))
}

/** Every run of a request that changed something, oldest first: the erasure itself and what followed up its findings. */
export async function endedRunsOfRequest(db: Executor, requestId: string): Promise<RunRow[]> {
  return db
    .select()
    .from(erasureRun)
    .where(and(eq(erasureRun.requestId, requestId), inArray(erasureRun.state, ['done', 'partial'])))
    .orderBy(asc(erasureRun.number))
}

/** A finding that nobody decided on, or that is to go and still stands. */
export const isUnsettled = (finding: Pick<FindingRow, 'decision' | 'carriedOutAt'>) =>
  finding.carriedOutAt === null && finding.decision !== 'keep'

/** The nightly pass has still to search this system for the run. */
export const isScanDue = (row: Pick<RunSystemRow, 'residueDueAt' | 'residueAt'>) =>
  row.residueDueAt !== null && row.residueAt === null

export async function findingsOfRequest(
  db: Executor,
  requestId: string,
): Promise<(FindingRow & { systemKey: string })[]> {
  const rows = await db
    .select({ finding: residueFinding, systemKey: runSystem.systemKey })
    .from(residueFinding)
    .innerJoin(runSystem, eq(runSystem.id, residueFinding.runSystemId))
    .innerJoin(erasureRun, eq(erasureRun.id, runSystem.runId))
    .where(eq(erasureRun.requestId, requestId))
    .orderBy(asc(erasureRun.number), asc(runSystem.systemKey), asc(residueFinding.table), asc(residueFinding.column))
  return rows.map((row) => ({ ...row.finding, systemKey: row.systemKey }))
}

export async function findingsOfRun(db: Executor, runId: string): Promise<(FindingRow & { systemKey: string })[]> {
  const rows = await db
    .select({ finding: residueFinding, systemKey: runSystem.systemKey })
    .from(residueFinding)
    .innerJoin(runSystem, eq(runSystem.id, residueFinding.runSystemId))
    .where(eq(runSystem.runId, runId))
    .orderBy(asc(runSystem.systemKey), asc(residueFinding.table), asc(residueFinding.column))
  return rows.map((row) => ({ ...row.finding, systemKey: row.systemKey }))
}

export async function changeRunSystem(
  tx: Transaction | Executor,
  id: string,
  set: Partial<RunSystemRow>,
): Promise<void> {
  await tx.update(runSystem).set(set).where(eq(runSystem.id, id))
}

/** What of a failure may be kept: its kind, code and names, never a database's own words. `internal`: it was no system's. */
export function failureOf(error: unknown): NonNullable<RunSystemRow['failure']> {
  if (error instanceof SystemError)
    return { kind: error.kind, code: error.code, table: error.table, constraint: error.constraint }
  return { kind: 'internal', code: null, table: null, constraint: null }
}

/** Failures that may be over in a moment: they are tried again by themselves. */
export const passes = (failure: RunSystemRow['failure']) =>
  failure !== null &&
  ['unreachable', 'timeout', 'lock_timeout', 'serialization', 'deadlock', 'connection_lost', 'internal'].includes(
    failure.kind,
  )

/** Was this system handed to a person, who may be at it? */
export const isHandedOut = (row: Pick<RunSystemRow, 'state' | 'attemptedAt'>) =>
  row.state === 'running' && row.attemptedAt === null

/** Is the run stopped for now by a person? */
export async function isPaused(db: Executor, runId: string): Promise<boolean> {
  const open = await db
    .select({ id: runPause.id })
    .from(runPause)
    .where(and(eq(runPause.runId, runId), isNull(runPause.resumedAt)))
  return open.length > 0
}

/**
 * The state of a run, out of those of its systems (contract.md): running until all are through; done: every system done or
 * nothing found; failed: nothing changed anywhere; partial: the rest.
 */
export function stateOf(systems: readonly Pick<RunSystemRow, 'state' | 'executedAt' | 'attemptedAt'>[]): RunState {
  if (systems.some((system) => ['waiting', 'running', 'executed'].includes(system.state))) return 'running'
  if (systems.every((system) => system.state === 'done' || system.state === 'nothing_found')) return 'done'
  // What may have been changed is not said to be unchanged.
  return systems.some((system) => system.executedAt !== null || system.attemptedAt !== null) ? 'partial' : 'failed'
}
