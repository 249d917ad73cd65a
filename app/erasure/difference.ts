import { z } from 'zod'
import type { RowKey } from '~/systems/located'
import type { PlannedRow } from './planned-rows'
import type { RowSet } from './row-sets'

const count = z.number().int()
const tableDifference = z.object({
  added: count,
  removed: count,
  changed: count,
  /** Of the changed rows: those that hold the same as before, and to which something else would happen now. */
  decided: count.exactOptional(),
  /** Columns that no longer hold what the plan found; absent where that is not known. */
  columns: z.array(z.string()).exactOptional(),
})
export type TableDifference = z.infer<typeof tableDifference>

/** What of a plan no longer fits in one system, in counts per table and names of columns. */
export const differenceSchema = z.record(z.string(), tableDifference)
export type Difference = z.infer<typeof differenceSchema>

/** Some keys of the rows that are different, per table. */
export const differentKeysSchema = z.record(z.string(), z.array(z.array(z.string())))
export type DifferentKeys = z.infer<typeof differentKeysSchema>

export interface Found {
  readonly difference: Difference
  readonly keys: DifferentKeys
}

/** So many rows of a table are named as examples. */
const examples = 5

/**
 * What of a plan no longer fits: rows that came, went, or changed in what the map reads or writes, per table. Null: it fits.
 * `mayGrow`: tables in which new rows are no difference.
 */
export function difference(
  planned: readonly RowSet[],
  present: readonly RowSet[],
  mayGrow: (table: string) => boolean = () => false,
): Found | null {
  const what = (set: RowSet) => JSON.stringify([set.action, set.reason, set.until, set.columns, set.set])
  const before = planned.map((set) => ({ set, what: what(set), seen: new Uint8Array(set.rows.length) }))
  const found = new Noted()
  for (const set of present) {
    const now = what(set)
    const alike = (each: (typeof before)[number]) => Number(each.what === now)
    const places = before.filter((each) => each.set.table === set.table).sort((a, b) => alike(b) - alike(a))
    for (const row of set.rows) {
      const place = places.find((each) => each.set.rows.indexOf(row.key) >= 0)
      if (!place) {
        if (!mayGrow(set.table)) found.note(set.table, row.key, 'added')
        continue
      }
      const index = place.set.rows.indexOf(row.key)
      const then = place.set.rows.at(index)
      place.seen[index] = 1
      const same = then.digest === row.digest
      if (same && place.what === now && then.count === row.count) continue
      found.note(set.table, row.key, 'changed')
      if (same) found.decided(set.table)
      else found.columns(set.table, then, row)
    }
  }
  for (const { set, seen } of before)
    for (const [index, was] of seen.entries()) if (was === 0) found.note(set.table, set.rows.at(index).key, 'removed')
  return found.all()
}

/** What is different, as it is found row by row. */
class Noted {
  private readonly tables = new Map<string, TableDifference>()
  private readonly keys = new Map<string, string[][]>()
  /** Names of columns per table; null where some row did not tell. */
  private readonly names = new Map<string, Set<string> | null>()

  note(table: string, key: RowKey, how: 'added' | 'removed' | 'changed'): void {
    const entry = this.tables.get(table) ?? { added: 0, removed: 0, changed: 0 }
    entry[how]++
    this.tables.set(table, entry)
    const keys = this.keys.get(table) ?? []
    if (keys.length < examples) keys.push([...key])
    this.keys.set(table, keys)
  }

  decided(table: string): void {
    const entry = this.tables.get(table)
    if (entry) entry.decided = (entry.decided ?? 0) + 1
  }

  columns(table: string, then: PlannedRow, now: PlannedRow): void {
    const known = this.names.get(table)
    if (known === null) return
    const { each } = now
    const names =
      then.each && each ? Object.entries(then.each).flatMap(([name, was]) => (each[name] === was ? [] : [name])) : null
    this.names.set(table, names && new Set([...(known ?? []), ...names]))
  }

  all(): Found | null {
    if (this.tables.size === 0) return null
    const told = [...this.tables].map(([table, entry]): [string, TableDifference] => {
      const columns = this.names.get(table)
      return [table, columns ? { ...entry, columns: [...columns].sort() } : entry]
    })
    return { difference: Object.fromEntries(told), keys: Object.fromEntries(this.keys) }
  }
}
