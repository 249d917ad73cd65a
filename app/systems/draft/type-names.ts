import type { CatalogueTable } from '../catalogue'
import { words } from './guess-column'
import { callNames, shortNames, singular } from './table-names'

/** The table that a type value speaks of: `Contacts`, `App\Models\Customer`, `res.partner`, `civicrm_contact`, `Customer`. */
export function tableOfType(value: string, tables: readonly CatalogueTable[]): CatalogueTable | undefined {
  const last = words((value.split(/\\|::/).pop() ?? value).replaceAll('.', '_'))
  if (last === '') return undefined
  const exact = tables.find((t) => callNames(t).some((name) => name === last || name === singular(last)))
  return exact ?? tables.find((t) => shortNames(t).some((name) => name === last || name === singular(last)))
}

/** A value of a type column and the table that it was found to mean. */
export interface KnownType {
  readonly value: string
  readonly table: CatalogueTable
}

/**
 * How a type column would call this table, after the way in which it (or else another column) calls others: in the plural,
 * with capitals, in a namespace. Several where nothing tells which.
 */
export function spellings(table: CatalogueTable, known: readonly KnownType[]): string[] {
  const said = known.filter((each) => each.table === table).map((each) => each.value)
  if (said.length > 0) return [...new Set(said)]
  const bare = mainName(table)
  const styled = known.flatMap((each) => {
    const style = styleOf(each)
    return style ? [style(bare, table)] : []
  })
  if (styled.length > 0) return mostCommon(styled)
  return [...new Set([table.name, pascal(bare), pascal(pluralOf(bare)), `App\\Models\\${pascal(bare)}`])]
}

type Style = (bare: string, table: CatalogueTable) => string

function styleOf({ value, table }: KnownType): Style | undefined {
  if (value === table.name) return (_bare, other) => other.name
  const last = value.split(/\\|::|\./).pop() ?? value
  const space = value.slice(0, value.length - last.length)
  const inWords = words(last)
  const isPlural = inWords !== singular(inWords)
  const name = (bare: string) => (isPlural ? pluralOf(bare) : bare)
  const cases: readonly ((bare: string) => string)[] = [
    (bare) => bare,
    pascal,
    (bare) => bare.replaceAll('_', ' ').replace(/(^| )[a-z]/g, (letter) => letter.toUpperCase()),
    (bare) => bare.replaceAll('_', ''),
    (bare) => bare.toUpperCase(),
  ]
  const fits = cases.find((write) => write(inWords) === last)
  return fits && ((bare) => space + fits(name(bare)))
}

function mainName(table: CatalogueTable): string {
  return singular(shortNames(table)[0] ?? callNames(table)[0] ?? words(table.name))
}

const pascal = (name: string) => name.replace(/(^|_)([a-z0-9])/g, (_, _break, letter: string) => letter.toUpperCase())

function pluralOf(name: string): string {
  if (/[^aeiou]y$/.test(name)) return name.replace(/y$/, 'ies')
  return /(ch|sh|x|s)$/.test(name) ? `${name}es` : `${name}s`
}

function mostCommon(values: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const most = Math.max(...counts.values())
  return [...counts].filter(([, count]) => count === most).map(([value]) => value)
}
