import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { erasureRun, residueFinding, runSystem } from '~db/schema'
import { appendEvidence } from '~/evidence/append.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { SystemError } from '~/systems/adapters/adapter'
import { columnOf, tableById } from '~/systems/catalogue'
import { readColumns } from '~/systems/locate/rows'
import { encodeKey, type RowKey } from '~/systems/located'
import { mask } from '~/systems/mask'
import { openSystem } from '~/systems/registry.server'
import { tableInHand } from '../found-tables'
import { findPlan, openPlan, readContents, systemsOfPlan } from '../plan-store.server'
import { tracePattern } from '../trace-pattern'
import { excerptsOf, type ExcerptPart } from './excerpt'
import { joinTraces } from './person.server'

/** So many rows are shown on one page. */
const SHOWN = 5
/** A page waits no longer than this. */
const statementTimeoutMs = 8_000

export interface LookedAtFinding {
  readonly id: string
  readonly system: string
  readonly table: string
  readonly column: string
  readonly rows: number
  readonly decision: string | null
  readonly carriedOut: boolean
  /** What was decided, and why, in that person's words. */
  readonly reason: string | null
  /** Number of the first row shown, from 0, and of those that can be shown. */
  readonly from: number
  readonly known: number
  /** `excerpts` null: the row, or the text in it, is no longer there. */
  readonly shown: readonly { key: readonly string[]; excerpts: readonly (readonly ExcerptPart[])[] | null }[]
  /** Why nothing could be read, as the kind of a system's failure. */
  readonly failure: string | null
}

/**
 * Some rows of a finding with what stands around it, masked, read from the connected system at this moment: nothing of it is
 * kept here. That somebody looked is evidence. Null where the finding is unknown, another case's, or its case was purged.
 */
export async function lookAtFinding(
  runtime: Runtime,
  order: { requestId: string; findingId: string; staffId: string; from: number },
): Promise<LookedAtFinding | null> {
  const [found] = await runtime.db
    .select({
      finding: residueFinding,
      systemKey: runSystem.systemKey,
      planId: erasureRun.planId,
      runId: erasureRun.id,
    })
    .from(residueFinding)
    .innerJoin(runSystem, eq(runSystem.id, residueFinding.runSystemId))
    .innerJoin(erasureRun, eq(erasureRun.id, runSystem.runId))
    .where(and(eq(residueFinding.id, order.findingId), eq(erasureRun.requestId, order.requestId)))
  const plan = found ? await findPlan(runtime.db, found.planId) : undefined
  if (!found?.finding.keysSealed || !plan) return null
  const { finding, systemKey, runId } = found
  const { sealer } = await openPlan(runtime.db, runtime, plan)
  const all = z
    .array(z.array(z.string()))
    .parse(JSON.parse(sealer.open(`residue_finding.keys:${finding.id}`, found.finding.keysSealed)))
  const from = order.from < all.length ? order.from : 0
  const keys = all.slice(from, from + SHOWN)
  const contents = []
  for (const each of await systemsOfPlan(runtime.db, plan.id))
    contents.push(await readContents(runtime.db, sealer, each.id))
  const { table, column, rows } = finding
  await inTransaction(runtime, (tx) =>
    appendEvidence(tx, runtime, {
      actor: { kind: 'staff', id: order.staffId },
      verb: 'finding.looked',
      system: systemKey,
      data: { run: runId, finding: finding.id, table, column, rows: keys.length },
    }),
  )
  const read = await readThere(runtime, systemKey, { table, column, keys })
  const pattern = tracePattern({ ...joinTraces(contents), names: [] })
  return {
    id: finding.id,
    system: systemKey,
    table,
    column,
    rows,
    decision: finding.decision,
    carriedOut: finding.carriedOutAt !== null,
    reason: finding.reasonSealed ? sealer.open(`residue_finding.reason:${finding.id}`, finding.reasonSealed) : null,
    from,
    known: all.length,
    shown: keys.map((key) => {
      const value = read.values.get(encodeKey(key))
      return { key: key.map(shownKey), excerpts: value ? excerptsOf(value, pattern) : null }
    }),
    failure: read.failure,
  }
}

/** Numbers and random ids name a row and nobody; any other key may be an address. */
const shownKey = (part: string) => (/^\d+$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(part) ? part : mask(part))

async function readThere(
  runtime: Runtime,
  systemKey: string,
  place: { table: string; column: string; keys: readonly RowKey[] },
): Promise<{ values: ReadonlyMap<string, string | null>; failure: string | null }> {
  const nothing = (failure: string) => ({ values: new Map<string, string>(), failure })
  try {
    const opened = await openSystem(runtime, runtime.db, systemKey)
    if (!opened.ok) return nothing(opened.reason)
    const { system } = opened
    const table = tableById(system.catalogue, place.table)
    const column = table && columnOf(table, place.column)
    if (!table || !column) return nothing('missing')
    const rows = await (system.scanAdapter ?? system.adapter).transaction(
      (tx) => readColumns(tx, tableInHand(system.map, table), place.keys, [column]),
      { readOnly: true, statementTimeoutMs },
    )
    return { values: new Map(rows.map((row) => [encodeKey(row.key), row.values[column.name] ?? null])), failure: null }
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    return nothing(error.kind)
  }
}
