import type { RowKey } from './located'

const FULL = 0.6

/**
 * Row keys of one table, packed: some tens of bytes a key, outside the heap of objects, so that a person with a million rows
 * fits. Each key has a place, from 0 on in the order in which they came.
 */
export class KeyStore {
  size = 0
  private bytes = Buffer.allocUnsafe(64)
  private end = 0
  private starts = new Uint32Array(16)
  private slots = new Int32Array(16).fill(-1)
  private parts = 1

  /** The place of the key, which is put in where it is new. */
  add(key: RowKey): number {
    const length = this.write(key)
    const slot = this.slotOf(length)
    const known = this.slots[slot] ?? -1
    if (known >= 0) return known
    const place = this.size++
    if (this.size >= this.starts.length) this.starts = grown(this.starts)
    this.end += length
    this.starts[this.size] = this.end
    this.slots[slot] = place
    if (this.size > this.slots.length * FULL) this.spread()
    return place
  }

  /** -1 where it is not in. */
  find(key: RowKey): number {
    return this.size === 0 ? -1 : (this.slots[this.slotOf(this.write(key))] ?? -1)
  }

  at(place: number): RowKey {
    const text = this.bytes.toString('utf8', this.starts[place], this.starts[place + 1])
    if (this.parts === 1) return [text]
    const key: string[] = []
    for (let at = 0; at < text.length;) {
      const colon = text.indexOf(':', at)
      const until = colon + 1 + Number(text.slice(at, colon))
      key.push(text.slice(colon + 1, until))
      at = until
    }
    return key
  }

  /** Writes the key behind the last one, without putting it in; gives its length in bytes. */
  private write(key: RowKey): number {
    if (this.size === 0) this.parts = key.length
    const text = this.parts === 1 ? (key[0] ?? '') : key.map((part) => `${String(part.length)}:${part}`).join('')
    const most = text.length * 3
    if (this.end + most > this.bytes.length) {
      const more = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.end + most))
      this.bytes.copy(more, 0, 0, this.end)
      this.bytes = more
    }
    return this.bytes.write(text, this.end, 'utf8')
  }

  /** The slot of the key that was written last, or the free one where it belongs. */
  private slotOf(length: number): number {
    const mask = this.slots.length - 1
    for (let slot = hash(this.bytes, this.end, this.end + length) & mask; ; slot = (slot + 1) & mask) {
      const place = this.slots[slot] ?? -1
      if (place < 0 || this.isAt(place, length)) return slot
    }
  }

  private isAt(place: number, length: number): boolean {
    const start = this.starts[place] ?? 0
    if ((this.starts[place + 1] ?? 0) - start !== length) return false
    for (let i = 0; i < length; i++) if (this.bytes[start + i] !== this.bytes[this.end + i]) return false
    return true
  }

  private spread(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1)
    const mask = this.slots.length - 1
    for (let place = 0; place < this.size; place++) {
      let slot = hash(this.bytes, this.starts[place] ?? 0, this.starts[place + 1] ?? 0) & mask
      while ((this.slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask
      this.slots[slot] = place
    }
  }
}

function grown(values: Uint32Array): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(values.length * 2)
  more.set(values)
  return more
}

/** FNV-1a, finished so that its low bits differ too. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5
  for (let i = start; i < end; i++) value = Math.imul(value ^ (bytes[i] ?? 0), 0x01000193)
  value ^= value >>> 15
  return Math.imul(value, 0x2c1b3c6d) >>> 1
}

/** Rows of several tables, known by table and key. */
export class KeysByTable {
  private readonly stores = new Map<string, KeyStore>()

  add(table: string, key: RowKey): void {
    this.of(table).add(key)
  }

  has(table: string, key: RowKey): boolean {
    return (this.stores.get(table)?.find(key) ?? -1) >= 0
  }

  of(table: string): KeyStore {
    let store = this.stores.get(table)
    if (!store) this.stores.set(table, (store = new KeyStore()))
    return store
  }

  tables(): IterableIterator<[string, KeyStore]> {
    return this.stores.entries()
  }
}
