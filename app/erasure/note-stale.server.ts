import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { erasureRun } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { differenceSchema, differentKeysSchema, type Difference, type DifferentKeys, type Found } from './difference'
import type { PlanSealer } from './plan-store.server'
import { requestOf } from './request-of-plan.server'
import { changeRunSystem, lockRun, type RunRow, type RunSystemRow } from './run-records.server'
import type { Work } from './work'

/** A system no longer fits its plan, and nothing of it was changed. */
export async function noteStale(runtime: Runtime, work: Work, row: RunSystemRow, found: Found): Promise<void> {
  const { run, plan } = work
  const failure = { kind: 'stale', code: null, table: null, constraint: null }
  await inTransaction(runtime, async (tx) => {
    await changeRunSystem(tx, row.id, { state: 'failed', failure, attemptedAt: null })
    await keepDifference(tx, work, row.systemKey, found)
    await appendEvidence(tx, runtime, {
      actor: { kind: 'system' },
      verb: 'run.stale',
      ...(await requestOf(runtime, plan)),
      system: row.systemKey,
      data: { run: run.id, plan: plan.id, tables: Object.keys(found.difference) },
    })
  })
}

const place = (runId: string) => `erasure_run.difference:${runId}`

/** Writes down what no longer fits in one system beside what is known of others: counts in the open, keys sealed. */
export async function keepDifference(
  tx: Transaction,
  { run, opened }: Work,
  system: string,
  found: Found,
): Promise<void> {
  const present = await lockRun(tx, run.id)
  if (!present) return
  const before = readDifference(present, opened.sealer)
  await tx
    .update(erasureRun)
    .set({
      difference: { ...before.difference, [system]: found.difference },
      differenceSealed: opened.sealer.seal(place(run.id), JSON.stringify({ ...before.keys, [system]: found.keys })),
    })
    .where(eq(erasureRun.id, run.id))
}

/** What no longer fitted a run's plan, by system; keys only while the case's key is there. */
export function readDifference(
  run: Pick<RunRow, 'id' | 'difference' | 'differenceSealed'>,
  sealer: PlanSealer | null,
): { difference: Record<string, Difference>; keys: Record<string, DifferentKeys> } {
  const keys =
    sealer && run.differenceSealed ? (JSON.parse(sealer.open(place(run.id), run.differenceSealed)) as unknown) : {}
  return {
    difference: z.record(z.string(), differenceSchema).parse(run.difference ?? {}),
    keys: z.record(z.string(), differentKeysSchema).parse(keys),
  }
}
