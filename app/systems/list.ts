/** What an array and a list that makes its elements when they are looked at have in common. */
export interface List<T> extends Iterable<T> {
  readonly length: number
  at(index: number): T | undefined
  map<U>(make: (each: T) => U): U[]
  flatMap<U>(make: (each: T) => readonly U[]): U[]
  filter(wanted: (each: T) => boolean): T[]
  some(is: (each: T) => boolean): boolean
  every(is: (each: T) => boolean): boolean
  reduce<U>(add: (sum: U, each: T) => U, start: U): U
  slice(from?: number, to?: number): List<T>
}

/** Up to here the elements are simply made: nothing is gained by waiting. */
const SHORT = 1_000

/** A list whose elements are made each time they are looked at, so that a long one costs next to nothing. */
export function listOf<T>(length: number, make: (index: number) => T): List<T> {
  return length <= SHORT ? Array.from({ length }, (_, index) => make(index)) : new LongList(length, make)
}

class LongList<T> implements List<T> {
  constructor(
    readonly length: number,
    private readonly make: (index: number) => T,
  ) {}

  *[Symbol.iterator](): Iterator<T> {
    for (let index = 0; index < this.length; index++) yield this.make(index)
  }

  at(index: number): T | undefined {
    const place = index < 0 ? this.length + index : index
    return place >= 0 && place < this.length ? this.make(place) : undefined
  }

  map<U>(make: (each: T) => U): U[] {
    return Array.from(this, make)
  }

  flatMap<U>(make: (each: T) => readonly U[]): U[] {
    const found: U[] = []
    for (const each of this) for (const made of make(each)) found.push(made)
    return found
  }

  filter(wanted: (each: T) => boolean): T[] {
    const found: T[] = []
    for (const each of this) if (wanted(each)) found.push(each)
    return found
  }

  some(is: (each: T) => boolean): boolean {
    for (const each of this) if (is(each)) return true
    return false
  }

  every(is: (each: T) => boolean): boolean {
    return !this.some((each) => !is(each))
  }

  reduce<U>(add: (sum: U, each: T) => U, start: U): U {
    let sum = start
    for (const each of this) sum = add(sum, each)
    return sum
  }

  slice(from = 0, to = this.length): List<T> {
    const start = Math.min(Math.max(from, 0), this.length)
    const end = Math.min(Math.max(to, start), this.length)
    return listOf(end - start, (index) => this.make(start + index))
  }
}

/** Whole numbers one after the other, four bytes each. */
export class Numbers {
  length = 0
  /** Up to sixteen cost no memory outside the heap of objects. */
  private values = new Int32Array(16)

  push(value: number): number {
    if (this.length === this.values.length) {
      const more = new Int32Array(this.length * 2)
      more.set(this.values)
      this.values = more
    }
    this.values[this.length] = value
    return this.length++
  }

  pop(): number {
    return this.values[--this.length] ?? -1
  }

  /** -1 where there is none. */
  at(index: number): number {
    return index < this.length ? (this.values[index] ?? -1) : -1
  }

  set(index: number, value: number): void {
    this.values[index] = value
  }

  all(): Int32Array {
    return this.values.subarray(0, this.length)
  }
}
