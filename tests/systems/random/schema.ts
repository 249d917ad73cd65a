import fc from 'fast-check'
import type { Engine } from '~/systems/catalogue'

/** Random small schemas: keys of several types and widths, references with and without a foreign key, partitions. */

export const TABLES = 6
/** Names that have to be quoted, a reserved word, and quotes of both engines. */
const NAMES = ['people', 'Group', 'select', 'two words', 'quo"te`d\'s', 'Überfall']

/** The type of a key: one column, or two whole numbers. `code` is the second key of a table, a unique text. */
export type KeyKind = 'int' | 'uuid' | 'text' | 'pair' | 'none'

export interface ForeignKey {
  readonly columns: readonly string[]
  readonly table: number
  readonly referenced: readonly string[]
  readonly onDelete: 'cascade' | 'set null' | 'restrict' | 'no action'
  readonly deferred: boolean
}

/** Columns that can hold a reference; `to` is the table they were made for. */
export interface Group {
  readonly columns: readonly string[]
  readonly kind: KeyKind | 'code'
  readonly to: number
  readonly notNull: boolean
  /** Columns of the table's own key (side tables, join tables). */
  readonly isKey: boolean
}

export interface RandomTable {
  readonly name: string
  readonly keyKind: KeyKind
  /** Empty: a log without a key. */
  readonly key: readonly string[]
  /** Has `code`, unique and NOT NULL, beside its key. */
  readonly code: boolean
  readonly partitioned: boolean
  readonly groups: readonly Group[]
  readonly foreignKeys: readonly ForeignKey[]
}

const rare = (one: number) => fc.nat(one - 1).map((n) => n === 0)
const actions = fc.constantFrom('cascade' as const, 'set null' as const, 'restrict' as const, 'no action' as const)
const reference = fc.record({
  near: fc.nat(8),
  code: rare(4),
  foreignKey: rare(3),
  onDelete: actions,
  deferred: rare(3),
  notNull: rare(5),
})

export const rawSchema = fc.array(
  fc.record({
    kind: fc.constantFrom('int' as const, 'int' as const, 'uuid' as const, 'text' as const, 'pair' as const),
    keyless: rare(2),
    partitioned: rare(3),
    references: fc.array(reference, { minLength: 3, maxLength: 3 }),
    ofKey: fc.array(reference, { minLength: 2, maxLength: 2 }),
  }),
  { minLength: TABLES, maxLength: TABLES },
)
export type RawSchema = typeof rawSchema extends fc.Arbitrary<infer T> ? T : never
type RawReference = RawSchema[number]['references'][number]

const keyColumns = { int: ['id'], uuid: ['id'], text: ['id'], pair: ['a', 'b'], none: [] }

/** What MariaDB can't do (foreign keys of partitioned tables, deferred ones) is left out for it. */
export function schemaOf(raw: RawSchema, engine: Engine): RandomTable[] {
  const plain = raw.map((table, i) => {
    const keyKind: KeyKind = i === TABLES - 1 && table.keyless ? 'none' : table.kind
    const partitioned = keyKind === 'pair' && table.partitioned
    const code = keyKind !== 'none' && !partitioned
    return { name: NAMES[i] ?? '', keyKind, key: keyColumns[keyKind], code, partitioned }
  })
  const referable = plain.flatMap((table, i) => (table.keyKind === 'none' ? [] : [i]))
  const mayRefer = (from: number, to: number) =>
    engine === 'postgres' || (!plain[from]?.partitioned && !plain[to]?.partitioned)

  return plain.map((table, t) => {
    const groups: Group[] = []
    const foreignKeys: ForeignKey[] = []
    const add = (wanted: RawReference, group: Group) => {
      groups.push(group)
      const referenced = group.kind === 'code' ? ['code'] : (plain[group.to]?.key ?? [])
      if (!wanted.foreignKey || !mayRefer(t, group.to)) return
      const stays = group.notNull || group.isKey
      const onDelete = stays && wanted.onDelete === 'set null' ? 'restrict' : wanted.onDelete
      const deferred = engine === 'postgres' && wanted.deferred && onDelete !== 'restrict'
      foreignKeys.push({ columns: group.columns, table: group.to, referenced, onDelete, deferred })
    }
    raw[t]?.references.forEach((wanted, i) => {
      const near = wanted.near < TABLES ? wanted.near : wanted.near - TABLES
      const to = referable.includes(near) ? near : 0
      const kind = wanted.code && plain[to]?.code ? 'code' : (plain[to]?.keyKind ?? 'int')
      const columns = kind === 'pair' ? [`r${i}a`, `r${i}b`] : [`r${i}`]
      // A row that must refer to one of its own table can't be made before it.
      add(wanted, { columns, kind, to, notNull: wanted.notNull && to !== t, isKey: false })
    })
    const ofKey = table.keyKind === 'pair' ? [['a'], ['b']] : table.keyKind === 'none' ? [] : [['id']]
    ofKey.forEach((columns, i) => {
      const wanted = raw[t]?.ofKey[i]
      const kind = table.keyKind === 'pair' ? 'int' : table.keyKind
      // A side table stands after the table whose key it shares, so that no two wait for each other.
      const fitting = referable.filter((o) => plain[o]?.keyKind === kind && (o < t || table.keyKind === 'pair'))
      const to = fitting[(wanted?.near ?? 0) % Math.max(1, fitting.length)]
      if (wanted && to !== undefined) add(wanted, { columns, kind, to, notNull: true, isKey: true })
    })
    return { ...table, groups, foreignKeys }
  })
}

/** Columns of the key by which a group of that kind refers to a table; null where it can't. */
export function referencedBy(kind: Group['kind'], table: RandomTable): readonly string[] | null {
  if (kind === 'code') return table.code ? ['code'] : null
  return kind !== 'none' && table.keyKind === kind ? table.key : null
}
