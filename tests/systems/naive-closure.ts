import type { MapLink, MapTable, MapTables, Test, Where } from './random/map'
import { SOUGHT, type Row, type Rows } from './random/rows'
import type { RandomTable } from './random/schema'

/** The person's set found the slow way: row by row, to the letter of the rules of the data map. */

export interface World {
  readonly tables: readonly RandomTable[]
  readonly map: MapTables
  readonly rows: Rows
}

/** One row of the database. `id` is `table:key`; rows of a log without a key are numbered. */
export interface Place {
  readonly id: string
  readonly table: RandomTable
  readonly row: Row
}
interface Edge {
  readonly from: Place
  readonly to: Place
  readonly direction: 'child' | 'value'
  readonly link: MapLink
}

export interface Closure {
  /** The rows between which somebody must choose; then nothing else is said. */
  readonly candidates: readonly string[]
  /** `role table:key` */
  readonly rows: readonly string[]
  readonly shared: readonly string[]
  readonly others: readonly string[]
  /** `origin table:key columns -> table:key` */
  readonly cuts: readonly string[]
  readonly ties: readonly string[]
  /** Rows that the map's same_person ties to the person's own. */
  readonly samePerson: readonly string[]
}

export const idOf = (table: string, key: readonly string[]) => `${table}:${key.join('/')}`

const meets = (value: string | null, test: Test): boolean => {
  if (Array.isArray(test)) return test.some((each: string | number | null) => meets(value, each))
  if (test === null) return value === null
  return test === 'not_null' ? value !== null : value === String(test)
}

/** The conditions of a link or table; `table.column` speaks of the other table. */
function holds(where: Where | undefined, own: Place, other: Place): boolean {
  return Object.entries(where ?? {}).every(([name, test]) =>
    name in own.row
      ? meets(own.row[name] ?? null, test)
      : meets(other.row[name.slice(name.indexOf('.') + 1)] ?? null, test),
  )
}

const equal = (a: Place, columns: readonly string[], b: Place, others: readonly string[]) =>
  columns.every((name, i) => a.row[name] !== null && a.row[name] === b.row[others[i] ?? ''])

const joined = (own: Place, on: MapLink['on'], other: Place) => equal(own, Object.keys(on), other, Object.values(on))

const sameSet = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((n) => b.includes(n))

export class Naive {
  readonly places: readonly Place[]
  private readonly edges: readonly Edge[]

  constructor(private readonly world: World) {
    this.places = world.tables.flatMap((table, t) =>
      (world.rows[t] ?? []).map((row, i) => ({
        id: idOf(table.name, table.key.length > 0 ? table.key.map((c) => row[c] ?? '') : [`#${i}`]),
        table,
        row,
      })),
    )
    this.edges = this.named().flatMap(([table, map]) =>
      (map.belongs_to ?? []).flatMap((link) => this.pairs(table, link).filter((e) => holds(link.where, e.to, e.from))),
    )
  }

  /** The tables that the map names. */
  private named(): (readonly [RandomTable, MapTable])[] {
    return this.world.tables.flatMap((table) => {
      const map = this.world.map[table.name]
      return map ? [[table, map] as const] : []
    })
  }

  private of(table: string): Place[] {
    return this.places.filter((place) => place.table.name === table)
  }

  private mapOf(place: Place): MapTable | undefined {
    return this.world.map[place.table.name]
  }

  private isPerson(place: Place): boolean {
    return holds(this.mapOf(place)?.subject?.where, place, place)
  }

  /** Every pair of rows that a link joins, whatever its `where` says. */
  private pairs(table: RandomTable, link: MapLink): Edge[] {
    const direction = this.direction(table, link)
    return this.of(table.name).flatMap((to) =>
      this.of(link.table).flatMap((from) => (joined(to, link.on, from) ? [{ from, to, direction, link }] : [])),
    )
  }

  /** A foreign key decides; else the other's primary key makes a child; else an own key makes a value; else a child. */
  private direction(own: RandomTable, link: MapLink): 'child' | 'value' {
    const other = this.world.tables.find((table) => table.name === link.table)
    if (!other) throw new Error(`No table ${link.table}`)
    const declared = (from: RandomTable, to: RandomTable, on: readonly (readonly [string, string])[]) =>
      from.foreignKeys.some(
        (key) =>
          this.world.tables[key.table] === to &&
          key.columns.every((c, i) => on.some(([a, b]) => a === c && b === key.referenced[i])),
      )
    const on = Object.entries(link.on)
    if (declared(own, other, on)) return 'child'
    if (
      declared(
        other,
        own,
        on.map(([a, b]) => [b, a] as const),
      )
    )
      return 'value'
    const [here, there] = [Object.keys(link.on), Object.values(link.on)]
    if (other.key.length > 0 && sameSet(other.key, there)) return 'child'
    const keys = [...(own.key.length > 0 ? [own.key] : []), ...(own.code ? [['code']] : [])]
    return keys.some((key) => sameSet(key, here)) ? 'value' : 'child'
  }

  /** Who refers to whom, by links of the map whose `where` holds, by foreign keys, and by what refers_to says. */
  references(): { readonly from: Place; readonly to: Place }[] {
    const links = this.edges.map(({ from, to, direction }) =>
      direction === 'child' ? { from: to, to: from } : { from, to },
    )
    const declared = this.world.tables.flatMap((table) =>
      table.foreignKeys.flatMap((key) => {
        const others = this.places.filter((place) => place.table === this.world.tables[key.table])
        return this.of(table.name).flatMap((from) =>
          others.filter((to) => equal(from, key.columns, to, key.referenced)).map((to) => ({ from, to })),
        )
      }),
    )
    const said = this.named().flatMap(([table, map]) =>
      (map.refers_to ?? []).flatMap((link) => this.pairs(table, link).map((e) => ({ from: e.to, to: e.from }))),
    )
    return [...links, ...declared, ...said]
  }

  /** Rows of persons that carry the address: in a column of their own, or at the end of a way against the links. */
  private found(): Map<string, Place[]> {
    const carries = (place: Place) => (place.row.mail ?? '').trim().toLowerCase() === SOUGHT
    const found = new Map<string, Place[]>()
    for (const [table, map] of this.named()) {
      const rows = this.of(table.name).filter((place) => {
        if (map.also) return carries(place)
        return map.subject?.email.some(({ column, via }) => {
          if (column === 'mail') return carries(place)
          const way = [...(via ?? []), column.slice(0, -'.mail'.length)]
          let at = [place]
          for (const next of way) {
            const links = this.world.map[next]?.belongs_to?.filter((link) => link.table === at[0]?.table.name) ?? []
            at = this.edges.filter((e) => links.includes(e.link) && at.includes(e.from)).map((e) => e.to)
          }
          return at.some(carries)
        })
      })
      const persons = rows.filter((place) => this.isPerson(place))
      if (persons.length > 0) found.set(table.name, persons)
    }
    return found
  }

  /** Rows that same_person ties to these, from either side. */
  private tied(own: ReadonlySet<Place>): Place[] {
    return this.named()
      .flatMap(([table, map]) =>
        (map.same_person ?? []).flatMap((link) =>
          this.pairs(table, link).flatMap(({ from, to }) => [
            ...(own.has(from) ? [to] : []),
            ...(own.has(to) ? [from] : []),
          ]),
        ),
      )
      .filter((place) => this.isPerson(place))
  }

  private reachable(own: ReadonlySet<Place>, without: ReadonlySet<Place>): Set<Place> {
    const set = new Set(own)
    for (let changed = true; changed;) {
      changed = false
      for (const { from, to } of this.edges) {
        if (!set.has(from) || set.has(to) || without.has(to) || this.mapOf(to)?.subject) continue
        set.add(to)
        changed = true
      }
    }
    return set
  }

  /** Every row that refers to `value`, with the link or foreign key by which it does. */
  private referrers(value: Place): { place: Place; link: MapLink | null; columns: readonly string[] }[] {
    const map = this.mapOf(value)
    const links = (map?.belongs_to ?? [])
      .filter((link) => this.direction(value.table, link) === 'value')
      .map((link) => ({ table: link.table, columns: Object.values(link.on), key: Object.keys(link.on), link }))
    const declared = this.world.tables.flatMap((table) =>
      table.foreignKeys
        .filter((key) => this.world.tables[key.table] === value.table)
        .map((key) => ({ table: table.name, columns: key.columns, key: key.referenced, link: null })),
    )
    const said = this.named().flatMap(([table, other]) =>
      (other.refers_to ?? [])
        .filter((link) => link.table === value.table.name)
        .map(({ on }) => ({ table: table.name, columns: Object.keys(on), key: Object.values(on), link: null })),
    )
    return [...links, ...declared, ...said].flatMap(({ table, columns, key, link }) =>
      this.of(table)
        .filter((place) => place !== value && equal(place, columns, value, key) && this.counts(map, place))
        .map((place) => ({ place, link, columns })),
    )
  }

  /** `shared_by` narrows who counts. */
  private counts(map: MapTable | undefined, sharer: Place): boolean {
    if (!map?.shared_by) return true
    return map.shared_by.some((entry) => entry.table === sharer.table.name && holds(entry.where, sharer, sharer))
  }

  private role(place: Place, own: ReadonlySet<Place>, set: ReadonlySet<Place>, out: ReadonlySet<Place>) {
    if (own.has(place)) return 'own'
    const without = this.reachable(own, new Set([...out, place]))
    const isChild = this.edges.some(
      (e) => e.to === place && e.direction === 'child' && set.has(e.from) && without.has(e.from),
    )
    return isChild ? 'child' : 'value'
  }

  private isShared(value: Place, own: ReadonlySet<Place>, set: ReadonlySet<Place>, out: ReadonlySet<Place>): boolean {
    const without = this.reachable(own, new Set([...out, value]))
    return this.referrers(value).some(({ place, link, columns }) => {
      if (!set.has(place)) return true
      if (without.has(place)) return false
      // There only because of the value row: a participant. What hangs on it by a mere foreign key (an attachment) ties
      // it to nobody, unless it also refers to something that is not in the set.
      return link !== null || this.refersElsewhere(place, value, columns, set)
    })
  }

  private refersElsewhere(place: Place, value: Place, columns: readonly string[], set: ReadonlySet<Place>): boolean {
    return (this.mapOf(place)?.belongs_to ?? []).some((link) => {
      const mine = Object.keys(link.on)
      if (this.direction(place.table, link) === 'value') return false
      if (link.table === value.table.name && sameSet(mine, columns)) return false
      const ownConditions = Object.fromEntries(Object.entries(link.where ?? {}).filter(([name]) => name in place.row))
      if (mine.some((name) => place.row[name] === null) || !holds(ownConditions, place, place)) return false
      return !this.edges.some((e) => e.link === link && e.to === place && set.has(e.from))
    })
  }

  closure(chosen: readonly string[] = []): Closure {
    const none = { candidates: [], rows: [], shared: [], others: [], cuts: [], ties: [], samePerson: [] }
    const own = new Set<Place>()
    const candidates: string[] = []
    for (const [table, places] of this.found()) {
      const settled = places.filter((place) => chosen.includes(place.id))
      const isAmbiguous = places.length > 1 && this.world.map[table]?.subject && this.world.map[table].name
      if (!isAmbiguous) places.forEach((place) => own.add(place))
      else if (settled.length > 0) settled.forEach((place) => own.add(place))
      else candidates.push(...places.map((place) => place.id))
    }
    if (candidates.length > 0) return { ...none, candidates: candidates.sort() }
    for (let before = -1; before < own.size;) {
      before = own.size
      for (const place of this.tied(own)) if (chosen.includes(place.id)) own.add(place)
    }

    const out = new Set<Place>()
    for (;;) {
      const set = this.reachable(own, out)
      const shared = [...set].filter(
        (place) => this.role(place, own, set, out) === 'value' && this.isShared(place, own, set, out),
      )
      if (shared.length === 0) return this.told(own, set, out)
      for (const place of shared) out.add(place)
    }
  }

  private told(own: ReadonlySet<Place>, set: ReadonlySet<Place>, out: ReadonlySet<Place>): Closure {
    const roles = new Map([...set].map((place) => [place, this.role(place, own, set, out)]))
    const onto = (place: Place) => this.edges.filter((e) => e.to === place && set.has(e.from))
    const others = this.edges.filter(
      (e) => set.has(e.from) && !own.has(e.to) && this.mapOf(e.to)?.subject && this.isPerson(e.to),
    )
    const links = this.named().flatMap(([table, map]) =>
      (map.links_to ?? []).flatMap(({ table: other, on }) =>
        this.of(table.name).flatMap((place) =>
          this.of(other)
            .filter((each) => set.has(each) && joined(place, on, each))
            .map((each) => cut('links_to', place, Object.keys(on), each)),
        ),
      ),
    )
    const emptied = this.world.tables.flatMap((table) =>
      table.foreignKeys
        .filter((key) => key.onDelete === 'set null')
        .filter((key) => {
          const other = this.world.tables[key.table]?.name
          return !this.world.map[table.name]?.links_to?.some(
            (link) =>
              link.table === other &&
              key.columns.every((c, i) => link.on[c] === key.referenced[i]) &&
              Object.keys(link.on).length === key.columns.length,
          )
        })
        .flatMap((key) =>
          this.of(table.name).flatMap((place) =>
            this.places
              .filter((each) => this.world.tables[key.table] === each.table && set.has(each))
              .filter((each) => equal(place, key.columns, each, key.referenced))
              .map((each) => cut('set_null', place, key.columns, each)),
          ),
        ),
    )
    const ties = this.edges
      .filter((e) => e.direction === 'value' && set.has(e.from) && (out.has(e.to) || roles.get(e.to) === 'value'))
      .map((e) => cut(out.has(e.to) ? 'shared' : 'value', e.from, Object.values(e.link.on), e.to))
    return {
      candidates: [],
      rows: [...set].map((place) => `${roles.get(place) ?? ''} ${shown(place)}`).sort(),
      shared: [...out]
        .filter((place) => onto(place).length > 0)
        .map(shown)
        .sort(),
      others: [...new Set(others.map((e) => e.to.id))].sort(),
      cuts: [...links, ...emptied].sort(),
      ties: ties.sort(),
      samePerson: [
        ...new Set(
          this.tied(own)
            .filter((place) => !set.has(place))
            .map((place) => place.id),
        ),
      ].sort(),
    }
  }
}

/** Rows of a log without a key are told apart by nothing that can be said here. */
export const shown = ({ id, table }: Place) => (table.key.length > 0 ? id : `${table.name}:#`)

function cut(word: string, from: Place, columns: readonly string[], onto: Place): string {
  return `${word} ${shown(from)} ${columns.join('+')} -> ${shown(onto)}`
}
