import type { Executor } from '../adapters/adapter'
import { listOf, type List } from '../list'
import { nobody, type Identifiers, type LocatedPerson, type LocatedRow, type RowKey } from '../located'
import type { ResolvedMap } from '../resolved-map'
import { chooseSubjects, type ChosenSubject, type TypedFacts } from './choose-subjects'
import { dominance } from './dominance'
import { findRows, normalIdentifiers } from './find-subjects'
import { Graph, someEdge, type Node } from './graph'
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
  if (candidates.length > 0) return { ...nobody(resolved.map.system), ambiguous: true, candidates, unfounded }

  const graph = new Graph()
  for (const [table, keys] of own) for (const key of keys) graph.add(table, key, true)
  await walk(executor, resolved, graph)
  await leaveOutShared(executor, resolved, graph)

  const onlyBecauseOf = dominance(graph)
  const role = (node: Node) => roleOf(graph, node, onlyBecauseOf)
  const wanted = options.suggestions ?? true
  const [references, cuts, suggested] = await Promise.all([
    (options.references ?? true) ? readReferences(executor, resolved, graph) : [],
    readCuts(executor, resolved, graph),
    wanted ? readSuggestions(executor, resolved, graph, proven) : { suggestions: [], notSearched: [] },
  ])
  const isLeftOut = (node: Node) =>
    graph.isRemoved(node) && someEdge(graph, node, (edge) => graph.isLive(graph.from(edge)))
  const numbers = numbersOf(resolved, graph, (node) => graph.isLive(node))
  const shared = numbersOf(resolved, graph, isLeftOut)
  return {
    system: resolved.map.system,
    ambiguous: false,
    candidates: [],
    unfounded,
    size: graph.size,
    numbers: {
      rows: numbers,
      shared,
      keyOf: (id) => graph.key(id),
      countOf: (id) => graph.count(id),
      roleOf: role,
      parentsOf: (id) => parentsOf(graph, id),
    },
    rows: rowsOf(numbers, (node) => toRow(graph, node, role(node))),
    shared: rowsOf(shared, (node) => toRow(graph, node, 'value')),
    others: [...graph.others()].map(({ table, keys }) => ({
      table,
      rows: keys.size,
      keys: listOf(keys.size, (place) => keys.at(place)),
    })),
    cuts,
    ties: tiesOf(graph, (node) => role(node) === 'value'),
    references,
    ...suggested,
  }
}

/** Numbers of the rows that are wanted, by table in the order of the map. */
function numbersOf(
  resolved: ResolvedMap,
  graph: Graph,
  wanted: (node: Node) => boolean,
): ReadonlyMap<string, Int32Array> {
  const numbers = new Map<string, Int32Array>()
  for (const id of resolved.tables.keys()) {
    const nodes = graph.nodesOf(id).filter(wanted)
    if (nodes.length > 0) numbers.set(id, nodes)
  }
  return numbers
}

function rowsOf(
  numbers: ReadonlyMap<string, Int32Array>,
  make: (node: Node) => LocatedRow,
): ReadonlyMap<string, List<LocatedRow>> {
  return new Map([...numbers].map(([table, nodes]) => [table, listOf(nodes.length, (i) => make(nodes[i] ?? -1))]))
}

function parentsOf(graph: Graph, node: Node): { id: Node; linkIndex: number }[] {
  const parents: { id: Node; linkIndex: number }[] = []
  for (const edge of graph.into(node)) {
    const id = graph.from(edge)
    if (graph.isLive(id)) parents.push({ id, linkIndex: graph.link(edge).index })
  }
  return parents
}

function toRow(graph: Graph, node: Node, role: LocatedRow['role']): LocatedRow {
  const parents = parentsOf(graph, node).map((each) => ({
    ...each,
    table: graph.table(each.id),
    key: graph.key(each.id),
  }))
  return { id: node, key: graph.key(node), role, parents, count: graph.count(node) }
}
