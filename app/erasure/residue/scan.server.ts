import { SystemError, type Executor } from '~/systems/adapters/adapter'
import type { CatalogueColumn, CatalogueTable, Engine } from '~/systems/catalogue'
import { encodeKey, type RowKey } from '~/systems/located'
import type { OpenSystem } from '~/systems/registry.server'
import type { ResolvedMap } from '~/systems/resolved-map'
import { tableInHand } from '../found-tables'
import type { MayStay } from '../kept-places.server'
import { receiptTable } from '../receipt.server'
import type { Traces } from '../trace-pattern'
import { needlesOf } from './needles'
import { recogniser } from './recogniser'
import { encodedColumns, scanTable } from './scan-table.server'

export interface Residue {
  /** Columns looked at. */
  readonly searched: number
  readonly findings: readonly { table: string; column: string; rows: number; keys: readonly RowKey[] }[]
  /** Values that hold the full name and no identifier; a count only. */
  readonly nameHits: number
  /** `table.column`, or a table, that can't be searched. */
  readonly notSearched: readonly string[]
}

/** One person for whom a system is searched. */
export interface SearchedPerson {
  readonly traces: Traces
  /** What is no finding: rows that the plan keeps, and what a person decided may stay. */
  readonly mayStay: MayStay
  /** Staff chose this person among several who share an identifier: the others' own columns go on holding it. */
  readonly chosen: boolean
}

const SEARCHED = new Set(['text', 'json', 'array', 'tsvector'])
/** Of one finding so many row keys are kept; the count is whole. */
const KEYS_KEPT = 10_000
/** Failures that are about this table alone; the rest of the system is searched all the same. */
const OF_THE_TABLE = new Set(['permission', 'missing', 'timeout', 'data', 'other'])

/**
 * Searches the text, JSON, array and search-vector columns of a connected database, mapped or not, for what identifies these
 * persons (datamap.md "Residue"), one pass a table for all of them: candidates in the engine, each looked at again exactly.
 * Gives one answer a person, in their order. What a table does not let us read is named. Throws `SystemError` when the system
 * does not answer.
 */
export async function scanResidue(
  executor: Executor,
  { system, persons }: { system: Pick<OpenSystem, 'catalogue' | 'map'>; persons: readonly SearchedPerson[] },
): Promise<Residue[]> {
  const looking = persons.map((person) => ({
    ...person,
    recogniser: recogniser(person.traces),
    found: new Map<string, { table: string; column: string; rows: number; keys: RowKey[] }>(),
    nameHits: 0,
  }))
  const needles = persons.map((person) => needlesOf(person.traces))
  const version = system.catalogue.version
  const notSearched: string[] = []
  let searched = 0
  for (const catalogue of system.catalogue.tables) {
    if (!isSearchable(catalogue)) continue
    const table = tableInHand(system.map, catalogue)
    const columns = catalogue.columns.filter((column) => !column.generated && isSearched(column, executor.engine))
    const unread = catalogue.columns.filter((column) => isUnsearchable(column, executor.engine))
    notSearched.push(...unread.map((column) => `${catalogue.id}.${column.name}`))
    if (columns.length === 0) continue
    const own = identifierColumns(system.map, catalogue.id)
    try {
      const encoded = await encodedColumns(executor, table, columns)
      await scanTable<Hit>(
        executor,
        { table, version, columns, needles },
        ({ key, column, text }) =>
          looking.flatMap((person, at): Hit[] => {
            if (person.mayStay(catalogue.id, key, column.name) || (person.chosen && own.has(column.name))) return []
            const what = person.recogniser.look(text)
            return what ? [{ at, what, key, column: column.name }] : []
          }),
        (hits, again) => {
          for (const { at, what, key, column } of hits) {
            const person = looking[at]
            if (!person) continue
            if (what === 'identifier') note(person.found, { table: catalogue.id, column, key, again })
            else if (!again) person.nameHits++
          }
        },
      )
      notSearched.push(...encoded.map((name) => `${catalogue.id}.${name}`))
    } catch (error) {
      if (!(error instanceof SystemError) || !OF_THE_TABLE.has(error.kind)) throw error
      notSearched.push(catalogue.id)
      continue
    }
    searched += columns.length
  }
  return looking.map((person) => ({
    searched,
    findings: [...person.found.values()],
    nameHits: person.nameHits,
    notSearched,
  }))
}

interface Hit {
  /** Which person. */
  readonly at: number
  readonly what: 'identifier' | 'name'
  readonly key: RowKey
  readonly column: string
}

function note(
  found: Map<string, { table: string; column: string; rows: number; keys: RowKey[] }>,
  { table, column, key, again }: { table: string; column: string; key: RowKey; again: boolean },
): void {
  const place = `${table}\u0000${column}`
  const entry = found.get(place) ?? { table, column, rows: 0, keys: [] }
  const encoded = encodeKey(key)
  if (again && entry.keys.some((each) => encodeKey(each) === encoded)) return
  entry.rows++
  if (entry.keys.length < KEYS_KEPT) entry.keys.push(key)
  found.set(place, entry)
}

function isSearchable(table: CatalogueTable): boolean {
  return (
    (table.kind === 'table' || table.kind === 'partitioned') &&
    table.ofExtension === null &&
    table.name !== receiptTable
  )
}

/** PostgreSQL writes any type as text (XML, hstore); MySQL's others are shapes on a map. */
const isSearched = ({ family }: CatalogueColumn, engine: Engine) =>
  SEARCHED.has(family) || (family === 'other' && engine === 'postgres')

const isUnsearchable = ({ family }: CatalogueColumn, engine: Engine) =>
  family === 'binary' || (family === 'other' && engine === 'mysql')

function identifierColumns(map: ResolvedMap, table: string): Set<string> {
  const paths = [...(map.tables.get(table)?.subject?.identifiers.values() ?? [])].flat()
  return new Set(paths.filter((path) => path.steps.length === 0).map((path) => path.column.name))
}
