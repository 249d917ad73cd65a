import type { Runtime } from '~/platform/runtime.server'
import { SystemError } from '~/systems/adapters/adapter'
import { encodeKey } from '~/systems/located'
import { readColumns } from '~/systems/locate/rows'
import { mask } from '~/systems/mask'
import { openSystem } from '~/systems/registry.server'
import { personalColumns, resolvedTable } from '~/systems/resolved-map'
import { findFinding } from './findings.server'
import type { Finding } from './findings.server'

/** Columns that tell a person enough to recognise a row; more would only be in the way. */
const shownColumns = 5

export type OfferedRow = {
  /** Position among the rows that the finding offers. */ place: number
  values: (string | null)[]
}

export type Offered = {
  finding: Finding
  columns: string[]
  /** Masked; a row that is gone since the scan is left out. */
  rows: OfferedRow[]
  mayPseudonymise: boolean
}

/** The rows that a finding offers, masked, read when looked at. Null: unknown; `away`: the system does not answer. */
export async function showRows(
  runtime: Runtime,
  findingId: string,
): Promise<{ ok: true; offered: Offered } | { ok: false; reason: 'unknown' | 'away' }> {
  const found = await findFinding(runtime.db, runtime, findingId)
  if (!found) return { ok: false, reason: 'unknown' }
  const { finding, keys } = found
  try {
    const opened = await openSystem(runtime, runtime.db, finding.system)
    if (!opened.ok) return { ok: false, reason: 'away' }
    const { system } = opened
    const table = resolvedTable(system.map, finding.table)
    const personal = personalColumns(table)
    const columns = [
      ...personal.filter((column) => column.family === 'text' || column.family === 'date'),
      ...table.catalogue.columns.filter((column) =>
        table.map.deleteAfter[finding.step]?.from?.columns.includes(column.name),
      ),
    ].slice(0, shownColumns)
    const read = await readColumns(system.scanAdapter ?? system.adapter, table, keys, columns)
    const values = new Map(read.map((row) => [encodeKey(row.key), row.values]))
    const rows = keys.flatMap((key, place) => {
      const row = values.get(encodeKey(key))
      if (!row) return []
      return [{ place, values: columns.map(({ name }) => (row[name] ? mask(row[name]) : null)) }]
    })
    const strategies = Object.values(table.map.columns)
    return {
      ok: true,
      offered: {
        finding,
        columns: columns.map((column) => column.name),
        rows,
        mayPseudonymise: strategies.some((column) => column.with && column.with.kind !== 'keep'),
      },
    }
  } catch (error) {
    if (error instanceof SystemError) return { ok: false, reason: 'away' }
    throw error
  }
}
