import type { LocatedPerson } from '~/systems/located'

/**
 * What rows outside the person's set mean for its rows, by the rows' numbers: `staying`: a table whose rows go on referring to it;
 * `cascades`: a table whose rows the engine would delete along with it. References that are cut count as neither.
 */
export function referencesFromOutside(person: LocatedPerson): {
  staying: ReadonlyMap<number, string>
  cascades: ReadonlyMap<number, string>
} {
  const staying = new Map<number, string>()
  const cascades = new Map<number, string>()
  const cut = new Set(
    person.cuts.filter((each) => each.nullable).map((each) => over(each.table, each.columns, each.ontoTable)),
  )
  for (const reference of person.references) {
    if (cut.has(over(reference.table, reference.columns, reference.ontoTable))) continue
    if (reference.origin === 'foreign_key' && reference.onDelete === 'set_null') continue
    const found = reference.origin === 'foreign_key' && reference.onDelete === 'cascade' ? cascades : staying
    for (const { ontoId, rows } of reference.outside) if (rows > 0) found.set(ontoId, reference.table)
  }
  return { staying, cascades }
}

const over = (table: string, columns: readonly string[], onto: string) =>
  `${table}\u0001${columns.join('\u0002')}\u0001${onto}`
