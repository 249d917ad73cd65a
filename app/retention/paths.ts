import type { Dialect } from '~/systems/adapters/adapter'
import { allOf, anyOf, keyword, sql } from '~/systems/adapters/sql'
import type { Sql } from '~/systems/adapters/sql'
import { conditionsSql, pairsSql, tableAs } from '~/systems/locate/rows'
import type { ResolvedLink, ResolvedMap, ResolvedTable } from '~/systems/resolved-map'
import { resolvedTable } from '~/systems/resolved-map'
import { waysTo } from '~/systems/subject-path'

/** One step from a row to rows tied to it: to what belongs to it (`down`), or to what it belongs to (`up`). */
type Step = { to: string; links: readonly ResolvedLink[]; towards: 'down' | 'up' }

/**
 * How the rows of a person in one table are reached from their row in another: down over what belongs to it, or up to
 * the nearest table from which a way leads down. Null when the map ties the two in no way.
 */
export function pathBetween(resolved: ResolvedMap, from: string, to: string): readonly Step[] | null {
  if (from === to) return []
  const links = new Map([...resolved.tables.values()].map((table) => [table.id, table.links]))
  const isSubject = (id: string) => (resolved.tables.get(id)?.subject ?? null) !== null
  const down = (start: string): Step[] | null => {
    const [way] = waysTo(links, isSubject, start, to, null)
    return way ? way.map((step) => ({ to: step.to, links: step.links, towards: 'down' })) : null
  }
  let frontier: { at: string; steps: Step[] }[] = [{ at: from, steps: [] }]
  const seen = new Set([from])
  while (frontier.length > 0) {
    for (const { at, steps } of frontier) {
      if (at === to) return steps
      const way = down(at)
      if (way) return [...steps, ...way]
    }
    frontier = frontier.flatMap(({ at, steps }) =>
      parentsOf(resolved, at)
        .filter(({ to: parent }) => !seen.has(parent) && Boolean(seen.add(parent)))
        .map((step) => ({ at: step.to, steps: [...steps, step] })),
    )
  }
  return null
}

/** The tables to which rows of this one belong, each with the links that say so. */
export function parentsOf(resolved: ResolvedMap, id: string): Step[] {
  const byTable = new Map<string, ResolvedLink[]>()
  for (const link of resolvedTable(resolved, id).links)
    byTable.set(link.other, [...(byTable.get(link.other) ?? []), link])
  return [...byTable].map(([to, links]) => ({ to, links, towards: 'up' }))
}

/** A number for each alias of one statement. */
export type Aliases = () => string
export function aliases(prefix = 'r'): Aliases {
  let count = 0
  return () => `${prefix}${++count}`
}

/**
 * `EXISTS` over a path: there is a row at its end for which `leaf` holds. An empty path speaks of the row itself.
 * @param alias the row from which the path starts
 */
export function existsAlong(
  dialect: Dialect,
  resolved: ResolvedMap,
  alias: string,
  path: readonly Step[],
  next: Aliases,
  leaf: (alias: string, table: ResolvedTable) => Sql,
  start: ResolvedTable,
): Sql {
  const [step, ...rest] = path
  if (!step) return leaf(alias, start)
  const other = next()
  const table = resolvedTable(resolved, step.to)
  const beyond = existsAlong(dialect, resolved, other, rest, next, leaf, table)
  return sql`EXISTS (SELECT 1 FROM ${tableAs(dialect, table, other)} WHERE ${tiedBy(dialect, step, alias, other)} AND ${beyond})`
}

/** The row under `other` is tied to the one under `alias` by any of the step's links. */
export function tiedBy(dialect: Dialect, step: Step, alias: string, other: string): Sql {
  const [child, parent] = step.towards === 'down' ? [other, alias] : [alias, other]
  return anyOf(
    step.links.map((link) =>
      allOf([
        pairsSql(dialect, link.pairs, child, parent),
        ...(link.where.length > 0 ? [conditionsSql(dialect, link.where, { this: child, other: parent })] : []),
      ]),
    ),
  )
}

export function not(condition: Sql): Sql {
  return sql`${keyword('NOT')} (${condition})`
}
