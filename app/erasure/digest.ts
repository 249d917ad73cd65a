import { createHmac } from 'node:crypto'
import type { Row } from '~/systems/adapters/adapter'
import type { RowKey } from '~/systems/located'
import type { Action, Reason } from './plan'

/**
 * HMAC-SHA-256 of a row's columns under the plan's own key, lower-case hex. Canonical: columns sorted by name, JSON, so that
 * neither order nor a separator inside a value can make two rows look alike.
 */
export function rowDigest(key: Uint8Array, columns: readonly string[], row: Row): string {
  const pairs = [...columns].sort().map((column) => [column, row[column] ?? null])
  return createHmac('sha256', key).update(JSON.stringify(pairs)).digest('hex')
}

/** HMAC over one column of a row, 16 hex digits: enough to see that it changed. */
export function columnDigest(key: Uint8Array, column: string, row: Row): string {
  return rowDigest(key, [column], row).slice(0, 16)
}

/** What of a planned row the plan's hash is bound to. */
export interface HashedRow {
  readonly table: string
  readonly key: RowKey
  readonly action: Action
  readonly reason: Reason
  readonly until: string | null
  readonly digest: string
}

export interface HashedSystem {
  readonly system: string
  readonly mapVersion: number
  readonly rows: Iterable<HashedRow>
  /** References outside the set that are emptied. */
  readonly cuts: readonly {
    readonly table: string
    readonly columns: readonly string[]
    readonly keys: Iterable<RowKey | null>
  }[]
}

/**
 * The hash on which a plan is approved: HMAC-SHA-256 under a random key of that plan, 64 lower-case hex digits. It does not
 * depend on the order in which systems and rows were found: what is hashed are the HMACs of the lines, sorted.
 */
export function planHash(key: Uint8Array, systems: readonly HashedSystem[]): string {
  const lines = new SortedLines(key)
  for (const { system, mapVersion, rows, cuts } of systems) {
    lines.add(['system', system, mapVersion])
    for (const row of rows)
      lines.add(['row', system, row.table, row.key, row.action, row.reason, row.until, row.digest])
    for (const cut of cuts) for (const each of cut.keys) lines.add(['cut', system, cut.table, cut.columns, each])
  }
  return lines.hash()
}

const SIZE = 32

/** Lines of a text of which the order does not matter, 32 bytes each. */
class SortedLines {
  private bytes = Buffer.allocUnsafe(SIZE * 64)
  private length = 0

  constructor(private readonly key: Uint8Array) {}

  add(line: unknown): void {
    const end = (this.length + 1) * SIZE
    if (end > this.bytes.length) {
      const more = Buffer.allocUnsafe(this.bytes.length * 2)
      this.bytes.copy(more)
      this.bytes = more
    }
    createHmac('sha256', this.key)
      .update(JSON.stringify(line))
      .digest()
      .copy(this.bytes, this.length * SIZE)
    this.length++
  }

  hash(): string {
    const places = Uint32Array.from({ length: this.length }, (_, place) => place * SIZE)
    const { bytes } = this
    places.sort(
      (a, b) => bytes.readUInt32BE(a) - bytes.readUInt32BE(b) || bytes.compare(bytes, b, b + SIZE, a, a + SIZE),
    )
    const hmac = createHmac('sha256', this.key)
    for (const place of places) hmac.update(bytes.subarray(place, place + SIZE))
    return hmac.digest('hex')
  }
}
