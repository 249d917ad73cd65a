import { z } from 'zod'
import type { DatabaseAdapter, Executor, Row } from '../adapters/adapter'
import { keyword, sql, type Sql } from '../adapters/sql'
import type { CatalogueColumn } from '../catalogue'
import { rowsByPath } from '../locate/find-subjects'
import { addressOf, selected, tableAs } from '../locate/rows'
import { followAll } from '../locate/walk'
import {
  resolvedTable,
  type ResolvedLink,
  type ResolvedMap,
  type ResolvedPath,
  type ResolvedTable,
} from '../resolved-map'
import type { Finding } from '../resolve-map'

/** Below this many rows reading a whole table costs nothing worth a word. */
const LARGE = 10_000
/** Up to here a search by identifier reads whole tables of its own accord, and so finds every spelling. */
const SEARCHED_BY_INDEX = 20_000

/**
 * Warnings for each identifier and each link whose look-up in a large table no index serves. Asks the database itself: the
 * very statements that locating sends are explained, none is run. Throws `SystemError`.
 */
export async function indexFindings(adapter: DatabaseAdapter, resolved: ResolvedMap): Promise<Finding[]> {
  const isLarge = (table: ResolvedTable) => table.catalogue.rowEstimate > LARGE
  const personal = [...resolved.tables.values()].filter((table) => table.map.personal)
  if (!personal.some(isLarge)) return []
  return adapter.transaction(
    async (executor) => {
      // What remains a scan without these three can't be anything else; what the planner would choose is not the question.
      if (executor.engine === 'postgres')
        for (const way of ['seqscan', 'hashjoin', 'mergejoin'])
          await executor.run(keyword(`SET LOCAL enable_${way} = off`))
      const findings: Finding[] = []
      for (const table of personal) findings.push(...(await identifierFindings(executor, resolved, table)))
      for (const table of personal.filter(isLarge)) findings.push(...(await linkFindings(executor, resolved, table)))
      return findings
    },
    { readOnly: true },
  )
}

async function identifierFindings(executor: Executor, resolved: ResolvedMap, table: ResolvedTable): Promise<Finding[]> {
  const ways = [
    ...[...(table.subject?.identifiers ?? [])].flatMap(([kind, paths]) =>
      paths.map((path) => ({ word: 'subject', kind, path })),
    ),
    ...[...table.also].flatMap(([kind, columns]) =>
      columns.map((column): { word: string; kind: string; path: ResolvedPath } => ({
        word: 'also',
        kind,
        path: { table: table.id, column, steps: [] },
      })),
    ),
  ]
  const findings: Finding[] = []
  for (const { word, kind, path } of ways) {
    const holder = resolvedTable(resolved, path.table)
    const sample = await sampleRow(executor, holder)
    if (!sample || holder.key.length === 0) continue
    const searched = { kind, text: exampleOf(kind, path.column) }
    const plans: unknown[] = []
    const explaining = explainer(executor, plans, { ...sample, c0: searched.text })
    await rowsByPath(explaining, resolved, table, path, kind, [searched.text])
    const [search, ...ways] = plans.map((plan) => scannedAliases(plan))
    const at = ['tables', table.id, word, kind]
    if (holder.catalogue.rowEstimate > SEARCHED_BY_INDEX && search?.has('t'))
      findings.push({
        path: at,
        message: `No index serves a search for "${kind}" in "${holder.id}.${path.column.name}": each search reads the whole table.`,
        mend: searchAdvice(resolved, holder, path.column, kind),
      })
    const passed = new Set(ways.flatMap((aliases) => [...aliases]))
    path.steps.forEach((step, i) => {
      const from = resolvedTable(resolved, step.from)
      if (!passed.has(`s${i}`) || from.catalogue.rowEstimate <= LARGE) return
      const columns = step.links[0]?.pairs.map((pair) => pair.other.name) ?? []
      findings.push(lookUpFinding(at, from, columns, `from "${step.to}" back to "${from.id}"`))
    })
  }
  return findings
}

async function linkFindings(executor: Executor, resolved: ResolvedMap, table: ResolvedTable): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const link of table.links) {
    const other = resolvedTable(resolved, link.other)
    const sample = await sampleRow(executor, other)
    if (!sample || other.key.length === 0) continue
    const plans: unknown[] = []
    const key = other.key.map((_, i) => sample[`k${i}`] ?? '')
    await followAll(explainer(executor, plans, null), resolved, [link], [key], () => undefined)
    if (plans.some((plan) => scannedAliases(plan).has('t'))) findings.push(linkFinding(table, link))
  }
  return findings
}

function linkFinding(table: ResolvedTable, link: ResolvedLink): Finding {
  return lookUpFinding(
    ['tables', table.id, 'belongs_to', String(link.index)],
    table,
    link.pairs.map((pair) => pair.column.name),
    `from "${link.other}" to "${table.id}"`,
  )
}

function lookUpFinding(path: string[], table: ResolvedTable, columns: readonly string[], way: string): Finding {
  return {
    path,
    message: `No index serves the link ${way} (${columns.join(', ')}): each look-up reads the whole table.`,
    mend: `An index on ${table.id} (${columns.join(', ')}) would make it fast; without one it still finds everything. Columns of different types or collations can keep an index from being used.`,
  }
}

function searchAdvice(resolved: ResolvedMap, table: ResolvedTable, column: CatalogueColumn, kind: string): string {
  const on = resolved.catalogue.engine === 'postgres' && kind === 'email' ? `lower(${column.name})` : column.name
  return `An index on ${table.id} (${on}) would make it fast; without one it still finds everything.`
}

/** The key of any one row, as `k0`, `k1`, …; null in an empty table. */
async function sampleRow(executor: Executor, table: ResolvedTable): Promise<Row | null> {
  const address = addressOf(executor.dialect, table, 't')
  const rows = await executor.query(
    sql`SELECT ${selected('k', address.texts)} FROM ${tableAs(executor.dialect, table, 't')} LIMIT 1`,
  )
  return rows[0] ?? null
}

function exampleOf(kind: string, column: CatalogueColumn): string {
  if (kind === 'email') return 'nobody@example.invalid'
  if (kind === 'phone') return '+31612345678'
  return column.family === 'uuid' ? '00000000-0000-4000-8000-000000000000' : '104711'
}

/** Explains what it is asked instead of running it, and answers with one made-up row (or none). */
function explainer(executor: Executor, plans: unknown[], answer: Row | null): Executor {
  const explain = async (statement: Sql): Promise<void> => {
    // MariaDB's JSON quotes values raw, control characters and all; its table says as much as is asked here.
    if (executor.engine === 'mysql') plans.push(await executor.query(sql`EXPLAIN ${statement}`))
    else {
      const [row] = await executor.query(sql`EXPLAIN (FORMAT JSON) ${statement}`)
      plans.push(JSON.parse(Object.values(row ?? {})[0] ?? 'null'))
    }
  }
  return {
    ...executor,
    query: async (statement) => {
      await explain(statement)
      return answer ? [answer] : []
    },
    each: async (statement, take) => {
      await explain(statement)
      if (answer) take(answer)
    },
  }
}

const postgresNode = z.object({
  'Node Type': z.string(),
  Alias: z.string(),
  'Index Cond': z.unknown().optional(),
  'Recheck Cond': z.unknown().optional(),
})
const mysqlNode = z.object({ table: z.string(), type: z.string() })

/** Aliases of the tables that a plan reads from end to end: no index, or an index without a condition on it. */
function scannedAliases(plan: unknown): Set<string> {
  const scanned = new Set<string>()
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return
    const postgres = postgresNode.safeParse(part)
    if (postgres.success) {
      const node = postgres.data
      const led = node['Index Cond'] ?? node['Recheck Cond']
      // Partitions stand under the parent's alias and a number.
      if (/Scan$/.test(node['Node Type']) && led === undefined) scanned.add(node.Alias.replace(/_\d+$/, ''))
    }
    const mysql = mysqlNode.safeParse(part)
    if (mysql.success && /^(ALL|index)$/i.test(mysql.data.type)) scanned.add(mysql.data.table)
    for (const inner of Object.values(part)) visit(inner)
  }
  visit(plan)
  return scanned
}
