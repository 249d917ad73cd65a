import type { Runtime } from '~/platform/runtime.server'
import { encodeKey, type RowKey } from '~/systems/located'
import { readColumns } from '~/systems/locate/rows'
import type { OpenSystem } from '~/systems/registry.server'
import { recognition } from './defer.server'
import { modelTable, type Model } from './model'
import { openRemembered, whoIs, type ErasedRowsRow } from './remember.server'

export interface ReturnedRows {
  readonly tables: readonly {
    readonly table: string
    readonly action: 'delete' | 'pseudonymise'
    readonly keys: ReadonlyMap<string, RowKey>
    readonly changed: number
  }[]
}

/**
 * Which of the rows that a run erased does the database hold again? A row counts only if its key **and** what was taken down
 * of it agree: the digest of key, links and identifiers, or the identifiers alone (its links may be older in the backup). A
 * rewritten row that still carries what the run wrote was never restored. `seen`: rows counted already, added to.
 */
export async function recogniseReturned(
  runtime: Pick<Runtime, 'keys'>,
  system: OpenSystem,
  model: Model,
  records: readonly ErasedRowsRow[],
  seen: Set<string>,
): Promise<ReturnedRows> {
  const found = new Map<
    string,
    { table: string; action: 'delete' | 'pseudonymise'; keys: Map<string, RowKey>; changed: number }
  >()
  for (const record of records) {
    if (!model.tables.has(record.table)) continue
    const of = modelTable(model, record.table)
    const remembered = openRemembered(runtime, record)
    const digestKey = Buffer.from(remembered.digestKey, 'hex')
    const keys = remembered.rows.map((row) => row.key)
    const present = new Map(
      (await readColumns(system.adapter, of.resolved, keys, of.touched)).map((row) => [encodeKey(row.key), row.values]),
    )
    const counted = found.get(record.table) ?? {
      table: record.table,
      action: remembered.action,
      keys: new Map<string, RowKey>(),
      changed: 0,
    }
    // Where rows of one table went different ways, the one that can be taken back less far is left to the map's own rules.
    if (counted.action !== remembered.action) counted.action = 'pseudonymise'
    for (const row of remembered.rows) {
      const values = present.get(encodeKey(row.key))
      const id = `${record.table}\u0000${encodeKey(row.key)}`
      if (!values || seen.has(id)) continue
      if (row.after !== null && recognition(digestKey, remembered.rewritten, values) === row.after) continue
      const who = whoIs(digestKey, remembered.identifiers, values)
      const same =
        recognition(digestKey, remembered.columns, values) === row.digest || (who !== null && who === row.who)
      seen.add(id)
      if (same) counted.keys.set(encodeKey(row.key), row.key)
      else counted.changed++
    }
    found.set(record.table, counted)
  }
  return { tables: [...found.values()] }
}
