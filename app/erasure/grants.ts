import { columnOf, type CatalogueTable } from '~/systems/catalogue'
import type { MapTable } from '~/systems/data-map'
import { mayBeDeleted } from '~/systems/check/erasable'
import { foreignKeyReferrers } from '~/systems/locate/referrers'
import type { ResolvedMap, ResolvedTable } from '~/systems/resolved-map'
import { deleteOrder, emptiable } from './delete-order'
import { referrersOf } from './key-columns'
import { catalogueTable, modelOf, splitColumn, type Model } from './model'

/** What the role `run` has to be allowed on one table; reading it is always part of it. */
export interface TableGrant {
  readonly table: CatalogueTable
  /** Columns that it writes. */
  readonly update: readonly string[]
  readonly delete: boolean
  /** Triggers of the database write into it in the name of whoever fires them. */
  readonly insert: boolean
}

/**
 * The verbs that locating and erasing by this map need, table by table, and no others: reading what is mapped and what refers
 * by foreign key to rows of persons, writing what is rewritten, emptied or set, deleting where the map deletes.
 */
export function neededGrants(resolved: ResolvedMap): TableGrant[] {
  const model = modelOf(resolved)
  const writes = writtenColumns(model)
  const grants = [...resolved.tables.values()].map((table) => grantOf(resolved, table, writes.get(table.id)))
  const known = new Set(resolved.tables.keys())
  const readOnly = unmappedReferrers(resolved).filter((table) => !known.has(table.id))
  return [
    ...grants,
    ...readOnly.map((table) => ({
      table,
      update: [...(writes.get(table.id) ?? [])].sort(),
      delete: false,
      insert: false,
    })),
  ]
}

function grantOf(resolved: ResolvedMap, table: ResolvedTable, written: ReadonlySet<string> | undefined): TableGrant {
  const goes = mayBeDeleted(table)
  const update = [...(written ?? [])].filter((name) => columnOf(table.catalogue, name)?.generated === false)
  const [lock] = table.key
  // PostgreSQL locks a row for whoever may write one of its columns; who only deletes is given its key's.
  if (goes && update.length === 0 && lock && resolved.catalogue.engine === 'postgres') update.push(lock.name)
  const fired = resolved.catalogue.engine === 'postgres' && table.map.history && hasTriggers(resolved)
  return { table: table.catalogue, update: update.sort(), delete: goes, insert: fired }
}

const hasTriggers = (resolved: ResolvedMap) =>
  [...resolved.tables.values()].some((table) => table.catalogue.triggers.some((trigger) => trigger.enabled))

/** Columns by table that some statement of a run may write. */
function writtenColumns(model: Model): Map<string, Set<string>> {
  const written = new Map<string, Set<string>>()
  const add = (table: string, names: Iterable<string>) => {
    const of = written.get(table) ?? new Set<string>()
    for (const name of names) of.add(name)
    written.set(table, of)
  }
  const { resolved } = model
  for (const table of resolved.tables.values()) {
    const { map } = table
    const rewritten = Object.entries(map.columns).filter(([, each]) => each.with && each.with.kind !== 'keep')
    add(
      table.id,
      rewritten.map(([name]) => name),
    )
    add(table.id, settings(map))
    for (const link of table.linksTo)
      add(
        table.id,
        link.pairs.map((pair) => pair.column.name),
      )
    for (const [name, each] of rewritten)
      if (each.with?.kind === 'pseudonym')
        for (const referrer of referrersOf(model, table.id, name))
          if (!referrer.byEngine) add(referrer.table, [referrer.column.name])
    for (const link of table.links) {
      const other = resolved.tables.get(link.other)
      if (link.direction !== 'value' || !other?.map.personal) continue
      const inKey = new Set(other.key.map((column) => column.name))
      add(
        other.id,
        link.pairs.map((pair) => pair.other.name).filter((name) => !inKey.has(name)),
      )
    }
  }
  for (const [table, names] of circularReferences(model)) add(table, names)
  return written
}

function settings(map: MapTable): string[] {
  const effects = [...map.onObjection, ...map.onRestriction, ...map.onRestrictionLifted, ...map.onConsentWithdrawal]
  return [
    ...Object.keys(map.whileKept ?? {}),
    ...Object.keys(map.onRequest?.set ?? {}),
    ...effects.flatMap(({ effect }) => (effect.kind === 'set' ? Object.keys(effect.set) : [])),
  ]
}

/** References that are emptied before rows that refer to each other in a circle can go. */
function circularReferences(model: Model): [string, string[]][] {
  const going = [...model.resolved.tables.values()].filter(mayBeDeleted)
  const { circular } = deleteOrder(
    model,
    going.map((table) => table.id),
  )
  return going
    .filter((table) => circular.has(table.id))
    .map((table) => [
      table.id,
      table.catalogue.foreignKeys
        .filter((key) => circular.has(key.referencedTable))
        .flatMap((key) => emptiable(model, key)),
    ])
}

/** Tables outside the map that are read all the same: those that refer to rows of persons, and those that hold owners. */
function unmappedReferrers(resolved: ResolvedMap): CatalogueTable[] {
  const found = new Map<string, CatalogueTable>()
  const model = modelOf(resolved)
  for (const table of resolved.tables.values()) {
    if (table.map.personal)
      for (const referrer of foreignKeyReferrers(resolved, table))
        if (!referrer.mapped) found.set(referrer.table.id, referrer.table.catalogue)
    for (const step of table.map.deleteAfter) {
      const email = step.owner?.email
      if (!email || email.includes('@')) continue
      const owner = catalogueTable(model, splitColumn(email, table.id).table)
      if (owner) found.set(owner.id, owner)
    }
  }
  return [...found.values()]
}
