import type { Transaction } from '~db/client'
import type { RequestSealer } from '~/requests/sealed.server'
import type { ChosenSubject } from '~/systems/locate/choose-subjects'
import { locate } from '~/systems/locate/locate'
import { portions, readColumns } from '~/systems/locate/rows'
import type { Executor } from '~/systems/adapters/adapter'
import type { CatalogueColumn } from '~/systems/catalogue'
import type { Identifiers, LocatedCandidate, LocatedRow } from '~/systems/located'
import type { List } from '~/systems/list'
import type { OpenSystem } from '~/systems/registry.server'
import type { ResolvedTable } from '~/systems/resolved-map'
import type { PackageRow, PackageTable } from './contents'
import { describeTable, givenColumns, takesPart } from './describe-table'
import type { PackageKind } from './describe-table'
import { rowsPerPart, writePart } from './parts.server'

export type Collector = {
  tx: Transaction
  sealer: RequestSealer
  packageId: string
  kind: PackageKind
  /** Tables so far; their position is their place. */
  tables: PackageTable[]
  nextOrdinal: number
}

export type Collected =
  { ok: true } | { ok: false; reason: 'ambiguous' | 'unfounded_choice'; candidates: readonly LocatedCandidate[] }

/**
 * Reads the rows of one person in one system, at one moment, and lays them down sealed, some hundred at a time. Several
 * persons with these identifiers: nothing is taken until somebody chose; nor where a row was chosen that nothing proven
 * finds. Throws SystemError when the database fails.
 */
export async function collectSystem(
  collector: Collector,
  system: OpenSystem,
  identifiers: Identifiers,
  choice: { subjects: readonly ChosenSubject[]; facts: Readonly<Record<string, string>> },
): Promise<Collected> {
  return system.adapter.transaction(
    async (executor) => {
      const person = await locate(executor, system.map, identifiers, {
        ...choice,
        references: false,
        suggestions: false,
      })
      if (person.unfounded.length > 0) return { ok: false, reason: 'unfounded_choice', candidates: person.candidates }
      if (person.ambiguous) return { ok: false, reason: 'ambiguous', candidates: person.candidates }
      for (const table of system.map.tables.values()) {
        if (!table.map.personal || !takesPart(table, collector.kind)) continue
        await collectTable(collector, executor, system, table, {
          own: person.rows.get(table.id) ?? [],
          shared: person.shared.get(table.id) ?? [],
        })
      }
      return { ok: true }
    },
    { readOnly: true, isolation: 'repeatable read' },
  )
}

async function collectTable(
  collector: Collector,
  executor: Executor,
  system: OpenSystem,
  table: ResolvedTable,
  rows: { own: List<LocatedRow>; shared: List<LocatedRow> },
): Promise<void> {
  const { given } = givenColumns(table, collector.kind)
  if (rows.own.length + rows.shared.length === 0 || given.length === 0) return
  const place = collector.tables.length
  const hidden = secretNames(system)
  const counts = { rows: 0, shared: 0 }
  for (const [shared, located] of [[false, rows.own] as const, [true, rows.shared] as const])
    for (const portion of portions(located, rowsPerPart)) {
      const read = await readColumns(
        executor,
        table,
        portion.map((row) => row.key),
        given,
      )
      if (read.length === 0) continue
      const values = read.map((row) =>
        given.map((column) => withoutSecrets(row.values[column.name] ?? null, column, hidden)),
      )
      await writePart(collector.tx, collector.sealer, collector.packageId, {
        ordinal: collector.nextOrdinal++,
        place,
        shared,
        rows: values satisfies PackageRow[],
      })
      counts.rows += values.length
      if (shared) counts.shared += values.length
    }
  if (counts.rows > 0) collector.tables.push(describeTable(system.key, table, collector.kind, counts))
}

/** Names of secret columns anywhere in the map: an audit table may hold whole rows as JSON. */
function secretNames(system: OpenSystem): ReadonlySet<string> {
  return new Set([...system.map.tables.values()].flatMap((table) => givenColumns(table, 'access').withheld))
}

function withoutSecrets(value: string | null, column: CatalogueColumn, hidden: ReadonlySet<string>): string | null {
  if (value === null || column.family !== 'json' || hidden.size === 0) return value
  if (![...hidden].some((name) => value.includes(`"${name}"`))) return value
  return JSON.stringify(JSON.parse(value), (key, inside: unknown) => (hidden.has(key) ? undefined : inside))
}
