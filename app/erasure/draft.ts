import type { Temporal } from 'temporal-polyfill'
import { Numbers } from '~/systems/list'
import type { Scalar } from '~/systems/data-map'
import type { ModelTable } from './model'
import type { Action, Reason } from './plan'

/** What a row is on its way to. Many rows share one: it is never changed, another takes its place. */
export interface Draft {
  readonly action: Action
  readonly reason: Reason
  readonly until: Temporal.PlainDate | null
  readonly because: string | null
  readonly later: 'delete' | 'pseudonymise' | null
  /** A duty or need keeps it, so that what belongs to it stays too. */
  readonly pulls: boolean
  /** Columns that rows kept by a term need. */
  readonly needed: readonly string[]
  readonly set: Readonly<Record<string, Scalar | null>>
}

/** The drafts of a person's rows, by the rows' numbers: some bytes a row. */
export class Drafts {
  private readonly kinds: Draft[] = []
  private readonly kindNumbers = new Map<string, number>()
  private readonly tables: ModelTable[] = []
  private readonly order = new Numbers()
  private readonly kindOf: Int32Array
  private readonly tableOf: Int16Array
  private readonly shared: Uint8Array

  /** `size`: numbers of rows are below this. */
  constructor(size: number) {
    this.kindOf = new Int32Array(size).fill(-1)
    this.tableOf = new Int16Array(size)
    this.shared = new Uint8Array(size)
  }

  add(id: number, of: ModelTable, shared: boolean, draft: Draft): void {
    if (this.tables.at(-1) !== of) this.tables.push(of)
    this.tableOf[id] = this.tables.length - 1
    this.shared[id] = shared ? 1 : 0
    this.kindOf[id] = this.kind(draft)
    this.order.push(id)
  }

  /** Numbers of the rows that have a draft, in the order in which they were added. */
  ids(): Int32Array {
    return this.order.all()
  }

  /** Undefined for a row of which nothing is decided, or that is none of the person's. */
  get(id: number): Draft | undefined {
    return this.kinds[this.kindOf[id] ?? -1]
  }

  table(id: number): ModelTable {
    const table = this.tables[this.tableOf[id] ?? -1]
    if (!table) throw new Error('A row without a draft has no table')
    return table
  }

  isShared(id: number): boolean {
    return this.shared[id] === 1
  }

  change(id: number, to: Partial<Draft>): void {
    const now = this.get(id)
    if (now) this.kindOf[id] = this.kind({ ...now, ...to })
  }

  private kind(draft: Draft): number {
    const { action, reason, until, because, later, pulls, needed, set } = draft
    const text = JSON.stringify([action, reason, until?.toString() ?? null, because, later, pulls, needed, set])
    let number = this.kindNumbers.get(text)
    if (number === undefined) this.kindNumbers.set(text, (number = this.kinds.push(draft) - 1))
    return number
  }
}
