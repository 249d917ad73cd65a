import type { CatalogueColumn } from '~/systems/catalogue'
import { personalColumns } from '~/systems/resolved-map'
import { modelTable, type Model } from './model'
import type { RowSet } from './row-sets'

/** Strategies that leave something of the old value. */
const GENERALISES: readonly string[] = ['keep', 'generalise', 'truncate']

export interface SharedColumns {
  readonly columns: readonly CatalogueColumn[]
  /** Those of them that a follow-up plan may empty: not what another row's duty to keep needs. */
  readonly mayEmpty: readonly string[]
}

/**
 * The columns by which somebody may still be told apart after rows were pseudonymised: those that the map names and that were
 * kept or generalised. Keys and link columns do not count, on either side of a link (datamap.md `erase: pseudonymise`).
 */
export function sharedColumns(model: Model, set: Pick<RowSet, 'table' | 'columns' | 'set'>): SharedColumns {
  const of = modelTable(model, set.table)
  const ties = tiesOf(model, set.table)
  const columns = personalColumns(of.resolved).filter(({ name }) => {
    if (ties.has(name) || name in set.set) return false
    const change = set.columns.find((each) => each.column === name)
    const strategy = change?.with ?? of.map.columns[name]?.with
    return !strategy || GENERALISES.includes(strategy.kind)
  })
  const isNeeded = (name: string) => set.columns.some((change) => change.column === name && change.with.kind === 'keep')
  return { columns, mayEmpty: columns.map(({ name }) => name).filter((name) => !isNeeded(name)) }
}

/** Key columns of a table, and those on which it is linked with others. */
function tiesOf(model: Model, table: string): ReadonlySet<string> {
  const { resolved } = modelTable(model, table)
  const own = [...resolved.links, ...resolved.linksTo, ...resolved.refersTo, ...resolved.samePerson]
  const onto = [...model.tables.values()].flatMap((other) =>
    [...other.resolved.links, ...other.resolved.linksTo, ...other.resolved.refersTo].filter(
      (link) => link.other === table,
    ),
  )
  return new Set([
    ...resolved.key.map((column) => column.name),
    ...own.flatMap((link) => link.pairs.map((pair) => pair.column.name)),
    ...onto.flatMap((link) => link.pairs.map((pair) => pair.other.name)),
  ])
}
