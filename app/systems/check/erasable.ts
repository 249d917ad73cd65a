import { foreignKeyReferrers, samePairs } from '../locate/referrers'
import { personalColumns, type ResolvedMap, type ResolvedTable } from '../resolved-map'
import type { Finding } from '../resolve-map'
import { tableById } from '../catalogue'

/** True where some rule of the map can delete rows of this table. */
export function mayBeDeleted(table: ResolvedTable): boolean {
  const { map } = table
  if (!map.personal) return false
  return (
    map.erase === 'delete' ||
    map.keepFor.some((rule) => rule.then === 'delete') ||
    map.deleteAfter.some((step) => step.then === 'delete') ||
    [...map.onObjection, ...map.onRestriction, ...map.onConsentWithdrawal].some((e) => e.effect.kind === 'delete')
  )
}

/** True where rows stay unchanged for a while or for good. */
function isKept(table: ResolvedTable): boolean {
  const { map } = table
  return map.erase === 'keep' || map.keepFor.length > 0 || map.neededWhile.length > 0
}

/**
 * Tables whose rows may outlive a plan though they are the person's: kept, pseudonymised, or still referred to by such
 * rows. Only a row of such a table can keep another from being deleted.
 */
function tablesThatMayStay(resolved: ResolvedMap): ReadonlyMap<string, string> {
  const because = new Map<string, string>()
  for (const table of resolved.tables.values()) {
    if (table.map.personal && (isKept(table) || table.map.erase !== 'delete')) because.set(table.id, table.id)
  }
  for (let changed = true; changed;) {
    changed = false
    for (const table of resolved.tables.values()) {
      for (const link of table.links) {
        if (link.direction !== 'child' || because.has(link.other) || !because.has(table.id)) continue
        because.set(link.other, table.id)
        changed = true
      }
    }
  }
  return because
}

/** Why a row of this table may have to stay though it should be deleted; null when it can't. */
function whatMayRefer(
  resolved: ResolvedMap,
  table: ResolvedTable,
  staying: ReadonlyMap<string, string>,
): string | null {
  for (const other of resolved.tables.values()) {
    const refers = other.links.some((link) => link.other === table.id && link.direction === 'child')
    if (refers && other.id !== table.id && staying.has(other.id)) return other.id
  }
  const isValue = table.links.length > 0 && table.links.every((link) => link.direction === 'value')
  if (isValue) return null
  for (const key of foreignKeyReferrers(resolved, table)) {
    if (key.foreignKey?.onDelete === 'set_null') continue
    const own = key.table
    const isLink = own.links.some((l) => l.other === table.id && l.where.length === 0 && samePairs(l.pairs, key.pairs))
    const isCut = own.linksTo.some((l) => l.other === table.id && samePairs(l.pairs, key.pairs))
    const isValueLink = table.links.some(
      (l) =>
        l.other === own.id &&
        l.direction === 'value' &&
        l.pairs.every((p) => key.pairs.some((k) => k.column === p.other && k.other === p.column)),
    )
    if (!isLink && !isCut && !isValueLink && key.mapped) return own.id
  }
  return null
}

/** `erase: delete` of rows that may have to stay needs a `with` on every personal column. */
export function stillReferredFindings(resolved: ResolvedMap): Finding[] {
  const staying = tablesThatMayStay(resolved)
  return [...resolved.tables.values()].flatMap((table) => {
    if (table.map.erase !== 'delete' || table.map.history) return []
    const because = whatMayRefer(resolved, table, staying)
    if (because === null) return []
    return personalColumns(table)
      .filter((column) => !table.map.columns[column.name]?.with)
      .map((column) => ({
        path: ['tables', table.id, 'columns', column.name],
        message: `Rows of "${table.id}" are pseudonymised instead of deleted while rows of "${because}" refer to them, and its personal column "${column.name}" has no "with".`,
        mend: `Give "${column.name}" a "with", such as ${column.nullable ? 'empty' : 'pseudonym'}.`,
      }))
  })
}

/** Foreign keys from tables outside the map, and ON DELETE CASCADE onto rows that are kept. */
export function foreignKeyFindings(resolved: ResolvedMap): Finding[] {
  const findings: Finding[] = []
  for (const table of resolved.tables.values()) {
    if (!mayBeDeleted(table)) continue
    const seen = new Set([table.id])
    const queue = [table.id]
    for (let onto = queue.shift(); onto !== undefined; onto = queue.shift()) {
      for (const key of resolved.foreignKeysOnto.get(onto) ?? []) {
        const referring = resolved.tables.get(key.table)
        if (!referring) {
          const isOurs = tableById(resolved.catalogue, key.table)?.ofExtension !== null
          if (onto !== table.id || isOurs || key.onDelete === 'set_null' || key.onDelete === 'set_default') continue
          findings.push({
            path: ['tables', table.id, 'erase'],
            message: `Table "${key.table}" (column ${key.columns.join(', ')}) refers to "${table.id}" by foreign key and is not mapped, but rows of "${table.id}" may be deleted.`,
            mend: `Add "${key.table}" to the map with belongs_to "${table.id}", or with personal: false and links.`,
          })
          continue
        }
        if (key.onDelete !== 'cascade' || seen.has(key.table)) continue
        if (isKept(referring) || !referring.map.personal) {
          findings.push({
            path: ['tables', table.id, 'erase'],
            message: `Deleting rows of "${table.id}" would delete rows of "${key.table}" too (ON DELETE CASCADE on ${key.columns.join(', ')}), and rows of "${key.table}" are kept.`,
            mend: `Use erase: pseudonymise for "${table.id}", or let "${key.table}" be erased with it.`,
          })
        } else if (referring.map.erase === 'delete') {
          seen.add(key.table)
          queue.push(key.table)
        }
      }
    }
  }
  return findings
}
