import fc from 'fast-check'
import { referencedBy, TABLES, type RandomTable } from './schema'

/** A data map as it is written in a file, so far as finding rows needs it. */
export type Test = string | number | null | readonly (string | number | null)[]
export type Where = Readonly<Record<string, Test>>
export interface MapLink {
  readonly table: string
  readonly on: Readonly<Record<string, string>>
  readonly where?: Where
}
export interface MapTable {
  readonly personal?: false
  readonly refers_to?: readonly MapLink[]
  readonly subject?: { readonly email: readonly { readonly column: string; readonly via?: readonly string[] }[] } & {
    readonly where?: Where
  }
  readonly name?: readonly string[]
  readonly also?: { readonly email: string }
  readonly same_person?: readonly MapLink[]
  readonly soft_deleted?: Where
  readonly erase?: 'delete' | 'pseudonymise' | 'keep'
  readonly reason?: string
  readonly needed_while?: readonly { readonly table: string; readonly where: Where }[]
  readonly with_kept?: 'erase'
  readonly history?: boolean
  readonly columns?: Readonly<Record<string, unknown>>
  readonly belongs_to?: readonly MapLink[]
  readonly links_to?: readonly MapLink[]
  readonly shared_by?: readonly { readonly table: string; readonly where?: Where }[]
}
export type MapTables = Readonly<Record<string, MapTable>>

const rare = (one: number) => fc.nat(one - 1).map((n) => n === 0)
const tests = fc.constantFrom<Test>('a', 'b', ['a', 'b'], ['a', null], null, 'not_null')
const where = fc.record({ other: fc.boolean(), test: tests, deleted: rare(3) })
const place = fc.record({ holder: fc.nat(TABLES - 1), group: fc.nat(4), other: fc.nat(11) })
type Place = typeof place extends fc.Arbitrary<infer T> ? T : never

export const rawMap = fc.record({
  subjects: fc.array(fc.record({ is: rare(3), named: rare(6), where: rare(4), own: rare(2), path: fc.nat(9) }), {
    minLength: 3,
    maxLength: 3,
  }),
  // 0 is a table that the map doesn't name, 1 one without personal data.
  handling: fc.array(fc.nat(9), { minLength: TABLES, maxLength: TABLES }),
  links: fc.array(
    fc.record({
      place,
      flip: rare(8),
      back: rare(3),
      where: fc.nat(3).chain((n) => (n === 0 ? where : fc.constant(null))),
    }),
    { minLength: 10, maxLength: 18, size: 'max' },
  ),
  linksTo: fc.array(place, { maxLength: 2 }),
  refersTo: fc.array(place, { maxLength: 2 }),
  samePerson: fc.nat(23),
  also: fc.array(rare(8), { minLength: TABLES, maxLength: TABLES }),
  sharedBy: fc.array(fc.option(fc.record({ tables: fc.array(fc.nat(TABLES - 1), { minLength: 1 }), test: tests })), {
    minLength: TABLES,
    maxLength: TABLES,
  }),
  narrow: rare(4),
})
export type RawMap = typeof rawMap extends fc.Arbitrary<infer T> ? T : never

interface Reference {
  readonly holder: number
  readonly referred: number
  readonly columns: readonly string[]
  readonly key: readonly string[]
}

/** The reference columns at a place and a table whose key they fit: mostly the one they were made for. */
function referenceAt(tables: readonly RandomTable[], { holder, group, other }: Place): Reference | null {
  const groups = tables[holder]?.groups ?? []
  const chosen = groups[group % Math.max(1, groups.length)]
  if (!chosen) return null
  const fitting = tables.flatMap((table, i) => (referencedBy(chosen.kind, table) ? [i] : []))
  const referred = other % 3 === 0 ? (fitting[other % fitting.length] ?? chosen.to) : chosen.to
  const table = tables[referred]
  const key = table && referencedBy(chosen.kind, table)
  if (!key || (referred === holder && chosen.isKey)) return null
  return { holder, referred, columns: chosen.columns, key }
}

const zip = (a: readonly string[], b: readonly string[]) => Object.fromEntries(a.map((name, i) => [name, b[i] ?? '']))

export function mapOf(tables: readonly RandomTable[], raw: RawMap): MapTables {
  const name = (t: number) => tables[t]?.name ?? ''
  const links = tables.map((): MapLink[] => [])
  const isPersonal = (t: number) => t === 0 || (raw.handling[t] ?? 2) > 1
  for (const link of raw.links) {
    const found = referenceAt(tables, link.place)
    if (!found || !isPersonal(found.holder) || !isPersonal(found.referred)) continue
    const natural = found.referred <= found.holder ? 'child' : 'value'
    const kinds = natural === 'child' && link.back ? (['child', 'value'] as const) : [natural]
    for (const kind of kinds) {
      const child = (kind === 'child') !== link.flip
      const [own, other] = child ? [found.holder, found.referred] : [found.referred, found.holder]
      const on = child ? zip(found.columns, found.key) : zip(found.key, found.columns)
      links[own]?.push({ table: name(other), on, ...whereOf(link.where, name(other)) })
    }
  }
  const subject = (t: number) => raw.subjects[t] && (t === 0 || raw.subjects[t].is) && isPersonal(t)
  const placed = (places: readonly Place[], t: number, fits: (found: Reference) => boolean) =>
    places.flatMap((each): MapLink[] => {
      const found = referenceAt(tables, { ...each, holder: t })
      return found && each.holder === t && fits(found)
        ? [{ table: name(found.referred), on: zip(found.columns, found.key) }]
        : []
    })

  const written = tables.map((table, t): readonly [string, MapTable] | null => {
    if (t > 0 && raw.handling[t] === 0) return null
    const also = !subject(t) && raw.also[t] === true
    const entries = links[t] ?? []
    if (!isPersonal(t) || (entries.length === 0 && !subject(t) && !also)) {
      const refersTo = placed(raw.refersTo, t, (found) => isNamed(found.referred))
      return [table.name, { personal: false, ...(refersTo.length > 0 ? { refers_to: refersTo } : {}) }]
    }
    const linksTo = placed(raw.linksTo, t, (found) => isNamed(found.referred))
    const samePerson = subject(t) && raw.samePerson < 18 ? samePersonOf(table) : []
    const sharedBy = raw.narrow ? raw.sharedBy[t] : null
    return [
      table.name,
      {
        ...(subject(t) ? subjectOf(t) : {}),
        ...(also ? { also: { email: 'mail' } } : {}),
        ...(entries.length > 0 ? { belongs_to: entries } : {}),
        ...(linksTo.length > 0 ? { links_to: linksTo } : {}),
        ...(samePerson.length > 0 ? { same_person: samePerson } : {}),
        ...(sharedBy ? { shared_by: sharedBy.tables.filter(isNamed).map((s) => sharer(s, sharedBy.test)) } : {}),
        ...(t % 2 === 0 ? { soft_deleted: { deleted: 1 } } : {}),
        ...(table.key.length === 0 ? { history: true } : {}),
        erase: 'delete',
        columns: {
          note: { category: 'content', with: 'pseudonym' },
          ...(subject(t) ? { mail: { category: 'contact', with: 'pseudonym' } } : {}),
        },
      },
    ]
  })
  return Object.fromEntries(written.filter((entry) => entry !== null))

  function isNamed(t: number): boolean {
    return t === 0 || raw.handling[t] !== 0
  }
  function samePersonOf(table: RandomTable): MapLink[] {
    const ties = tables.flatMap((other, o) =>
      subject(o)
        ? table.groups.flatMap(({ kind, columns }) => {
            const key = referencedBy(kind, other)
            return key && !(other === table && key[0] === columns[0])
              ? [{ table: other.name, on: zip(columns, key) }]
              : []
          })
        : [],
    )
    return ties.length > 0 ? ties.slice(raw.samePerson % ties.length).slice(0, 1) : []
  }
  function sharer(t: number, test: Test) {
    return { table: name(t), where: { kind: test } }
  }
  function subjectOf(t: number): MapTable {
    const given = raw.subjects[t]
    if (!given) return {}
    const isSubject = (o: number) => subject(o) === true
    const way = wayTo(
      links.map((list) => list.map((link) => tables.findIndex((table) => table.name === link.table))),
      isSubject,
      t,
      given.path,
    )
    const end = way?.at(-1)
    const via = way?.slice(0, -1).map(name) ?? []
    const linked = end === undefined ? [] : [{ column: `${name(end)}.mail`, ...(via.length > 0 ? { via } : {}) }]
    const email = linked.length === 0 || given.own ? [{ column: 'mail' }, ...linked] : linked
    return {
      subject: { email, ...(given.where ? { where: { kind: ['a', null] } } : {}) },
      ...(given.named ? { name: ['note'] } : {}),
    }
  }
}

function whereOf(given: RawMap['links'][number]['where'], other: string): { where?: Where } {
  if (!given) return {}
  const column = given.deleted ? 'deleted' : 'kind'
  const test: Test = given.deleted ? (given.test === null ? [0, null] : 0) : given.test
  return { where: { [given.other ? `${other}.${column}` : column]: test } }
}

/** A shortest way along the links, against their direction, to the table `end`; null where there is none. */
function wayTo(
  links: readonly (readonly number[])[],
  isSubject: (t: number) => boolean,
  start: number,
  end: number,
): number[] | null {
  if (end >= TABLES || end === start || isSubject(end)) return null
  let ways: number[][] = [[]]
  const seen = new Set([start])
  while (ways.length > 0) {
    const next: number[][] = []
    for (const way of ways) {
      links.forEach((others, table) => {
        if (seen.has(table) || isSubject(table) || !others.includes(way.at(-1) ?? start)) return
        seen.add(table)
        next.push([...way, table])
      })
    }
    const found = next.find((way) => way.at(-1) === end)
    if (found) return found
    ways = next
  }
  return null
}
