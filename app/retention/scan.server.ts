import type { Executor as Own } from '~db/client'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import { inTransaction } from '~/platform/runtime.server'
import { activeHolds } from '~/holds/hold.server'
import { SystemError } from '~/systems/adapters/adapter'
import { databaseKeys, openSystem } from '~/systems/registry.server'
import type { OpenSystem } from '~/systems/registry.server'
import type { Day, DueGroup } from './find-due.server'
import { countDue, countEnding, dueKeys, tablesWithTerm } from './find-due.server'
import { storeFindings } from './findings.server'
import type { FoundGroup } from './findings.server'
import { storeForecast } from './forecast.server'
import { heldRows } from './hold-rows.server'

/** One element per system, table and owner (contract.md `retention scan`). */
export type RetentionAnswer = {
  tables: { system: string; table: string; expired: number; expiring: number; owner: string | null }[]
}

/** Systems that could not be looked at: they did not answer, or their map is not readable. */
export class ScanIncomplete extends Error {
  override readonly name = 'ScanIncomplete'
  constructor(
    readonly systems: readonly { key: string; reason: string }[],
    readonly answer: RetentionAnswer,
  ) {
    super(`Not scanned: ${systems.map(({ key, reason }) => `${key} (${reason})`).join(', ')}`)
  }
}

/** So many rows of a group are offered at once; the next ones follow when these are done. */
export const offeredAtOnce = 500

/** Today in the organisation's zone, and how terms are reckoned. */
export async function retentionDay(runtime: Pick<Runtime, 'clock'>, db: Own): Promise<Day> {
  const organisation = await readOrganisation(db)
  const zone = organisation['organisation.zone']
  return {
    today: runtime.clock.now().toZonedDateTimeISO(zone).toPlainDate(),
    rules: { zone, fiscalYearEnd: organisation['organisation.fiscalYearEnd'] },
  }
}

/**
 * Finds the rows whose `delete_after` is near or over, in one system or in all that have a data map, and keeps what was
 * found as a dated record. Throws ScanIncomplete, after all others were scanned, when a system could not be looked at.
 */
export async function scanRetention(runtime: Runtime, { system }: { system?: string } = {}): Promise<RetentionAnswer> {
  const keys = system === undefined ? await databaseKeys(runtime.db) : [system]
  const day = await retentionDay(runtime, runtime.db)
  const answer: RetentionAnswer = { tables: [] }
  const missed: { key: string; reason: string }[] = []
  for (const key of keys) {
    const scanned = await scanSystem(runtime, key, day)
    if (scanned.ok) answer.tables.push(...scanned.tables)
    else missed.push({ key, reason: scanned.reason })
  }
  if (missed.length > 0) throw new ScanIncomplete(missed, answer)
  return answer
}

type Scanned = ({ ok: true } & RetentionAnswer) | { ok: false; reason: string }

async function scanSystem(runtime: Runtime, key: string, day: Day): Promise<Scanned> {
  try {
    const opened = await openSystem(runtime, runtime.db, key)
    if (!opened.ok) return opened
    const { found, ending } = await findInSystem(runtime, opened.system, day)
    await inTransaction(runtime, async (tx) => {
      const scanId = await storeFindings(tx, runtime, key, day.today, found)
      await storeForecast(tx, key, scanId, ending)
    })
    return { ok: true, tables: perOwner(key, found) }
  } catch (error) {
    if (error instanceof SystemError) return { ok: false, reason: `${error.kind} ${error.code}` }
    throw error
  }
}

async function findInSystem(runtime: Runtime, system: OpenSystem, day: Day) {
  const blocked = await activeHolds(runtime.db, { requestId: null, hashes: [] })
  const isBlocked = (table: string) =>
    blocked.some((hold) => hold.systemKey === system.key && (hold.table === null || hold.table === table))
  const held = await heldRows(runtime.db, runtime, system.key, day.today)
  // What is only read is read by the read-only role where there is one.
  const reader = system.scanAdapter ?? system.adapter
  const found: FoundGroup[] = []
  const ending = new Map<string, number>()
  for (const table of tablesWithTerm(system)) {
    if (isBlocked(table.id)) continue
    const kept = held(table.id)
    for (const group of await countDue(reader, system, table, day, kept)) {
      const keys = group.expired > 0 ? await dueKeys(reader, system, table, day, kept, group, offeredAtOnce) : []
      found.push({ ...group, keys })
    }
    for (const [month, rows] of await countEnding(reader, system, table, day, kept))
      ending.set(month, (ending.get(month) ?? 0) + rows)
  }
  return { found, ending }
}

function perOwner(system: string, groups: readonly DueGroup[]): RetentionAnswer['tables'] {
  const sums = new Map<string, RetentionAnswer['tables'][number]>()
  for (const { table, owner, expired, expiring } of groups) {
    const name = JSON.stringify([table, owner])
    const sum = sums.get(name) ?? { system, table, expired: 0, expiring: 0, owner }
    sums.set(name, { ...sum, expired: sum.expired + expired, expiring: sum.expiring + expiring })
  }
  return [...sums.values()]
}
