import { createHash } from 'node:crypto'
import { dataMap } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import type { Catalogue } from './catalogue'
import { checkMap } from './check-map'
import type { DataMap, MapProblem } from './data-map'
import { parseDataMap } from './parse-map'
import { adaptersOf, findSystem, presentMap } from './registry.server'

export type CheckedMap =
  | { ok: true; map: DataMap; catalogue: Catalogue; warnings: MapProblem[] }
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
  const catalogue = await adapters.run.readCatalogue()
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
  return { ok: true, map: parsed.map, catalogue, warnings }
}

/** Stores a checked map as the system's next version; older versions stay. The same text again is the same version. */
export async function storeMap(
  tx: Transaction,
  runtime: Runtime,
  order: { key: string; yaml: string; catalogue: Catalogue; actor: Actor },
): Promise<{ ok: true; version: number } | { ok: false; reason: 'unknown_system' }> {
  const row = await findSystem(tx, order.key)
  if (!row) return { ok: false, reason: 'unknown_system' }
  const present = await presentMap(tx, row.id)
  if (present?.yaml === order.yaml) return { ok: true, version: present.version }
  const version = (present?.version ?? 0) + 1
  await tx.insert(dataMap).values({
    systemId: row.id,
    version,
    yaml: order.yaml,
    catalogueFingerprint: catalogueFingerprint(order.catalogue),
    appliedAt: runtime.clock.now(),
    appliedByStaffId: order.actor.kind === 'staff' ? order.actor.id : null,
  })
  await appendEvidence(tx, runtime, { actor: order.actor, verb: 'map.applied', system: order.key, data: { version } })
  return { ok: true, version }
}

/** One hash over the names and types of tables and columns: another one means that the CRM changed since. */
export function catalogueFingerprint(catalogue: Catalogue): string {
  const lines = catalogue.tables
    .filter((table) => table.name !== 'privacybalie_receipt')
    .map((table) => `${table.id}(${table.columns.map((column) => `${column.name} ${column.type}`).join(',')})`)
    .sort()
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}
