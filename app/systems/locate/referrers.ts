import type { CatalogueColumn, CatalogueForeignKey, CatalogueTable } from '../catalogue'
import { columnOf, rowKeyColumns, tableById } from '../catalogue'
import { normaliseTable } from '../normalise-map'
import type { ResolvedCondition, ResolvedLink, ResolvedMap, ResolvedTable } from '../resolved-map'

/** One way in which rows of a table refer to rows of another. */
export interface Referrer {
  /** The table that refers; of an unmapped table only catalogue and key are known. */
  readonly table: ResolvedTable
  readonly mapped: boolean
  /** The table referred to. */
  readonly onto: string
  /** Columns of the referring table, beside those of the table referred to. */
  readonly pairs: ResolvedLink['pairs']
  readonly where: readonly ResolvedCondition[]
  readonly origin: 'foreign_key' | 'belongs_to' | 'refers_to'
  readonly foreignKey: CatalogueForeignKey | null
  /** The link of the map that says so, if one does. */
  readonly link: ResolvedLink | null
}

/** Turned round: a value link's own table is referred to, the other table refers. */
function turned(link: ResolvedLink): Pick<Referrer, 'pairs' | 'where'> {
  return {
    pairs: link.pairs.map((p) => ({ column: p.other, other: p.column })),
    where: link.where.map((c) => ({ ...c, side: c.side === 'this' ? 'other' : 'this' })),
  }
}

/** A table that the map does not name, so far as it can be spoken of: by catalogue and key. */
export function unmappedTable(catalogue: CatalogueTable): ResolvedTable {
  return {
    id: catalogue.id,
    map: normaliseTable(catalogue.id, { personal: false }),
    catalogue,
    key: (rowKeyColumns(catalogue) ?? []).flatMap((name) => columnOf(catalogue, name) ?? []),
    subject: null,
    also: new Map(),
    facts: new Map(),
    name: [],
    links: [],
    linksTo: [],
    refersTo: [],
    samePerson: [],
    softDeleted: [],
    sharedBy: null,
  }
}

/** Same columns onto the same columns, in whatever order. */
export function samePairs(a: ResolvedLink['pairs'], b: ResolvedLink['pairs']): boolean {
  const written = (pairs: ResolvedLink['pairs']) =>
    pairs
      .map((p) => JSON.stringify([p.column.name, p.other.name]))
      .sort()
      .join()
  return written(a) === written(b)
}

function foreignKeyPairs(key: CatalogueForeignKey, from: CatalogueTable, to: CatalogueTable): ResolvedLink['pairs'] {
  return key.columns.flatMap((name, i) => {
    const column: CatalogueColumn | undefined = columnOf(from, name)
    const other = columnOf(to, key.referencedColumns[i] ?? '')
    return column && other ? [{ column, other }] : []
  })
}

/** The foreign keys of the catalogue onto a mapped table, from mapped and unmapped tables. */
export function foreignKeyReferrers(resolved: ResolvedMap, onto: ResolvedTable): Referrer[] {
  return (resolved.foreignKeysOnto.get(onto.id) ?? []).flatMap((key): Referrer[] => {
    const catalogue = tableById(resolved.catalogue, key.table)
    if (!catalogue) return []
    const table = resolved.tables.get(key.table)
    return [
      {
        table: table ?? unmappedTable(catalogue),
        mapped: table !== undefined,
        onto: onto.id,
        pairs: foreignKeyPairs(key, catalogue, onto.catalogue),
        where: [],
        origin: 'foreign_key',
        foreignKey: key,
        link: null,
      },
    ]
  })
}

function declared(resolved: ResolvedMap, onto: ResolvedTable): Referrer[] {
  return [...resolved.tables.values()].flatMap((table) =>
    table.refersTo
      .filter((link) => link.other === onto.id)
      .map((link): Referrer => {
        const { pairs, where } = link
        return { table, mapped: true, onto: onto.id, pairs, where, origin: 'refers_to', foreignKey: null, link }
      }),
  )
}

/** The value links of a table as referrers: the other table of each refers to it. */
export function valueLinkReferrers(resolved: ResolvedMap, onto: ResolvedTable): Referrer[] {
  return onto.links.flatMap((link): Referrer[] => {
    const table = resolved.tables.get(link.other)
    if (link.direction !== 'value' || !table) return []
    const shape = turned(link)
    return [{ table, mapped: true, onto: onto.id, ...shape, origin: 'belongs_to', foreignKey: null, link }]
  })
}

/**
 * Who counts as a sharer of a value row: its own value links without their `where`, foreign keys, `refers_to`; with
 * `shared_by` only the tables named there, under their own `where`.
 */
export function sharers(resolved: ResolvedMap, value: ResolvedTable): Referrer[] {
  const own = valueLinkReferrers(resolved, value).map((referrer) => ({ ...referrer, where: [] }))
  const keys = foreignKeyReferrers(resolved, value).filter(
    (key) => !own.some((link) => link.table.id === key.table.id && samePairs(link.pairs, key.pairs)),
  )
  const all: Referrer[] = [...own, ...keys, ...declared(resolved, value)]
  const { sharedBy } = value
  if (!sharedBy) return all
  return all.flatMap((referrer) =>
    sharedBy
      .filter((entry) => entry.table === referrer.table.id)
      .map((entry) => ({ ...referrer, where: [...referrer.where, ...entry.where] })),
  )
}

/**
 * Everything that refers to a table's rows and does not give way by itself: child links onto it, its value links, foreign
 * keys that neither are such a link nor are cut (`links_to`, ON DELETE SET NULL), and `refers_to`.
 */
export function standingReferrers(resolved: ResolvedMap, onto: ResolvedTable): Referrer[] {
  const children = [...resolved.tables.values()].flatMap((table) =>
    table.links
      .filter((link) => link.other === onto.id && link.direction === 'child')
      .map((link): Referrer => {
        const { pairs, where } = link
        return { table, mapped: true, onto: onto.id, pairs, where, origin: 'belongs_to', foreignKey: null, link }
      }),
  )
  const links = [...children, ...valueLinkReferrers(resolved, onto)]
  const keys = foreignKeyReferrers(resolved, onto)
  const withKeys = links.map((link) => ({
    ...link,
    foreignKey: keys.find((k) => k.table.id === link.table.id && samePairs(k.pairs, link.pairs))?.foreignKey ?? null,
  }))
  const others = keys.filter(
    (key) =>
      key.foreignKey?.onDelete !== 'set_null' &&
      !links.some((l) => l.where.length === 0 && l.table.id === key.table.id && samePairs(l.pairs, key.pairs)) &&
      !key.table.linksTo.some((l) => l.other === onto.id && samePairs(l.pairs, key.pairs)),
  )
  return [...withKeys, ...others, ...declared(resolved, onto)]
}
