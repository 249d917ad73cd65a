import type { Executor } from '~db/client'
import { listAppliedMaps } from '~/systems/registry.server'
import type { DataMap } from '~/systems/data-map'
import { doneElsewhere } from './elsewhere/done.server'
import { otherData } from './other-data'
import type { Reason } from './plan'
import { findPlan, systemsOfPlan, type PlanSystemRow } from './plan-store.server'
import { readSummary } from './read-summary'
import { endedRunsOfRequest, newestRunOfRequest, systemsOfRun, type RunRow, type RunState } from './run-records.server'

/** What the subject is told: labels, no table names, no keys. */
export interface ResultForSubject {
  readonly state: RunState
  readonly nothingFound: boolean
  readonly erased: readonly { readonly label: string; readonly rows: number }[]
  readonly kept: readonly { readonly label: string; readonly reason: string; readonly until: string | null }[]
}

const reasons: Record<'nl' | 'en', Record<Reason, string>> = {
  nl: {
    rule: 'Deze gegevens blijven bewaard.',
    term: 'Wettelijke of vastgelegde bewaarplicht',
    part_of: 'Hoort bij gegevens die bewaard moeten blijven',
    shared: 'Ook van iemand anders',
    still_needed: 'Nog nodig voor een lopende afspraak',
    still_referred: 'Nog nodig voor gegevens die bewaard moeten blijven; de naam en contactgegevens zijn eruit gehaald',
    hold: 'Nodig voor een lopende zaak',
  },
  en: {
    rule: 'This data is kept.',
    term: 'A legal or recorded duty to keep it',
    part_of: 'Belongs to data that must be kept',
    shared: 'Also somebody else’s',
    still_needed: 'Still needed for a running agreement',
    still_referred: 'Still needed for data that must be kept; name and contact details were taken out',
    hold: 'Needed for a pending matter',
  },
}

/**
 * What is gone and what stays, why and until when, in the subject's language; null before the run has ended. Only systems that
 * were verified count: one that stopped half-way is not said to be done.
 */
export async function resultForSubject(
  db: Executor,
  requestId: string,
  language: 'nl' | 'en',
): Promise<ResultForSubject | null> {
  const newest = await newestRunOfRequest(db, requestId)
  if (!newest || newest.state === 'running') return null
  const maps = new Map((await listAppliedMaps(db)).map((each) => [each.system.key, each.map]))
  const erased = new Map<string, number>()
  const kept = new Map<string, { label: string; reason: string; until: string | null }>()
  const runs = await endedRunsOfRequest(db, requestId)
  const verified = await verifiedSystems(db, runs)
  const whole = await newestWholeRuns(db, verified)
  for (const { run, system } of verified) {
    // What an earlier erasure kept in a system, a later one of the same request looked at anew.
    const counts = run.number >= (whole.get(system.systemKey) ?? 0)
    const { tables, elsewhere } = readSummary(system.summary)
    if (elsewhere) continue
    const map = maps.get(system.systemKey)
    for (const each of tables) {
      const label = labelOf(map, each.table, language)
      // A log of changes, or a row that stays only because another refers to it, is no news to the subject.
      if (each.action !== 'keep') erased.set(label, (erased.get(label) ?? 0) + each.rows)
      const stays = each.action === 'keep' || each.columns.some((column) => column.with === 'keep')
      if (stays && counts) {
        const reason = basisOf(map, each.table, each.reason, language)
        kept.set(JSON.stringify([label, reason, each.until]), { label, reason, until: each.until })
      }
    }
  }
  for (const { label, rows, stays } of await doneElsewhere(db, requestId, runs, language)) {
    if (stays) kept.set(label, { label, reason: reasons[language].rule, until: null })
    else erased.set(label, (erased.get(label) ?? 0) + rows)
  }
  return {
    state: stateSchemaOf(newest.state),
    nothingFound: erased.size === 0 && kept.size === 0,
    erased: [...erased].map(([label, rows]) => ({ label, rows })),
    kept: [...kept.values()],
  }
}

/** Per system the number of the newest run that was no follow-up: after a request was reopened there may be several. */
async function newestWholeRuns(
  db: Executor,
  verified: readonly { run: RunRow; system: PlanSystemRow }[],
): Promise<Map<string, number>> {
  const newest = new Map<string, number>()
  for (const { run, system } of verified)
    if ((await findPlan(db, run.planId))?.cause !== 'follow_up') newest.set(system.systemKey, run.number)
  return newest
}

async function verifiedSystems(
  db: Executor,
  runs: readonly RunRow[],
): Promise<{ run: RunRow; system: PlanSystemRow }[]> {
  const found: { run: RunRow; system: PlanSystemRow }[] = []
  for (const run of runs) {
    const verified = (await systemsOfRun(db, run.id)).filter((each) => each.verifiedAt !== null)
    for (const system of await systemsOfPlan(db, run.planId))
      if (verified.some((each) => each.systemKey === system.systemKey)) found.push({ run, system })
  }
  return found
}

function stateSchemaOf(state: string): RunState {
  return state === 'done' || state === 'partial' || state === 'stale' || state === 'failed' ? state : 'running'
}

function labelOf(map: DataMap | undefined, table: string, language: 'nl' | 'en'): string {
  return map?.tables[table]?.label?.[language] ?? otherData[language]
}

/** The ground in the map's own words where it gives one (a law, a contract), else what the reason means. */
function basisOf(map: DataMap | undefined, table: string, reason: Reason, language: 'nl' | 'en'): string {
  const of = map?.tables[table]
  const own =
    reason === 'term'
      ? of?.keepFor[0]?.basis?.[language]
      : reason === 'still_needed'
        ? of?.neededWhile[0]?.reason?.[language]
        : reason === 'rule'
          ? of?.reason?.[language]
          : undefined
  return own ?? reasons[language][reason]
}
