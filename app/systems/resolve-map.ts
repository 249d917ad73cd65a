import {
  columnOf,
  rowKeyColumns,
  tableById,
  type Catalogue,
  type CatalogueColumn,
  type CatalogueTable,
} from './catalogue'
import type { Condition, DataMap, Link, MapTable, SubjectColumn } from './data-map'
import { didYouMean } from './did-you-mean'
import { directionOf } from './link-direction'
import type {
  ResolvedCondition,
  ResolvedLink,
  ResolvedMap,
  ResolvedPath,
  ResolvedSubject,
  ResolvedTable,
} from './resolved-map'
import { waysTo } from './subject-path'

/** What the catalogue does not bear out; `path` leads to the place in the file. */
export interface Finding {
  readonly path: readonly string[]
  readonly message: string
  readonly mend: string
}

/**
 * Holds a map against a catalogue. What can't be resolved is left out of `resolved` and named in `problems`; a map with
 * problems is for checking only. `warnings` are choices that were made where the map left several open.
 */
export function resolveMap(
  map: DataMap,
  ofDatabase: Catalogue,
): { readonly resolved: ResolvedMap; readonly problems: readonly Finding[]; readonly warnings: readonly Finding[] } {
  const catalogue = namedAsInMap(ofDatabase, map)
  const problems: Finding[] = []
  const warnings: Finding[] = []
  const links = new Map<string, ResolvedLink[]>()
  const known = new Map<string, CatalogueTable>()
  for (const table of Object.values(map.tables)) {
    const found = findTable(catalogue, table.id, ['tables', table.id], problems)
    if (found) known.set(table.id, found)
  }
  const context: Context = { map, catalogue, known, links, problems, warnings }
  for (const table of Object.values(map.tables)) {
    const own = known.get(table.id)
    if (own) links.set(table.id, resolveLinks(context, table, own, table.belongsTo, 'belongs_to'))
  }
  const tables = new Map<string, ResolvedTable>()
  for (const table of Object.values(map.tables)) {
    const own = known.get(table.id)
    if (own) tables.set(table.id, resolveTable(context, table, own))
  }
  const resolved: ResolvedMap = {
    map,
    catalogue,
    tables,
    unmapped: catalogue.tables.filter((table) => mustBeMapped(table) && !map.tables[table.id]),
    foreignKeysOnto: foreignKeysOnto(catalogue),
  }
  return { resolved, problems, warnings }
}

/** A map may write the default schema out (`public.customers`); the catalogue then calls that table the same. */
function namedAsInMap(catalogue: Catalogue, map: DataMap): Catalogue {
  const renamed = new Map<string, string>()
  for (const table of catalogue.tables) {
    const whole = `${table.schema}.${table.name}`
    if (table.id !== whole && map.tables[whole] && !map.tables[table.id]) renamed.set(table.id, whole)
  }
  if (renamed.size === 0) return catalogue
  const called = (id: string) => renamed.get(id) ?? id
  const tables = catalogue.tables.map((table) => ({
    ...table,
    id: called(table.id),
    inheritsFrom: table.inheritsFrom.map(called),
    foreignKeys: table.foreignKeys.map((key) => ({
      ...key,
      table: called(key.table),
      referencedTable: called(key.referencedTable),
    })),
  }))
  return { ...catalogue, tables }
}

interface Context {
  readonly map: DataMap
  readonly catalogue: Catalogue
  readonly known: ReadonlyMap<string, CatalogueTable>
  readonly links: ReadonlyMap<string, readonly ResolvedLink[]>
  readonly problems: Finding[]
  readonly warnings: Finding[]
}

/** Partitions, views, tables of extensions and our own receipts are never "unmapped". */
function mustBeMapped(table: CatalogueTable): boolean {
  const isTable = table.kind === 'table' || table.kind === 'partitioned'
  return isTable && table.ofExtension === null && table.name !== 'privacybalie_receipt'
}

function foreignKeysOnto(catalogue: Catalogue): ResolvedMap['foreignKeysOnto'] {
  const onto = new Map<string, CatalogueTable['foreignKeys'][number][]>()
  for (const table of catalogue.tables) {
    if (table.kind === 'partition' || table.name === 'privacybalie_receipt') continue
    for (const key of table.foreignKeys) onto.set(key.referencedTable, [...(onto.get(key.referencedTable) ?? []), key])
  }
  return onto
}

function findTable(catalogue: Catalogue, id: string, path: string[], problems: Finding[]): CatalogueTable | undefined {
  const found = tableById(catalogue, id)
  if (!found) {
    const meant = didYouMean(
      id,
      catalogue.tables.map((t) => t.id),
    )
    problems.push({
      path,
      message: `The database has no table "${id}".`,
      mend: meant ? `Did you mean "${meant}"?` : 'Remove it from the map, or connect with a role that may see it.',
    })
    return undefined
  }
  if (found.kind === 'partition') {
    const parent = found.inheritsFrom[0] ?? ''
    problems.push({
      path,
      message: `"${id}" is a partition.`,
      mend: `Name its parent "${parent}" instead, and that alone.`,
    })
    return undefined
  }
  if (found.kind !== 'table' && found.kind !== 'partitioned') {
    problems.push({
      path,
      message: `"${id}" is a view.`,
      mend: 'Map the tables that it reads from, and leave the view out.',
    })
    return undefined
  }
  return found
}

function findColumn(
  table: CatalogueTable,
  name: string,
  path: readonly string[],
  problems: Finding[],
): CatalogueColumn | undefined {
  const found = columnOf(table, name)
  if (found) return found
  const meant = didYouMean(
    name,
    table.columns.map((c) => c.name),
  )
  problems.push({
    path,
    message: `Table "${table.id}" has no column "${name}".`,
    mend: meant ? `Did you mean "${meant}"?` : `Its columns are: ${table.columns.map((c) => c.name).join(', ')}.`,
  })
  return undefined
}

/** The other table of a link or a list, which must stand in the map. */
function mapped(context: Context, id: string, path: readonly string[]): CatalogueTable | undefined {
  const found = context.known.get(id)
  if (found) return found
  if (context.map.tables[id]) return undefined
  const meant = didYouMean(id, context.known.keys())
  context.problems.push({
    path,
    message: `The map names no table "${id}".`,
    mend: meant ? `Did you mean "${meant}"?` : `Add "${id}" under tables, or correct the name.`,
  })
  return undefined
}

function resolveConditions(
  context: Context,
  conditions: readonly Condition[],
  own: CatalogueTable,
  other: CatalogueTable | null,
  path: readonly string[],
): ResolvedCondition[] {
  return conditions.flatMap((condition): ResolvedCondition[] => {
    const at = [...path, condition.column]
    const here = columnOf(own, condition.column)
    if (here) return [{ side: 'this', column: here, test: condition.test }]
    for (const [table, side] of [[other, 'other'] as const, [own, 'this'] as const]) {
      if (!table || !condition.column.startsWith(`${table.id}.`)) continue
      const column = findColumn(table, condition.column.slice(table.id.length + 1), at, context.problems)
      return column ? [{ side, column, test: condition.test }] : []
    }
    findColumn(own, condition.column, at, context.problems)
    return []
  })
}

function resolveLinks(
  context: Context,
  table: MapTable,
  own: CatalogueTable,
  list: readonly Link[],
  word: string,
): ResolvedLink[] {
  return list.flatMap((link, index): ResolvedLink[] => {
    const path = ['tables', table.id, word, ...(list.length > 1 ? [String(index)] : ['0'])]
    const other = mapped(context, link.table, [...path, 'table'])
    if (!other) return []
    if (link.on.length === 0) {
      context.problems.push({
        path: [...path, 'on'],
        message: '"on" is empty.',
        mend: 'Write {column here: column there}.',
      })
      return []
    }
    const pairs = link.on.flatMap(({ column, other: there }) => {
      const mine = findColumn(own, column, [...path, 'on', column], context.problems)
      const theirs = findColumn(other, there, [...path, 'on', column], context.problems)
      return mine && theirs ? [{ column: mine, other: theirs }] : []
    })
    if (pairs.length !== link.on.length) return []
    const where = resolveConditions(context, link.where, own, other, [...path, 'where'])
    const direction = directionOf(own, other, pairs)
    return [{ index, table: table.id, other: link.table, pairs, where, direction }]
  })
}

/** `same_person` may be written from either side; the own columns come first afterwards. */
function resolveSamePerson(context: Context, table: MapTable, own: CatalogueTable): ResolvedLink[] {
  const turned = table.samePerson.map((link) => {
    const other = context.known.get(link.table)
    const fits = link.on.every((p) => columnOf(own, p.column) && other && columnOf(other, p.other))
    const fitsTurned = link.on.every((p) => columnOf(own, p.other) && other && columnOf(other, p.column))
    return !fits && fitsTurned ? { ...link, on: link.on.map((p) => ({ column: p.other, other: p.column })) } : link
  })
  return resolveLinks(context, table, own, turned, 'same_person')
}

function resolvePath(
  context: Context,
  own: CatalogueTable,
  named: SubjectColumn,
  path: readonly string[],
): ResolvedPath[] {
  const here = columnOf(own, named.column)
  if (here) return [{ table: own.id, column: here, steps: [] }]
  const split = splitColumn(context, named.column)
  if (!split) {
    findColumn(own, named.column, path, context.problems)
    return []
  }
  const column = findColumn(split.table, split.column, path, context.problems)
  if (!column) return []
  const isSubject = (id: string) =>
    context.map.tables[id]?.subject !== null && context.map.tables[id]?.subject !== undefined
  const ways = waysTo(context.links, isSubject, own.id, split.table.id, named.via)
  const [first] = ways
  if (!first) {
    context.problems.push({
      path,
      message: `Table "${split.table.id}" does not belong to "${own.id}"${named.via ? ' by that way' : ''}, neither directly nor through others.`,
      mend: `Give "${split.table.id}" (or a table between) a belongs_to that leads to "${own.id}".`,
    })
    return []
  }
  if (ways.length > 1) {
    context.warnings.push({
      path,
      message: `Several equally short ways lead from "${own.id}" to "${split.table.id}"; the first is taken.`,
      mend: `Name the tables between with "via", for example [${first
        .map((s) => s.to)
        .slice(0, -1)
        .join(', ')}].`,
    })
  }
  return [{ table: split.table.id, column, steps: first }]
}

function splitColumn(context: Context, written: string): { table: CatalogueTable; column: string } | null {
  const ids = [...context.known.keys()].filter((id) => written.startsWith(`${id}.`)).sort((a, b) => b.length - a.length)
  const table = ids[0] === undefined ? undefined : context.known.get(ids[0])
  return table && ids[0] !== undefined ? { table, column: written.slice(ids[0].length + 1) } : null
}

function resolveSubject(context: Context, table: MapTable, own: CatalogueTable): ResolvedSubject | null {
  if (!table.subject) return null
  const path = ['tables', table.id, 'subject']
  const identifiers = new Map<string, ResolvedPath[]>()
  for (const [kind, columns] of Object.entries(table.subject.identifiers)) {
    identifiers.set(
      kind,
      columns.flatMap((c) => resolvePath(context, own, c, [...path, kind])),
    )
  }
  return { identifiers, where: resolveConditions(context, table.subject.where, own, null, [...path, 'where']) }
}

function resolveTable(context: Context, table: MapTable, own: CatalogueTable): ResolvedTable {
  const at = (...rest: string[]) => ['tables', table.id, ...rest]
  const facts = Object.entries(table.facts).flatMap(([fact, column]) => {
    const [path] = resolvePath(context, own, { column, via: null }, at('facts', fact))
    return path ? [[fact, path] as const] : []
  })
  for (const name of Object.keys(table.columns)) findColumn(own, name, at('columns', name), context.problems)
  const also = Object.entries(table.also).map(([kind, columns]) => {
    const found = columns.map((c) => findColumn(own, c, at('also', kind), context.problems))
    return [kind, found.filter((c) => c !== undefined)] as const
  })
  return {
    id: table.id,
    map: table,
    catalogue: own,
    key: (rowKeyColumns(own) ?? []).flatMap((name) => columnOf(own, name) ?? []),
    subject: resolveSubject(context, table, own),
    also: new Map(also),
    facts: new Map(facts),
    name: table.name.flatMap((column) => resolvePath(context, own, { column, via: null }, at('name'))),
    links: context.links.get(table.id) ?? [],
    linksTo: resolveLinks(context, table, own, table.linksTo, 'links_to'),
    refersTo: resolveLinks(context, table, own, table.refersTo, 'refers_to'),
    samePerson: resolveSamePerson(context, table, own),
    softDeleted: resolveConditions(context, table.softDeleted, own, null, at('soft_deleted')),
    sharedBy:
      table.sharedBy?.flatMap((entry, i) => {
        const other = mapped(context, entry.table, at('shared_by', String(i)))
        const path = at('shared_by', String(i), 'where')
        return other ? [{ table: entry.table, where: resolveConditions(context, entry.where, other, null, path) }] : []
      }) ?? null,
  }
}
