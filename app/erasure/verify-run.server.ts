import { appendEvidence } from '~/evidence/append.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { openSystem, type OpenSystem } from '~/systems/registry.server'
import type { PlanContents } from './plan-store.server'
import { withFoundTables } from './found-tables'
import { recordGroups } from './group-records.server'
import { modelOf } from './model'
import { readReceipt, type Receipt } from './receipt.server'
import { isScanned, searchedPerson } from './residue/person.server'
import { recordResidue } from './residue/record.server'
import { scanResidue } from './residue/scan.server'
import { changeRunSystem, failureOf, type RunSystemRow } from './run-records.server'
import { smallGroups } from './small-groups.server'
import type { Traces } from './trace-pattern'
import { verifySystem } from './verify.server'
import type { Work } from './work'

/**
 * Verifies one executed system of a run, searches it for residue, and writes both down. Where `residue.mode` is nightly, the
 * search is written down as due: the case waits for it.
 */
export async function verifyOne(
  runtime: Runtime,
  work: Work,
  row: RunSystemRow,
  contents: PlanContents,
  traces: Traces,
): Promise<void> {
  const { run, plan, opened } = work
  try {
    const answer = await openSystem(runtime, runtime.db, row.systemKey)
    if (!answer.ok) {
      const failure = { kind: answer.reason, code: null, table: null, constraint: null }
      return await changeRunSystem(runtime.db, row.id, { failure })
    }
    const system = withFoundTables(answer.system, opened.search)
    const receipts = await receiptsOf(system, run.id, row.batchesDone)
    const mismatch = await verifySystem({
      system,
      contents,
      search: opened.search,
      hashKey: opened.hashKey,
      key: work.key,
      receipts,
      rowsPerBatch: run.rowsPerBatch,
    })
    const nightly = (await readOrganisation(runtime.db))['residue.mode'] === 'nightly'
    const scans = isScanned(opened.search)
    const order = { plan, search: opened.search, systemKey: system.key, traces }
    const [residue = null] =
      scans && !nightly
        ? await scanResidue(system.scanAdapter ?? system.adapter, {
            system,
            persons: [await searchedPerson(runtime.db, runtime, order)],
          })
        : []
    const model = modelOf(system.map)
    const { adapter } = system
    const groups =
      scans && plan.requestId && !mismatch && !opened.search.findings
        ? await smallGroups(adapter, { model, sets: contents.sets, now: () => runtime.clock.now() })
        : []
    const nothing = contents.sets.length === 0
    await inTransaction(runtime, async (tx) => {
      const now = runtime.clock.now()
      await changeRunSystem(tx, row.id, {
        state: mismatch ? 'failed' : nothing ? 'nothing_found' : 'done',
        failure: mismatch ? { kind: 'verification', code: null, table: null, constraint: null } : null,
        mismatch,
        verifiedAt: mismatch ? null : now,
        ...(scans && nightly && !mismatch ? { residueDueAt: now, residueAt: null, residueSearched: null } : {}),
      })
      if (residue) await recordResidue(tx, { runSystemId: row.id, residue, sealer: opened.sealer, at: now })
      await recordGroups(tx, runtime, opened.sealer, row.id, groups)
      await appendEvidence(tx, runtime, {
        actor: { kind: 'system' },
        verb: mismatch ? 'run.not_verified' : 'run.verified',
        request: work.request,
        system: row.systemKey,
        data: {
          run: run.id,
          searched: residue?.searched ?? null,
          findings: residue?.findings.length ?? null,
          smallGroups: groups.length,
        },
      })
    })
  } catch (error) {
    // Not verified is not done: the row stays `executed` until the run is finished, which tries again or gives up.
    runtime.log.warn({ run: run.id, system: row.systemKey, err: error }, 'a system could not be verified')
    await changeRunSystem(runtime.db, row.id, { failure: failureOf(error) })
  }
}

async function receiptsOf(system: OpenSystem, runId: string, batches: number): Promise<Receipt[]> {
  const receipts: Receipt[] = []
  for (let batch = 0; batch < batches; batch++) {
    const receipt = await readReceipt(system.adapter, system, runId, batch)
    if (receipt) receipts.push(receipt)
  }
  return receipts
}
