import fc from 'fast-check'
import { TABLES, type Group, type KeyKind, type RandomTable } from './schema'

/** Values as text by column; null is NULL. */
export type Row = Readonly<Record<string, string | null>>
/** Rows by the table's number. */
export type Rows = readonly (readonly Row[])[]

export const SOUGHT = 'me@x.nl'
/** Spellings of the address sought, and what is close to it and another's. */
const MAILS = [SOUGHT, ' ME@x.nl', 'Me@X.NL ', null, 'you@x.nl', 'mé@x.nl', 'me+1@x.nl', 'some@x.nl', 'me@x.nl.org']

export const rawRows = fc.array(
  fc.array(
    fc.record({
      refs: fc.array(fc.constantFrom(0, 1, 1, 2, 2, 3, 4, 5), { minLength: 3, maxLength: 3 }),
      kind: fc.constantFrom('a', 'a', 'a', 'b', null),
      deleted: fc.constantFrom('0', '0', '1', null),
      mail: fc.nat(MAILS.length - 1),
    }),
    { minLength: 2, maxLength: 4, size: 'max' },
  ),
  { minLength: TABLES, maxLength: TABLES },
)
export type RawRows = typeof rawRows extends fc.Arbitrary<infer T> ? T : never

/** The nth key of a kind (from 1): the same texts in every table, so that type + id pairs meet the same id elsewhere. */
function keyValues(kind: KeyKind | 'code', n: number): (string | null)[] {
  if (kind === 'uuid') return [`00000000-0000-4000-8000-00000000000${n}`]
  if (kind === 'text') return [`k${n}`]
  if (kind === 'code') return [`c${n}`]
  // 5: half of a reference is missing.
  if (kind === 'pair') return n === 5 ? ['1', null] : [String(Math.ceil(n / 2)), String(2 - (n % 2))]
  return [String(n)]
}

function reference(group: Group, n: number): (string | null)[] {
  if (group.notNull) return keyValues(group.kind, Math.min(Math.max(1, n), 4))
  return n === 0 ? group.columns.map(() => null) : keyValues(group.kind, n)
}

/** Rows that satisfy the foreign keys: a reference to nothing is turned to a row that is there, or its own row left out. */
export function rowsOf(tables: readonly RandomTable[], raw: RawRows): Rows {
  let rows = tables.map((table, t) =>
    (raw[t] ?? []).map((given, i): Row => {
      const row: Record<string, string | null> = {
        kind: given.kind,
        deleted: given.deleted,
        mail: t === 0 && i === 0 ? SOUGHT : (MAILS[given.mail] ?? null),
        note: `note ${t}.${table.key.length > 0 ? i : 0}`,
      }
      table.groups
        .filter((group) => !group.isKey)
        .forEach((group, g) =>
          reference(group, given.refs[g] ?? 0).forEach((value, c) => (row[group.columns[c] ?? ''] = value)),
        )
      keyValues(table.keyKind, i + 1).forEach((value, c) => table.key[c] && (row[table.key[c]] = value))
      if (table.code) row.code = `c${i + 1}`
      return row
    }),
  )
  for (let changed = true; changed;) {
    changed = false
    rows = tables.map((table, t) =>
      (rows[t] ?? []).flatMap((row, i) => {
        let mended: Row | null = row
        for (const key of table.foreignKeys) {
          const others: readonly Row[] = rows[key.table] ?? []
          if (!mended || key.columns.some((c) => row[c] === null)) continue
          if (others.some((other) => key.columns.every((c, k) => other[key.referenced[k] ?? ''] === row[c]))) continue
          changed = true
          const [other, ofKey] = [
            others[i % Math.max(1, others.length)],
            key.columns.some((c) => table.key.includes(c)),
          ]
          const value = (k: number) => other?.[key.referenced[k] ?? ''] ?? null
          const empty = table.groups.some((g) => g.notNull && key.columns.every((c) => g.columns.includes(c)))
          if (ofKey || (!other && empty)) mended = null
          else mended = { ...mended, ...Object.fromEntries(key.columns.map((c, k) => [c, value(k)])) }
        }
        return mended ? [mended] : []
      }),
    )
  }
  return rows
}
