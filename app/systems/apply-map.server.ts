import { dataMap } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import type { Catalogue } from './catalogue'
import { fingerprintOf, shapeOf } from './catalogue-shape'
import { checkMap } from './check-map'
import { indexFindings } from './check/index-use.server'
import type { DataMap, MapProblem } from './data-map'
import { parseDataMap } from './parse-map'
import { readWholeCatalogue } from './read-catalogue.server'
import { adaptersOf, findSystem, presentMap, type OpenSystem } from './registry.server'

export type CheckedMap =
  /** `system`: the database with this map, as if it were in force already; for a rehearsal. */
  | { ok: true; map: DataMap; catalogue: Catalogue; warnings: MapProblem[]; system: OpenSystem }
  | { ok: false; reason: 'unknown_system' | 'not_a_database'; problems: [] }
  | { ok: false; reason: 'problems'; problems: MapProblem[]; warnings: MapProblem[] }

/**
 * Holds a data map (YAML) against the system's own catalogue. Changes nothing. Throws SystemError when the database does
 * not answer.
 */
export async function checkMapOf(
  runtime: Runtime,
  db: Transaction | Runtime['db'],
  key: string,
  yaml: string,
): Promise<CheckedMap> {
  const row = await findSystem(db, key)
  if (!row) return { ok: false, reason: 'unknown_system', problems: [] }
  const adapters = adaptersOf(runtime, row)
  if (!adapters) return { ok: false, reason: 'not_a_database', problems: [] }
  const parsed = parseDataMap(yaml)
  if (!parsed.ok) return { ok: false, reason: 'problems', problems: [...parsed.problems], warnings: [] }
  const catalogue = await readWholeCatalogue(adapters)
  const checked = checkMap(parsed.map, catalogue)
  const placed = (findings: readonly { path: readonly string[]; message: string; mend: string }[]): MapProblem[] =>
    findings.map((finding) => ({
      ...parsed.locate(finding.path),
      path: finding.path.join('.'),
      message: finding.message,
      mend: finding.mend,
    }))
  const problems = placed(checked.problems)
  if (parsed.map.system !== key)
    problems.unshift({
      ...parsed.locate(['system']),
      path: 'system',
      message: `The map is of the system ${parsed.map.system}, not of ${key}.`,
      mend: `Write \`system: ${key}\`, or apply it to ${parsed.map.system}.`,
    })
  const warnings = [...parsed.warnings, ...placed(checked.warnings)]
  if (problems.length > 0) return { ok: false, reason: 'problems', problems, warnings }
  const slow = await indexFindings(adapters.scan ?? adapters.run, checked.resolved)
  const present = await presentMap(db, row.id)
  const system: OpenSystem = {
    id: row.id,
    key: row.key,
    engine: row.engine === 'mysql' ? 'mysql' : 'postgres',
    adapter: adapters.run,
    scanAdapter: adapters.scan,
    catalogue,
    map: checked.resolved,
    mapVersion: (present?.version ?? 0) + 1,
  }
  return { ok: true, map: parsed.map, catalogue, warnings: [...warnings, ...placed(slow)], system }
}

/**
 * Stores a checked map as the system's next version; older versions stay. The same text again is the same version, unless the
 * database changed meanwhile: then it was checked against another catalogue, and that is what the watch compares with.
 */
export async function storeMap(
  tx: Transaction,
  runtime: Runtime,
  order: { key: string; yaml: string; catalogue: Catalogue; actor: Actor },
): Promise<{ ok: true; version: number } | { ok: false; reason: 'unknown_system' }> {
  const row = await findSystem(tx, order.key)
  if (!row) return { ok: false, reason: 'unknown_system' }
  const present = await presentMap(tx, row.id)
  const shape = shapeOf(order.catalogue)
  const fingerprint = fingerprintOf(shape)
  if (present?.yaml === order.yaml && present.catalogueFingerprint === fingerprint)
    return { ok: true, version: present.version }
  const version = (present?.version ?? 0) + 1
  await tx.insert(dataMap).values({
    systemId: row.id,
    version,
    yaml: order.yaml,
    catalogueFingerprint: fingerprint,
    catalogueShape: shape,
    appliedAt: runtime.clock.now(),
    appliedByStaffId: order.actor.kind === 'staff' ? order.actor.id : null,
  })
  await appendEvidence(tx, runtime, { actor: order.actor, verb: 'map.applied', system: order.key, data: { version } })
  return { ok: true, version }
}
