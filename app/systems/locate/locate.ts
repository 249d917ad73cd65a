import type { Executor } from '../adapters/adapter'
import { encodeKey, type Identifiers, type LocatedPerson, type LocatedRow, type RowKey } from '../located'
import type { ResolvedMap } from '../resolved-map'
import { chooseSubjects, type ChosenSubject, type TypedFacts } from './choose-subjects'
import { dominance } from './dominance'
import { findRows, normalIdentifiers } from './find-subjects'
import { Graph, outgoing, type Node } from './graph'
import { readCuts, readReferences, tiesOf } from './references'
import { leaveOutShared, roleOf } from './sharing'
import { readSuggestions } from './suggestions'
import { walk } from './walk'

export interface LocateOptions {
  /** Rows that a person chose where several persons carry the identifier, or confirmed as the same person. */
  readonly subjects?: readonly ChosenSubject[]
  /** Start from these rows, whatever the identifiers would find: rows whose term has ended, rows offered by retention. */
  readonly rows?: ReadonlyMap<string, readonly RowKey[]>
  /** Typed and unproven: birth date, postcode, customer number. */
  readonly facts?: TypedFacts
  /** Look for who refers to the rows (default true; needed for a plan). */
  readonly references?: boolean
  /** Look for rows that only look like the person's (default true). */
  readonly suggestions?: boolean
}

/**
 * The exact rows of one person in one connected system (datamap.md, "Who is found", "What belongs to a person").
 * `identifiers` count as proven. Runs only SELECTs; give it a transaction where the answer must be of one moment.
 * Throws `SystemError` when the database fails.
 */
export async function locate(
  executor: Executor,
  resolved: ResolvedMap,
  identifiers: Identifiers,
  options: LocateOptions = {},
): Promise<LocatedPerson> {
  const proven = normalIdentifiers(identifiers, resolved.map.phoneCountry)
  const { own, candidates, unfounded } = options.rows
    ? { own: options.rows, candidates: [], unfounded: [] }
    : await chooseSubjects(
        executor,
        resolved,
        await findRows(executor, resolved, proven),
        options.subjects ?? [],
        options.facts ?? {},
      )
  if (candidates.length > 0) return { ...nothing(resolved), ambiguous: true, candidates, unfounded }

  const graph = new Graph()
  for (const [table, keys] of own) for (const key of keys) graph.add(table, key, true)
  await walk(executor, resolved, graph)
  await leaveOutShared(executor, resolved, graph)

  const onlyBecauseOf = dominance(graph, outgoing(graph))
  const role = (node: Node) => roleOf(node, onlyBecauseOf)
  const wanted = options.suggestions ?? true
  const [references, cuts, suggested] = await Promise.all([
    (options.references ?? true) ? readReferences(executor, resolved, graph) : [],
    readCuts(executor, resolved, graph),
    wanted ? readSuggestions(executor, resolved, graph, proven) : { suggestions: [], notSearched: [] },
  ])
  return {
    system: resolved.map.system,
    ambiguous: false,
    candidates: [],
    unfounded,
    rows: rowsOf(
      resolved,
      graph.all().filter((node) => node.live),
      role,
    ),
    shared: rowsOf(
      resolved,
      graph.all().filter((node) => node.removed && node.in.some((edge) => edge.from.live)),
      () => 'value',
    ),
    others: othersOf(graph),
    cuts,
    ties: tiesOf(graph, (node) => role(node) === 'value'),
    references,
    ...suggested,
  }
}

function nothing(resolved: ResolvedMap): LocatedPerson {
  return {
    system: resolved.map.system,
    ambiguous: false,
    candidates: [],
    unfounded: [],
    rows: new Map(),
    shared: new Map(),
    others: [],
    cuts: [],
    ties: [],
    references: [],
    suggestions: [],
    notSearched: [],
  }
}

function rowsOf(
  resolved: ResolvedMap,
  nodes: readonly Node[],
  role: (node: Node) => LocatedRow['role'],
): Map<string, LocatedRow[]> {
  const rows = new Map<string, LocatedRow[]>()
  for (const id of resolved.tables.keys()) {
    const own = nodes.filter((node) => node.table === id)
    if (own.length > 0)
      rows.set(
        id,
        own.map((node) => toRow(node, role(node))),
      )
  }
  return rows
}

function toRow(node: Node, role: LocatedRow['role']): LocatedRow {
  const parents = node.in
    .filter((edge) => edge.from.live)
    .map(({ from, link }) => ({ table: from.table, key: from.key, linkIndex: link.index }))
  return { key: node.key, role, parents, count: node.count }
}

function othersOf(graph: Graph): LocatedPerson['others'] {
  const byTable = new Map<string, Map<string, RowKey>>()
  for (const other of graph.others) {
    if (!other.from.live) continue
    const ofTable = byTable.get(other.table) ?? new Map<string, RowKey>()
    byTable.set(other.table, ofTable.set(encodeKey(other.key), other.key))
  }
  return [...byTable].map(([table, keys]) => ({ table, rows: keys.size, keys: [...keys.values()] }))
}
