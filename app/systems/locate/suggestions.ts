import type { Executor } from '../adapters/adapter'
import { allOf, anyOf, join, sql, type Sql } from '../adapters/sql'
import type { CatalogueColumn } from '../catalogue'
import type { LocatedPerson, LocatedSuggestion, RowKey, SuggestionReason } from '../located'
import { normaliseEmail, normaliseIdentifier } from '../normalise-identifier'
import { resolvedTable, type ResolvedMap, type ResolvedPath, type ResolvedTable } from '../resolved-map'
import { likeText } from './candidates'
import { onlyPersons, rowsByPath, unique, valuesByPath, type NormalIdentifiers } from './find-subjects'
import { keysOf, type Graph } from './graph'
import { addressOf, columnIn, keyFrom, pairsSql, readColumns, selected, tableAs } from './rows'
import { samePersonRows } from './same-person'

/** Tables above this many rows are not read through for what is only a proposal. */
const LARGEST = 200_000
const MOST_KEYS = 1_000
const MERGED = /merge|duplicat|dubbel|doublon|master|survivor|canonical|replaced|vervangen|zusammen/i

type Found = { readonly table: ResolvedTable; readonly keys: readonly RowKey[]; readonly why: SuggestionReason }

/** Rows that only look like the person's: proposed to staff, never taken. */
export async function readSuggestions(
  executor: Executor,
  resolved: ResolvedMap,
  graph: Graph,
  proven: NormalIdentifiers,
): Promise<Pick<LocatedPerson, 'suggestions' | 'notSearched'>> {
  const notSearched = new Set<string>()
  const searchable = (id: string) => {
    if (resolvedTable(resolved, id).catalogue.rowEstimate <= LARGEST) return true
    notSearched.add(id)
    return false
  }
  const subjects = [...resolved.tables.values()].filter((table) => table.subject)
  const own = new Map(
    subjects.map((table) => [
      table.id,
      [
        ...keysOf(
          graph,
          graph.live(table.id).filter((node) => graph.isOwn(node)),
        ),
      ],
    ]),
  )
  const found = (
    await Promise.all([
      plusAddresses(executor, resolved, subjects, proven, searchable),
      ...(['phone', 'email'] as const).map((kind) => sameValues(executor, resolved, subjects, own, kind, searchable)),
      ...subjects.flatMap((table) => {
        const keys = own.get(table.id) ?? []
        if (keys.length === 0) return []
        return [
          mergedDuplicates(executor, table, keys),
          sameNameAndBirthDate(executor, resolved, table, keys, searchable),
        ]
      }),
      samePersons(executor, resolved, own),
      namesThem(executor, resolved, graph, proven, own, searchable),
    ])
  ).flat()
  const suggestions: LocatedSuggestion[] = []
  for (const { table, keys, why } of found) {
    const fresh = unique(keys).filter((key) => !isLive(graph, table.id, key))
    if (fresh.length === 0) continue
    const same = suggestions.find((s) => s.table === table.id && s.why === why)
    const all = unique([...(same?.keys ?? []), ...fresh])
    if (same) suggestions.splice(suggestions.indexOf(same), 1)
    suggestions.push({
      table: table.id,
      rows: all.length,
      why,
      keys: all.slice(0, MOST_KEYS),
      proposed: why === 'same_person',
    })
  }
  return { suggestions, notSearched: [...notSearched] }
}

function paths(table: ResolvedTable, kind: string): readonly ResolvedPath[] {
  return table.subject?.identifiers.get(kind) ?? []
}

/** `jan+shop@…` for `jan@…`, and the other way round. */
async function plusAddresses(
  executor: Executor,
  resolved: ResolvedMap,
  subjects: readonly ResolvedTable[],
  proven: NormalIdentifiers,
  searchable: (table: string) => boolean,
): Promise<Found[]> {
  const { dialect } = executor
  const bases = (proven.get('email') ?? []).flatMap((email) => {
    const [, local, domain] = /^([^+@]+)(?:\+[^@]*)?@([^@]+)$/.exec(email) ?? []
    return local && domain ? [{ local, domain }] : []
  })
  if (bases.length === 0) return []
  const found: Found[] = []
  for (const table of subjects) {
    for (const path of paths(table, 'email')) {
      if (path.column.family !== 'text' || !searchable(path.table)) continue
      const holder = resolvedTable(resolved, path.table)
      const text = dialect.lower(columnIn('t', path.column))
      const like = bases.flatMap(({ local, domain }) => [
        sql`${text} LIKE ${`%${likeText(local)}+%@${likeText(domain)}%`}`,
        sql`${text} LIKE ${`%${likeText(local)}@${likeText(domain)}%`}`,
      ])
      const rows = await executor.query(
        sql`SELECT ${selected('c', [dialect.asText(columnIn('t', path.column), path.column)])}
          FROM ${tableAs(dialect, holder, 't')} WHERE ${anyOf(like)} GROUP BY ${columnIn('t', path.column)}`,
      )
      const emails = rows
        .map((row) => normaliseEmail(row.c0 ?? ''))
        .filter((email) => {
          const [, local, domain] = /^([^+@]+)(?:\+[^@]*)?@([^@]+)$/.exec(email) ?? []
          return bases.some((b) => b.local === local && b.domain === domain) && !proven.get('email')?.includes(email)
        })
      if (emails.length === 0) continue
      const keys = await rowsByPath(executor, resolved, table, path, 'email', [...new Set(emails)])
      found.push({ table, keys: await onlyPersons(executor, table, keys), why: 'plus_address' })
    }
  }
  return found
}

/** The person's own phones and other e-mail addresses, on rows of somebody else. */
async function sameValues(
  executor: Executor,
  resolved: ResolvedMap,
  subjects: readonly ResolvedTable[],
  own: ReadonlyMap<string, readonly RowKey[]>,
  kind: 'phone' | 'email',
  searchable: (table: string) => boolean,
): Promise<Found[]> {
  const values = new Set<string>()
  for (const table of subjects) {
    const keys = own.get(table.id) ?? []
    if (keys.length === 0) continue
    for (const path of paths(table, kind)) {
      for (const texts of (await valuesByPath(executor, resolved, table, path, keys)).values()) {
        for (const text of texts) {
          const normal = normaliseIdentifier(kind, text, resolved.map.phoneCountry)
          if (normal) values.add(normal)
        }
      }
    }
  }
  if (values.size === 0 || values.size > 50) return []
  const found: Found[] = []
  for (const table of subjects) {
    for (const path of paths(table, kind)) {
      if (!searchable(path.table)) continue
      const keys = await rowsByPath(executor, resolved, table, path, kind, [...values])
      found.push({
        table,
        keys: await onlyPersons(executor, table, keys),
        why: kind === 'phone' ? 'same_phone' : 'same_address',
      })
    }
  }
  return found
}

/** Rows of the same table that were merged into one of the person's, by a self-reference whose name says so. */
async function mergedDuplicates(executor: Executor, table: ResolvedTable, keys: readonly RowKey[]): Promise<Found[]> {
  const { dialect } = executor
  const links = table.linksTo.filter(
    (link) => link.other === table.id && link.pairs.some((pair) => MERGED.test(pair.column.name)),
  )
  const [address, mine] = [addressOf(dialect, table, 't'), addressOf(dialect, table, 'o')]
  const found: RowKey[] = []
  for (const link of links) {
    for (const [own, other] of [['t', 'o'] as const, ['o', 't'] as const]) {
      const rows = await executor.query(
        sql`SELECT ${selected('k', address.texts)} FROM ${tableAs(dialect, table, 'o')} JOIN ${tableAs(dialect, table, 't')}
          ON ${pairsSql(dialect, link.pairs, own, other)} WHERE ${mine.within(keys)}`,
      )
      found.push(...rows.map((row) => keyFrom(row, 'k', address.texts.length)))
    }
  }
  return [{ table, keys: found, why: 'merged_duplicate' }]
}

async function sameNameAndBirthDate(
  executor: Executor,
  resolved: ResolvedMap,
  table: ResolvedTable,
  keys: readonly RowKey[],
  searchable: (table: string) => boolean,
): Promise<Found[]> {
  const { dialect } = executor
  const birth = table.facts.get('birth_date')
  const columns = [...table.name, ...(birth ? [birth] : [])]
  if (!birth || table.name.length === 0 || columns.some((path) => path.steps.length > 0) || !searchable(table.id))
    return []
  const address = addressOf(dialect, table, 't')
  const equal = (column: CatalogueColumn, value: string): Sql =>
    column.family === 'text'
      ? sql`${dialect.lower(dialect.trim(columnIn('t', column)))} = ${value.trim().toLowerCase()}`
      : sql`${dialect.asText(columnIn('t', column), column)} = ${value}`
  const found: RowKey[] = []
  for (const row of await readColumns(
    executor,
    table,
    keys.slice(0, 100),
    columns.map((path) => path.column),
  )) {
    const wanted = columns.map((path) => [path.column, row.values[path.column.name] ?? null] as const)
    if (!row.values[birth.column.name] || table.name.every((p) => !row.values[p.column.name]?.trim())) continue
    const same = allOf(
      wanted.map(([column, value]) => (value === null ? sql`${columnIn('t', column)} IS NULL` : equal(column, value))),
    )
    const rows = await executor.query(
      sql`SELECT ${selected('k', address.texts)} FROM ${tableAs(dialect, table, 't')} WHERE ${same}`,
    )
    found.push(...rows.map((r) => keyFrom(r, 'k', address.texts.length)))
  }
  return [{ table, keys: await onlyPersons(executor, table, unique(found)), why: 'same_name_and_birth_date' }]
}

async function samePersons(
  executor: Executor,
  resolved: ResolvedMap,
  own: ReadonlyMap<string, readonly RowKey[]>,
): Promise<Found[]> {
  const tied = await samePersonRows(executor, resolved, own)
  return tied.map(({ table, keys }) => ({ table: resolvedTable(resolved, table), keys, why: 'same_person' }))
}

/** Free text on rows of others in which a proven identifier or the person's whole name stands. */
async function namesThem(
  executor: Executor,
  resolved: ResolvedMap,
  graph: Graph,
  proven: NormalIdentifiers,
  own: ReadonlyMap<string, readonly RowKey[]>,
  searchable: (table: string) => boolean,
): Promise<Found[]> {
  const { dialect } = executor
  const words = new Set([...(proven.get('email') ?? [])])
  for (const [id, keys] of own) {
    const table = resolvedTable(resolved, id)
    const columns = table.name.filter((path) => path.steps.length === 0).map((path) => path.column)
    if (keys.length === 0 || columns.length === 0) continue
    for (const row of await readColumns(executor, table, keys.slice(0, 10), columns)) {
      const name = columns.map((c) => row.values[c.name]?.trim() ?? '').filter((part) => part !== '')
      if (name.length > 1 || (name[0]?.includes(' ') ?? false)) words.add(name.join(' ').toLowerCase())
    }
  }
  if (words.size === 0) return []
  return Promise.all(
    [...resolved.tables.values()].flatMap((table) => {
      const texts = table.catalogue.columns.filter((column) => {
        const named = table.map.columns[column.name]
        const isFree =
          named?.category === 'content' || named?.with?.kind === 'redact' || named?.with?.kind === 'redact_list'
        return isFree && (column.family === 'text' || column.family === 'json') && !column.generated
      })
      if (texts.length === 0 || table.key.length === 0 || table.map.history || !searchable(table.id)) return []
      return [namedIn(executor, table, texts, [...words], (key) => isLive(graph, table.id, key), dialect)]
    }),
  )
}

async function namedIn(
  executor: Executor,
  table: ResolvedTable,
  columns: readonly CatalogueColumn[],
  words: readonly string[],
  isTheirs: (key: RowKey) => boolean,
  dialect: Executor['dialect'],
): Promise<Found> {
  const address = addressOf(dialect, table, 't')
  const hits = columns.flatMap((column) => {
    const text = dialect.lower(dialect.asText(columnIn('t', column), column))
    return words.map((word) => sql`${text} LIKE ${`%${likeText(word)}%`}`)
  })
  const keys: RowKey[] = []
  await executor.each(
    sql`SELECT ${join([selected('k', address.texts)])} FROM ${tableAs(dialect, table, 't')} WHERE ${anyOf(hits)}`,
    (row) => {
      const key = keyFrom(row, 'k', address.texts.length)
      if (!isTheirs(key)) keys.push(key)
    },
  )
  return { table, keys, why: 'names_them' }
}

function isLive(graph: Graph, table: string, key: RowKey): boolean {
  const node = graph.get(table, key)
  return node >= 0 && graph.isLive(node)
}
