import type { Dialect, Executor, KeyColumn, Row } from '../adapters/adapter'
import { allOf, identifier, join, keyword, sql, type Sql } from '../adapters/sql'
import { Numbers, type List } from '../list'
import type { RowKey } from '../located'
import { resolvedTable, type ResolvedLink, type ResolvedMap, type ResolvedTable } from '../resolved-map'
import { keysOf, type Graph, type Node } from './graph'
import { addressOf, columnIn, conditionsSql, eachWithin, keyFrom, pairsSql, selected, tableAs } from './rows'

/** Up to so many keys all links onto a table are followed by one statement. */
const FEW = 64

/** Follows the links outwards from the graph's rows, a round at a time, until nothing new is found. */
export async function walk(executor: Executor, resolved: ResolvedMap, graph: Graph): Promise<void> {
  const linksOnto = new Map<string, ResolvedLink[]>()
  for (const table of resolved.tables.values())
    for (const link of table.links) {
      const onto = linksOnto.get(link.other)
      if (onto) onto.push(link)
      else linksOnto.set(link.other, [link])
    }
  for (let seen = 0; seen < graph.size;) {
    const frontier = nodesByTable(graph, seen)
    seen = graph.size
    await Promise.all(
      [...frontier].map(([table, nodes]) => {
        const links = linksOnto.get(table) ?? []
        const takers = links.map((link) => takerOf(resolved, graph, link))
        return followAll(executor, resolved, links, keysOf(graph, nodes.all()), (number, row) => {
          takers[number]?.(row)
        })
      }),
    )
  }
}

function nodesByTable(graph: Graph, from: Node): Map<string, Numbers> {
  const groups = new Map<string, Numbers>()
  for (let node = from; node < graph.size; node++) {
    const table = graph.table(node)
    const group = groups.get(table)
    if (group) group.push(node)
    else {
      const fresh = new Numbers()
      fresh.push(node)
      groups.set(table, fresh)
    }
  }
  return groups
}

/** Follows links onto one table from rows with these keys. `take` is told the place of the link among them. */
export async function followAll(
  executor: Executor,
  resolved: ResolvedMap,
  links: readonly ResolvedLink[],
  keys: List<RowKey>,
  take: (number: number, row: Row) => void,
): Promise<void> {
  const steps = links.map((link) => stepOf(executor, resolved, link))
  if (executor.dialect.unites && steps.length > 1 && keys.length <= FEW)
    return executor.each(together(executor, steps, [...keys]), (row) => {
      take(Number(row.link), row)
    })
  await Promise.all(
    steps.map((step, number) =>
      eachWithin(
        executor,
        step.columns,
        keys,
        (within) => alone(step, within),
        (row) => {
          take(number, row)
        },
      ),
    ),
  )
}

/** One link as SQL: the keys of the other rows, those of the rows that belong to them, and where both are read. */
interface Step {
  readonly others: readonly Sql[]
  readonly owns: readonly Sql[]
  /** Is the row a person; null where every row of the table is, or none. */
  readonly person: Sql | null
  readonly from: Sql
  readonly where: Sql
  /** Columns that are one of the keys of the round. */
  readonly columns: readonly KeyColumn[]
}

function stepOf({ dialect }: Executor, resolved: ResolvedMap, link: ResolvedLink): Step {
  const own = resolvedTable(resolved, link.table)
  const other = resolvedTable(resolved, link.other)
  const ownAddress = addressOf(dialect, own, 't')
  const person = isPersonSql(dialect, own)
  const key = ownKeyColumn(other, link)
  if (key)
    return {
      others: [dialect.asText(key.expression, key.column)],
      owns: ownAddress.texts,
      person,
      from: tableAs(dialect, own, 't'),
      where: conditionsSql(dialect, link.where, { this: 't', other: 't' }),
      columns: [key],
    }
  const otherAddress = addressOf(dialect, other, 'o')
  const on = allOf([
    pairsSql(dialect, link.pairs, 't', 'o'),
    conditionsSql(dialect, link.where, { this: 't', other: 'o' }),
  ])
  return {
    others: otherAddress.texts,
    owns: ownAddress.texts,
    person,
    from: sql`${tableAs(dialect, other, 'o')} JOIN ${tableAs(dialect, own, 't')} ON ${on}`,
    where: allOf([]),
    columns: otherAddress.columns,
  }
}

function alone(step: Step, within: Sql): Sql {
  const list = [selected('o', step.others), selected('t', step.owns)]
  if (step.person) list.push(sql`${step.person} AS ${identifier('person')}`)
  return sql`SELECT ${join(list)} FROM ${step.from} WHERE ${within} AND ${step.where}`
}

/** All steps in one statement, whose answer is as wide as the widest of them. */
function together({ dialect }: Executor, steps: readonly Step[], keys: readonly RowKey[]): Sql {
  const others = Math.max(...steps.map((step) => step.others.length))
  const owns = Math.max(...steps.map((step) => step.owns.length))
  const padded = (texts: readonly Sql[], width: number) =>
    Array.from({ length: width }, (_, i) => {
      const text = texts[i]
      return text ?? keyword('NULL')
    })
  const members = steps.map((step, number) => {
    const list = [
      sql`${keyword(String(number))} AS ${identifier('link')}`,
      selected('o', padded(step.others, others)),
      selected('t', padded(step.owns, owns)),
      sql`${step.person ?? keyword('1')} AS ${identifier('person')}`,
    ]
    const within = dialect.inKeys(step.columns, keys)
    return sql`SELECT ${join(list)} FROM ${step.from} WHERE ${within} AND ${step.where}`
  })
  return join(members, ' UNION ALL ')
}

/**
 * The column that holds the other row's whole key, of the very same type: the other table need not be read again. Only for
 * types whose values have one spelling, so that the text of the reference is the text of the key.
 */
function ownKeyColumn(other: ResolvedTable, link: ResolvedLink): KeyColumn | null {
  const [pair, more] = link.pairs
  if (!pair || more || other.key.length !== 1 || other.key[0]?.name !== pair.other.name) return null
  if (pair.column.type !== pair.other.type || !['integer', 'uuid'].includes(pair.column.family)) return null
  if (/zerofill|^bit/.test(pair.column.type) || link.where.some((condition) => condition.side === 'other')) return null
  return { column: pair.column, expression: columnIn('t', pair.column) }
}

/** Null where the table says nothing of who is a person. */
function isPersonSql(dialect: Dialect, table: ResolvedTable): Sql | null {
  const where = table.subject?.where ?? []
  if (where.length === 0) return null
  return sql`CASE WHEN ${conditionsSql(dialect, where, { this: 't', other: 't' })} THEN 1 ELSE 0 END`
}

/** Takes the rows of one link and round into the graph. */
function takerOf(resolved: ResolvedMap, graph: Graph, link: ResolvedLink): (row: Row) => void {
  const table = resolvedTable(resolved, link.table)
  const otherParts = Math.max(1, resolvedTable(resolved, link.other).key.length)
  const ownParts = Math.max(1, table.key.length)
  const counts = new Map<number, number>()
  return (row) => {
    const from = graph.get(link.other, keyFrom(row, 'o', otherParts))
    if (from < 0) return
    const key = keyFrom(row, 't', ownParts)
    let node = graph.get(link.table, key)
    if (node < 0 && table.subject) {
      // Another person, or an organisation or household that is none: the walk ends there.
      if (row.person === undefined || row.person === '1') graph.meetOther(link.table, key, from)
      return
    }
    if (node < 0) node = graph.add(link.table, key, false)
    if (table.key.length === 0) {
      const pair = from * 2 ** 26 + node
      const sofar = (counts.get(pair) ?? 0) + 1
      counts.set(pair, sofar)
      graph.raiseCount(node, sofar)
      if (sofar > 1) return
    }
    if (node !== from || !graph.isOwn(node)) graph.connect(from, node, link)
  }
}
