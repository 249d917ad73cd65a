import { z } from 'zod'
import { encodeKey } from '~/systems/located'
import type { Strategy } from '~/systems/data-map'
import { rowDigest, type HashedRow } from './digest'
import { boundColumns, modelTable } from './model'
import type { DecidedRow, PlannedCut } from './plan'
import type { Proposal } from './propose.server'
import { columnsReferringToRewritten } from './key-columns'
import { knownColumns } from './known-columns'

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** A strategy comes back as it went in: it was parsed by the map's own schema before it was sealed. */
const strategy = z.custom<Strategy>((value) => z.object({ kind: z.string() }).safeParse(value).success)

const plannedRow = z.object({
  key: z.array(z.string()),
  /** HMAC over every touched column, as the plan found it. */
  digest: z.string(),
  /** HMAC over those touched columns that the plan itself does not write. */
  rest: z.string(),
  /** HMAC over those that no other row of the plan moves; absent: the same as `digest`. */
  own: z.string().exactOptional(),
  count: z.number().int(),
})

/** Rows of one table to which the same happens. */
export const rowSetSchema = z.object({
  table: z.string(),
  action: z.enum(['delete', 'pseudonymise', 'keep']),
  reason: z.enum(['rule', 'term', 'part_of', 'shared', 'still_needed', 'still_referred', 'hold']),
  until: z.string().nullable(),
  columns: z.array(z.object({ column: z.string(), with: strategy })),
  set: z.record(z.string(), scalar),
  because: z.string().nullable(),
  later: z.enum(['delete', 'pseudonymise']).nullable(),
  partly: z.boolean().default(false),
  rows: z.array(plannedRow),
})
export type RowSet = z.infer<typeof rowSetSchema>

export const cutSchema = z.object({
  table: z.string(),
  columns: z.array(z.string()),
  ontoTable: z.string(),
  byEngine: z.boolean(),
  rows: z.array(z.object({ key: z.array(z.string()).nullable(), onto: z.array(z.string()) })),
})
export type StoredCut = z.infer<typeof cutSchema>

/** The decided rows gathered into sets, each row with its digests under the plan's key. */
export function rowSets(proposal: Proposal, key: Uint8Array): RowSet[] {
  const { model, decided, values } = proposal
  const referring = columnsReferringToRewritten(model, decided.rows)
  const known = knownColumns(model, { sets: decided.rows, cuts: decided.cuts })
  const sets = new Map<string, RowSet>()
  for (const row of decided.rows) {
    const id = JSON.stringify([
      row.table,
      row.action,
      row.reason,
      row.until,
      row.columns,
      row.set,
      row.because,
      row.later,
      row.partly,
    ])
    const set: RowSet = sets.get(id) ?? { ...attributes(row), rows: [] }
    const names = boundColumns(modelTable(model, row.table))
    const written = new Set([
      ...Object.keys(row.set),
      ...row.columns.flatMap((change) => (change.with.kind === 'keep' ? [] : [change.column])),
      ...(referring.get(row.table) ?? []),
    ])
    const present = values(row.table, row.key)
    const own = known(row.table)
    set.rows.push({
      key: [...row.key],
      digest: rowDigest(key, names, present),
      rest: rowDigest(
        key,
        names.filter((name) => !written.has(name)),
        present,
      ),
      ...(own.length < names.length ? { own: rowDigest(key, own, present) } : {}),
      count: row.count,
    })
    sets.set(id, set)
  }
  return [...sets.values()]
}

function attributes(row: DecidedRow): Omit<RowSet, 'rows'> {
  return {
    table: row.table,
    action: row.action,
    reason: row.reason,
    until: row.until,
    columns: [...row.columns],
    set: { ...row.set },
    because: row.because,
    later: row.later,
    partly: row.partly,
  }
}

export function hashedRows(sets: readonly RowSet[]): HashedRow[] {
  return sets.flatMap((set) =>
    set.rows.map(({ key, digest }) => ({
      table: set.table,
      key,
      action: set.action,
      reason: set.reason,
      until: set.until,
      digest,
    })),
  )
}

export function storedCuts(cuts: readonly PlannedCut[]): StoredCut[] {
  return cuts.map((cut) => ({
    ...cut,
    columns: [...cut.columns],
    rows: cut.rows.map((row) => ({ key: row.key ? [...row.key] : null, onto: [...row.onto] })),
  }))
}

/** True when the plan changes the rows of this set. */
export function changes(set: Pick<RowSet, 'action' | 'set'>): boolean {
  return set.action !== 'keep' || Object.keys(set.set).length > 0
}

/** How many rows of the connected system a plan changes: what progress is counted in. */
export const changingRows = (sets: readonly RowSet[]): number =>
  sets.filter(changes).reduce((sum, set) => sum + set.rows.length, 0)

export type Difference = Record<string, { added: number; removed: number; changed: number }>

/**
 * What of a plan no longer fits: rows that came, went, or changed in what the map reads or writes, per table. Null: it fits.
 * `mayGrow`: tables in which new rows are no difference.
 */
export function difference(
  planned: readonly RowSet[],
  present: readonly RowSet[],
  mayGrow: (table: string) => boolean = () => false,
): Difference | null {
  const lines = (sets: readonly RowSet[]) =>
    new Map(
      sets.flatMap((set) =>
        set.rows.map((row) => {
          const what = JSON.stringify([set.action, set.reason, set.until, set.columns, set.set, row.digest, row.count])
          return [`${set.table}\u0000${encodeKey(row.key)}`, { table: set.table, what }] as const
        }),
      ),
    )
  const [before, now] = [lines(planned), lines(present)]
  const counted: Difference = {}
  const count = (table: string, how: 'added' | 'removed' | 'changed') => {
    const entry = (counted[table] ??= { added: 0, removed: 0, changed: 0 })
    entry[how]++
  }
  for (const [id, { table, what }] of before) {
    const other = now.get(id)
    if (!other) count(table, 'removed')
    else if (other.what !== what) count(table, 'changed')
  }
  for (const [id, { table }] of now) if (!before.has(id) && !mayGrow(table)) count(table, 'added')
  return Object.keys(counted).length > 0 ? counted : null
}
