/** Random small databases with links, and the person's set found the slow way: row by row, to the letter of the rules. */

export interface RandomLink {
  /** The table that belongs. */
  table: number
  other: number
  /** child: table.refN = other.id; value: table.id = other.refN. */
  kind: 'child' | 'value'
  /** Which of the six reference columns holds it. */
  column: number
  /** The row's `kind` column must be 'a' (on the referring side). */
  where: boolean
}

export interface RandomDatabase {
  tables: number
  subjects: boolean[]
  links: RandomLink[]
  /** rows[table][i]: id is i + 1, refs by column (0 is NULL), kind 'a' or 'b', mark the person's own rows. */
  rows: { refs: number[]; kind: 'a' | 'b'; mine: boolean }[][]
}

const name = (table: number, id: number) => `${table}:${id}`

type Edge = { from: string; to: string; kind: 'child' | 'value' }

function edgesOf(db: RandomDatabase, ignoreWhere: boolean): Edge[] {
  const edges: Edge[] = []
  for (const link of db.links) {
    const holder = link.kind === 'child' ? link.table : link.other
    db.rows[holder]?.forEach((row, i) => {
      const target = row.refs[link.column] ?? 0
      if (target === 0 || (link.where && !ignoreWhere && row.kind !== 'a')) return
      const referred = link.kind === 'child' ? link.other : link.table
      if (!db.rows[referred]?.[target - 1]) return
      const [own, other] =
        link.kind === 'child'
          ? [name(holder, i + 1), name(referred, target)]
          : [name(referred, target), name(holder, i + 1)]
      edges.push({ from: other, to: own, kind: link.kind })
    })
  }
  return edges
}

function reachable(db: RandomDatabase, edges: Edge[], without: ReadonlySet<string>): Set<string> {
  const set = new Set<string>()
  db.rows.forEach((rows, t) => rows.forEach((row, i) => row.mine && db.subjects[t] && set.add(name(t, i + 1))))
  for (let changed = true; changed;) {
    changed = false
    for (const edge of edges) {
      const table = Number(edge.to.split(':')[0])
      if (!set.has(edge.from) || set.has(edge.to) || without.has(edge.to) || db.subjects[table]) continue
      set.add(edge.to)
      changed = true
    }
  }
  return set
}

/** The rows of the person and the shared rows, as `table:id`. */
export function naiveClosure(db: RandomDatabase): { rows: string[]; shared: string[] } {
  const edges = edgesOf(db, false)
  const references = edgesOf(db, true).filter((edge) => edge.kind === 'value')
  const out = new Set<string>()
  for (;;) {
    const set = reachable(db, edges, out)
    const mine = (row: string) => {
      const [t, i] = row.split(':').map(Number)
      return db.subjects[t ?? 0] && db.rows[t ?? 0]?.[(i ?? 0) - 1]?.mine
    }
    const isChild = (row: string) => {
      const alone = reachable(db, edges, new Set([...out, row]))
      return edges.some((e) => e.to === row && e.kind === 'child' && alone.has(e.from))
    }
    const shared = [...set].filter((row) => {
      if (mine(row) || isChild(row)) return false
      const alone = reachable(db, edges, new Set([...out, row]))
      return references.some((e) => e.to === row && e.from !== row && !alone.has(e.from))
    })
    if (shared.length === 0) {
      const seen = [...out].filter((row) => edges.some((e) => e.to === row && set.has(e.from)))
      return { rows: [...set].sort(), shared: seen.sort() }
    }
    for (const row of shared) out.add(row)
  }
}
