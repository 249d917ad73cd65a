import { z } from 'zod'
import type { Row } from '~/systems/adapters/adapter'
import type { Strategy } from '~/systems/data-map'
import type { RowKey } from '~/systems/located'
import { columnDigest, rowDigest, type HashedRow } from './digest'
import { columnsReferringToRewritten } from './key-columns'
import { knownColumns } from './known-columns'
import { boundColumns, modelTable, type Model } from './model'
import type { Decision, PlannedCut } from './plan'
import { PlannedRows } from './planned-rows'

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** A strategy comes back as it went in: it was parsed by the map's own schema before it was sealed. */
const strategy = z.custom<Strategy>((value) => z.object({ kind: z.string() }).safeParse(value).success)

const plannedRow = z.object({
  key: z.array(z.string()),
  digest: z.string(),
  rest: z.string(),
  own: z.string().exactOptional(),
  each: z.record(z.string(), z.string()).exactOptional(),
  count: z.number().int(),
})

/** A set as it is stored, or a part of one. */
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
export type StoredSet = z.infer<typeof rowSetSchema>

/** Rows of one table to which the same happens. */
export interface RowSet extends Omit<StoredSet, 'rows'> {
  readonly rows: PlannedRows
}

export const cutSchema = z.object({
  table: z.string(),
  columns: z.array(z.string()),
  ontoTable: z.string(),
  byEngine: z.boolean(),
  rows: z.array(z.object({ key: z.array(z.string()).nullable(), onto: z.array(z.string()) })),
})
export type StoredCut = z.infer<typeof cutSchema>

/** Columns of a table that the plan's cuts empty, in some of its rows. */
export const columnsCut = (cuts: readonly Pick<PlannedCut, 'table' | 'columns'>[], table: string): readonly string[] =>
  cuts.flatMap((cut) => (cut.table === table ? cut.columns : []))

/** Of so many rows in one system it is remembered column by column what the plan found. */
const rowsByColumn = 2_000

/** Gathers decided rows into sets, each row with its digests under the plan's key. */
export class RowSetBuilder {
  private readonly sets = new Map<string, RowSet>()
  private rows = 0
  private readonly byDecision = new Map<Decision, { set: RowSet; rest: readonly string[] }>()
  private readonly referring: Map<string, Set<string>>
  private readonly known: (table: string) => readonly string[]
  private readonly cuts: readonly Pick<PlannedCut, 'table' | 'columns'>[]
  private readonly bound = new Map<string, { all: readonly string[]; own: readonly string[] }>()

  /** `planned`: what the plan does, but for the rows. */
  constructor(
    private readonly model: Model,
    private readonly key: Uint8Array,
    planned: {
      sets: readonly Pick<Decision, 'table' | 'action' | 'columns'>[]
      cuts: readonly Pick<PlannedCut, 'table' | 'columns'>[]
    },
  ) {
    this.referring = columnsReferringToRewritten(model, planned.sets)
    this.known = knownColumns(model, planned)
    this.cuts = planned.cuts
  }

  /** Takes a row in; gives the set to which it belongs. `present`: the row's touched columns as text. */
  add(decision: Decision, key: RowKey, count: number, present: Row): RowSet {
    const { set, rest } = this.setOf(decision)
    const { all, own } = this.boundIn(decision.table)
    const digest = rowDigest(this.key, all, present)
    set.rows.push({
      key,
      digest,
      rest: rest.length === all.length ? digest : rowDigest(this.key, rest, present),
      ...(own.length < all.length ? { own: rowDigest(this.key, own, present) } : {}),
      ...(this.rows++ < rowsByColumn ? { each: this.byColumn(all, present) } : {}),
      count,
    })
    return set
  }

  private byColumn(names: readonly string[], present: Row): Record<string, string> {
    return Object.fromEntries(names.map((name) => [name, columnDigest(this.key, name, present)]))
  }

  all(): RowSet[] {
    return [...this.sets.values()]
  }

  private setOf(decision: Decision): { set: RowSet; rest: readonly string[] } {
    const known = this.byDecision.get(decision)
    if (known) return known
    const { table, action, reason, until, columns, set: constants, because, later, partly } = decision
    const id = JSON.stringify([table, action, reason, until, columns, constants, because, later, partly])
    const attributes = { ...decision, columns: [...columns], set: { ...constants } }
    const set = this.sets.get(id) ?? { ...attributes, rows: PlannedRows.of() }
    this.sets.set(id, set)
    const written = new Set([
      ...Object.keys(constants),
      ...columns.flatMap((change) => (change.with.kind === 'keep' ? [] : [change.column])),
      ...(this.referring.get(table) ?? []),
      ...columnsCut(this.cuts, table),
    ])
    const found = { set, rest: this.boundIn(table).all.filter((name) => !written.has(name)) }
    this.byDecision.set(decision, found)
    return found
  }

  private boundIn(table: string): { all: readonly string[]; own: readonly string[] } {
    let names = this.bound.get(table)
    if (!names) {
      const all = [...boundColumns(modelTable(this.model, table))].sort()
      this.bound.set(table, (names = { all, own: [...this.known(table)].sort() }))
    }
    return names
  }
}

export function* hashedRows(sets: readonly RowSet[]): Generator<HashedRow> {
  for (const { table, action, reason, until, rows } of sets)
    for (const { key, digest } of rows) yield { table, key, action, reason, until, digest }
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
