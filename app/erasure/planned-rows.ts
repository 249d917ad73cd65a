import { KeyStore } from '~/systems/key-store'
import { listOf, type List } from '~/systems/list'
import type { RowKey } from '~/systems/located'

/** A row as a plan binds it. */
export interface PlannedRow {
  readonly key: RowKey
  /** HMAC over every touched column, as the plan found it. */
  readonly digest: string
  /** HMAC over those touched columns that the plan itself does not write. */
  readonly rest: string
  /** HMAC over those that no other row of the plan moves; absent: the same as `digest`. */
  readonly own?: string
  /** HMAC over each of them, so that it can be said which one changed; only of the first rows of a plan (`rowsByColumn`). */
  readonly each?: Readonly<Record<string, string>>
  /** Above 1 only in a history table without a key. */
  readonly count: number
}

const SIZE = 32

/** Digests one after the other, 32 bytes each. */
class Digests {
  private bytes = Buffer.allocUnsafe(SIZE * 16)

  set(place: number, hex: string): void {
    const end = (place + 1) * SIZE
    if (end > this.bytes.length) {
      const more = Buffer.allocUnsafe(Math.max(end, this.bytes.length * 2))
      this.bytes.copy(more)
      this.bytes = more
    }
    this.bytes.write(hex, end - SIZE, 'hex')
  }

  at(place: number): string {
    return this.bytes.toString('hex', place * SIZE, (place + 1) * SIZE)
  }

  copy(): Digests {
    const copy = new Digests()
    copy.bytes = Buffer.from(this.bytes)
    return copy
  }
}

/** Rows of a set as they are held: some tens of bytes and their digests each. */
class Packed {
  readonly keys = new KeyStore()
  private readonly digests = new Digests()
  /** Null while it is the same as `digests`. */
  private rests: Digests | null = null
  private owns: Digests | null = null
  private readonly counts = new Map<number, number>()
  private readonly byColumn = new Map<number, Readonly<Record<string, string>>>()

  push({ key, digest, rest, own, each, count }: PlannedRow): void {
    const place = this.keys.size
    if (this.keys.add(key) !== place) throw new Error('A plan names a row twice')
    this.digests.set(place, digest)
    if (rest !== digest) this.rests ??= this.digests.copy()
    this.rests?.set(place, rest)
    if (own !== undefined) this.owns ??= this.digests.copy()
    this.owns?.set(place, own ?? digest)
    if (count !== 1) this.counts.set(place, count)
    if (each) this.byColumn.set(place, each)
  }

  at(place: number): PlannedRow {
    const digest = this.digests.at(place)
    const each = this.byColumn.get(place)
    return {
      key: this.keys.at(place),
      digest,
      rest: this.rests?.at(place) ?? digest,
      ...(this.owns ? { own: this.owns.at(place) } : {}),
      ...(each ? { each } : {}),
      count: this.count(place),
    }
  }

  count(place: number): number {
    return this.counts.get(place) ?? 1
  }

  /** How many more rows there are than places. */
  surplus(from: number, to: number): number {
    let sum = 0
    for (const [place, count] of this.counts) if (place >= from && place < to) sum += count - 1
    return sum
  }
}

/** The rows of a set, or a stretch of them. A million of them are held in some hundred megabytes at the most. */
export class PlannedRows implements Iterable<PlannedRow> {
  private constructor(
    private readonly packed: Packed,
    private readonly from: number,
    private readonly to: number | null,
  ) {}

  static of(rows: Iterable<PlannedRow> = []): PlannedRows {
    const packed = new Packed()
    for (const row of rows) packed.push(row)
    return new PlannedRows(packed, 0, null)
  }

  /** Only for rows that are no stretch of others. */
  push(row: PlannedRow): void {
    this.packed.push(row)
  }

  get length(): number {
    return (this.to ?? this.packed.keys.size) - this.from
  }

  /** Rows as a person counts them: identical rows of a log each for themselves. */
  get counted(): number {
    return this.length + this.packed.surplus(this.from, this.from + this.length)
  }

  get keys(): List<RowKey> {
    return listOf(this.length, (index) => this.packed.keys.at(this.from + index))
  }

  at(index: number): PlannedRow {
    return this.packed.at(this.from + index)
  }

  /** The row with this key; undefined where it is not among them. */
  find(key: RowKey): PlannedRow | undefined {
    const index = this.indexOf(key)
    return index < 0 ? undefined : this.at(index)
  }

  /** -1 where no row has this key. */
  indexOf(key: RowKey): number {
    const place = this.packed.keys.find(key)
    return place >= this.from && place < this.from + this.length ? place - this.from : -1
  }

  *[Symbol.iterator](): Iterator<PlannedRow> {
    for (let index = 0; index < this.length; index++) yield this.at(index)
  }

  map<T>(make: (row: PlannedRow) => T): T[] {
    return Array.from(this, make)
  }

  slice(from: number, to: number): PlannedRows {
    const end = Math.min(to, this.length)
    return new PlannedRows(this.packed, this.from + Math.min(from, end), this.from + end)
  }
}
