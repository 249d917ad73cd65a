import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { sql } from '~/systems/adapters/sql'
import { parseDataMap } from '~/systems/parse-map'
import { readWholeCatalogue } from '~/systems/read-catalogue.server'
import { adaptersOf, findSystem, presentMap } from '~/systems/registry.server'
import { resolveMap } from '~/systems/resolve-map'
import { neededGrants } from './grants'
import { runGrants, scanGrants } from './grants-sql'

export type GrantsRefusal = 'unknown_system' | 'not_a_database' | 'map_unreadable' | 'map_does_not_fit'

/**
 * The SQL by which a DBA makes the two roles of a connected database: `run` after the data map in force (before the first map
 * only its receipts), `scan` for reading. Changes nothing. Throws `SystemError` when the database does not answer.
 */
export async function grantsFor(
  runtime: Runtime,
  db: Executor,
  order: { key: string; runRole: string; scanRole: string },
): Promise<{ ok: true; run: string; scan: string; mapVersion: number | null } | { ok: false; reason: GrantsRefusal }> {
  const row = await findSystem(db, order.key)
  if (!row) return { ok: false, reason: 'unknown_system' }
  const adapters = adaptersOf(runtime, row)
  if (!adapters) return { ok: false, reason: 'not_a_database' }
  const catalogue = await readWholeCatalogue(adapters)
  const stored = await presentMap(db, row.id)
  const parsed = stored ? parseDataMap(stored.yaml) : null
  if (parsed && !parsed.ok) return { ok: false, reason: 'map_unreadable' }
  const fit = parsed ? resolveMap(parsed.map, catalogue) : null
  if (fit && fit.problems.length > 0) return { ok: false, reason: 'map_does_not_fit' }
  const named = await adapters.run.query(
    row.engine === 'mysql' ? sql`SELECT DATABASE() AS name` : sql`SELECT current_database() AS name`,
  )
  const about = {
    dialect: adapters.run.dialect,
    catalogue,
    database: named[0]?.name ?? catalogue.defaultSchema,
    runRole: order.runRole,
    scanRole: order.scanRole,
  }
  return {
    ok: true,
    run: runGrants(about, fit ? neededGrants(fit.resolved) : []),
    scan: scanGrants(about),
    mapVersion: stored?.version ?? null,
  }
}
