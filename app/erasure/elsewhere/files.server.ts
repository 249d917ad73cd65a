import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { openOutsideTask } from '~/requests/outside/open-task.server'
import type { PlanContents } from '../plan-store.server'
import { systemsOfRun } from '../run-records.server'
import type { Work } from '../work'

/** States in which the rows that named the files are gone. */
const ERASED = ['executed', 'done']

/**
 * A task for each file on disk whose row a run erased, once the row is gone: a file without a row harms nobody, a row without
 * its file says that something is there. Called again and again: what is out is left alone. Where a file lies is sealed.
 */
export async function handOutFiles(
  runtime: Runtime,
  { run, plan }: Work,
  contents: ReadonlyMap<string, PlanContents>,
): Promise<void> {
  const { requestId } = plan
  if (!requestId || [...contents.values()].every(({ files }) => files.length === 0)) return
  const erased = (await systemsOfRun(runtime.db, run.id)).filter(({ state }) => ERASED.includes(state))
  const files = erased.flatMap(({ systemKey }) =>
    (contents.get(systemKey)?.files ?? []).map((detail, at) => ({
      systemKey: `${systemKey}#${String(at + 1)}`,
      detail,
    })),
  )
  if (files.length === 0) return
  await inTransaction(runtime, async (tx) => {
    const request = await findRequest(tx, requestId)
    if (!request) return
    for (const file of files)
      await openOutsideTask(tx, runtime, { ...file, request, runId: run.id, kind: 'file', cause: plan.cause })
  })
}
