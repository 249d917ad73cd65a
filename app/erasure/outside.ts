import type { LocatedPerson } from '~/systems/located'
import { rowId } from './links'

/**
 * What rows outside the person's set mean for its rows, by row id: `staying`: a table whose rows go on referring to it;
 * `cascades`: a table whose rows the engine would delete along with it. References that are cut count as neither.
 */
export function referencesFromOutside(person: LocatedPerson): {
  staying: ReadonlyMap<string, string>
  cascades: ReadonlyMap<string, string>
} {
  const staying = new Map<string, string>()
  const cascades = new Map<string, string>()
  const cut = new Set(
    person.cuts.filter((each) => each.nullable).map((each) => over(each.table, each.columns, each.ontoTable)),
  )
  for (const reference of person.references) {
    if (cut.has(over(reference.table, reference.columns, reference.ontoTable))) continue
    if (reference.origin === 'foreign_key' && reference.onDelete === 'set_null') continue
    const found = reference.origin === 'foreign_key' && reference.onDelete === 'cascade' ? cascades : staying
    for (const { onto, rows } of reference.outside)
      if (rows > 0) found.set(rowId(reference.ontoTable, onto), reference.table)
  }
  return { staying, cascades }
}

const over = (table: string, columns: readonly string[], onto: string) =>
  `${table}\u0001${columns.join('\u0002')}\u0001${onto}`
