import type { Executor } from '../adapters/adapter'
import { columnOf, type CatalogueTable } from '../catalogue'
import { comparable, nameLinks, type DraftLink } from './draft-links'
import { listedTypes } from './listed-types'
import { lettersMeant } from './type-letters'
import { spellings, tableOfType, type KnownType } from './type-names'
import { isLetter, typePairs, type TypePair } from './type-pairs'
import { occurringValues } from './sample-values'
import { words } from './guess-column'
import { isActivityTable, isBookTable, isGuestTable, isHistoryTable } from './table-kinds'

/** What the type + id pairs of a database say, by the values that occur in them. */
export interface TypedLinks {
  readonly links: readonly DraftLink[]
  readonly pairs: readonly TypePair[]
  readonly known: readonly KnownType[]
  /** Pairs of which no value could be told, though there are some: no types of rows, as far as the draft can tell. */
  readonly unknown: ReadonlySet<TypePair>
  /** Pairs whose types are single letters. */
  readonly letters: ReadonlySet<TypePair>
}

/** Links of type + id pairs for the values that occur; `certain` are the links known so far. */
export async function typedLinks(
  executor: Executor,
  tables: readonly CatalogueTable[],
  certain: readonly DraftLink[],
): Promise<TypedLinks> {
  const pairs = typePairs(tables)
  const values = new Map<TypePair, readonly string[]>()
  for (const pair of pairs) {
    const occurring = await occurringValues(executor, pair.table, pair.type.name)
    values.set(pair, [...new Set([...occurring, ...pair.type.enumValues])])
  }
  const isLetterPair = (pair: TypePair) =>
    isLetter(pair.type) ||
    ((values.get(pair) ?? []).length > 0 && (values.get(pair) ?? []).every((each) => /^[A-Z]$/.test(each)))
  const said = pairs.filter(isLetterPair)
  const letters =
    said.length === 0
      ? new Map<string, CatalogueTable>()
      : await lettersMeant(executor, tables, [...certain, ...nameLinks(tables, certain)], said, values)
  const listed = await listedTypes(executor, tables)
  const known: KnownType[] = [...listed].map(([value, table]) => ({ value, table }))
  const unknown = new Set<TypePair>()
  const links = pairs.flatMap((pair): DraftLink[] => {
    const [byTable, all] = [new Map<CatalogueTable, string[]>(), values.get(pair) ?? []]
    for (const value of all) {
      const table = isLetterPair(pair) ? letters.get(value) : (listed.get(value) ?? tableOfType(value, tables))
      if (!table) continue
      byTable.set(table, [...(byTable.get(table) ?? []), value])
      if (!isLetterPair(pair)) known.push({ value, table })
    }
    if (byTable.size === 0 && all.length > 0) unknown.add(pair)
    const why = isLetterPair(pair) ? 'the letter of its type' : null
    return [...byTable].flatMap(([other, types]) => typed(pair, other, types, why))
  })
  return { links, pairs, known, unknown, letters: new Set(said) }
}

function typed(pair: TypePair, other: CatalogueTable, values: readonly string[], unsure: string | null): DraftLink[] {
  const key = other.primaryKey?.length === 1 ? columnOf(other, other.primaryKey[0] ?? '') : undefined
  if (!key || (unsure !== null && !comparable(pair.id, key))) return []
  return [
    {
      table: pair.table.id,
      columns: [pair.id.name],
      other: other.id,
      otherColumns: [key.name],
      where: { [pair.type.name]: values },
      unsure,
    },
  ]
}

/**
 * Links of pairs onto persons, and onto what was said and written with them, of which no row is there yet: as the other
 * types of the database are spelled. A draft of an empty database is of use on the day that it fills.
 */
export function linksOfAbsentTypes(
  { links, pairs, known, unknown, letters }: TypedLinks,
  subjects: ReadonlySet<string>,
  reached: readonly CatalogueTable[],
): DraftLink[] {
  const isKnown = (table: CatalogueTable) => known.length === 0 || known.some((each) => each.table === table)
  const targets = reached.filter(
    (table) =>
      subjects.has(table.id) ||
      (isKnown(table) &&
        !isHistoryTable(table) &&
        (isActivityTable(table) || isGuestTable(table) || isBookTable(table))),
  )
  return pairs.flatMap((pair) => {
    if (unknown.has(pair) || letters.has(pair)) return []
    const own = links.filter((link) => link.table === pair.table.id && link.columns[0] === pair.id.name)
    if (own.length === 0 && !/type|module|model|class|entity/.test(words(pair.type.name))) return []
    const ofPair = known.filter((each) => own.some((link) => link.other === each.table.id))
    return targets
      .filter((table) => table !== pair.table && !own.some((link) => link.other === table.id))
      .flatMap((table) => {
        const all = spellings(
          table,
          known.some((each) => each.table === table) ? known : ofPair.length > 0 ? ofPair : known,
        )
        const { enumValues } = pair.type
        const values = enumValues.length > 0 ? all.filter((value) => enumValues.includes(value)) : all
        return values.length === 0
          ? []
          : typed(pair, table, values, 'how types are spelled here; no row has this one yet')
      })
  })
}
