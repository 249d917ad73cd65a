import type { ResolvedLink, ResolvedPath } from './resolved-map'

type Steps = ResolvedPath['steps']

/**
 * The shortest ways from a subject table to a table that belongs to it, directly or through others, never through another
 * subject table. With `via` the way passes these tables, in that order or the other. Empty when there is none.
 */
export function waysTo(
  links: ReadonlyMap<string, readonly ResolvedLink[]>,
  isSubject: (table: string) => boolean,
  from: string,
  to: string,
  via: readonly string[] | null,
): readonly Steps[] {
  if (!via) return shortest(links, isSubject, from, to)
  const between = via.filter((table) => table !== from && table !== to)
  for (const order of [between, [...between].reverse()]) {
    let ways: Steps[] = [[]]
    let at = from
    for (const next of [...order, to]) {
      const legs = shortest(links, isSubject, at, next)
      ways = ways.flatMap((way) => legs.map((leg) => [...way, ...leg]))
      at = next
    }
    if (ways.length > 0) return ways
  }
  return []
}

function shortest(
  links: ReadonlyMap<string, readonly ResolvedLink[]>,
  isSubject: (table: string) => boolean,
  from: string,
  to: string,
): Steps[] {
  let frontier = new Map<string, Steps[]>([[from, [[]]]])
  const seen = new Set([from])
  while (frontier.size > 0) {
    const next = new Map<string, Steps[]>()
    for (const [at, ways] of frontier) {
      for (const [table, own] of links) {
        const step = own.filter((link) => link.other === at)
        if (step.length === 0 || seen.has(table) || (isSubject(table) && table !== to)) continue
        const longer = ways.map((way) => [...way, { from: at, to: table, links: step }])
        next.set(table, [...(next.get(table) ?? []), ...longer])
      }
    }
    const found = next.get(to)
    if (found) return found
    for (const table of next.keys()) seen.add(table)
    frontier = next
  }
  return []
}
