import type { Keys } from '~/platform/keys.server'
import { hashOfLink, hashOfSeal, hex, isSigned, NOTHING_BEFORE } from './chain.server'
import { isMacOfEntry } from './entry-mac.server'
import { evidenceLine } from './lines'
import type { EntryLine, EvidenceLine, SealLine, TrailerLine } from './lines'

export type Verdict = {
  /** Nothing that is there was changed, removed, inserted or put elsewhere. */
  ok: boolean
  entries: number
  seals: number
  /** The number (`id`) of the first entry that does not fit; of one that is gone the place in the chain. */
  firstBad: number | null
  /** The log ends with its signed trailer, and holds the seal that was expected. */
  complete: boolean
}

const zero = hex(NOTHING_BEFORE)

/**
 * Goes over an export, line by line, whatever its length: hashes, places, MACs, seals and trailer. A line that is no line
 * of an export counts as a bad entry.
 *
 * @param expectSeal Hash of a seal that was noted elsewhere, 64 hexadecimal digits.
 */
export async function verifyEvidence(
  keys: Keys,
  lines: AsyncIterable<unknown>,
  { expectSeal }: { expectSeal?: string | undefined } = {},
): Promise<Verdict> {
  const reader = new ChainReader(keys)
  for await (const line of lines) {
    const read = evidenceLine.safeParse(line)
    if (read.success) reader.take(read.data)
    else reader.bad(reader.nextPosition())
    if (reader.firstBad !== null) break
  }
  const expected = expectSeal === undefined || reader.seen.has(expectSeal.toLowerCase())
  return {
    ok: reader.firstBad === null,
    entries: reader.entries,
    seals: reader.seals,
    firstBad: reader.firstBad,
    complete: reader.firstBad === null && reader.closed && expected,
  }
}

class ChainReader {
  entries = 0
  seals = 0
  firstBad: number | null = null
  /** The signed trailer was there. */
  closed = false
  readonly seen = new Set<string>()
  private position: number | null = null
  private head: string | null = null
  private first: { position: number; previousHash: string } | null = null
  private lastSeal: { number: number; hash: string } | null = null
  private signedBefore = false

  constructor(private readonly keys: Keys) {}

  nextPosition(): number {
    return (this.position ?? 0) + 1
  }

  bad(entry: number): void {
    this.firstBad ??= entry
  }

  take(line: EvidenceLine): void {
    // Nothing may follow the trailer.
    if (this.closed) return this.bad(line.type === 'entry' ? line.id : this.nextPosition())
    if (line.type === 'entry') this.takeEntry(line)
    else if (line.type === 'seal') this.takeSeal(line)
    else if (line.type === 'trailer') this.takeTrailer(line)
    else this.bad(line.id)
  }

  private takeEntry({ type: _type, previousHash, hash, ...content }: EntryLine): void {
    const { position: _position, id, mac, ...rest } = content
    this.begin(content.position - 1, previousHash)
    const linked = hex(hashOfLink(Buffer.from(previousHash, 'hex'), content))
    if (content.position !== this.nextPosition() || previousHash !== this.head || hash !== linked) return this.bad(id)
    // Entries from before there were MACs stand at the beginning only.
    const vouched = mac ? isMacOfEntry(this.keys, Buffer.from(mac, 'hex'), rest) : !this.signedBefore
    if (!vouched) return this.bad(id)
    this.signedBefore ||= mac !== null
    this.position = content.position
    this.head = hash
    this.entries += 1
  }

  private takeSeal({ type: _type, signature, hash, ...content }: SealLine): void {
    this.begin(content.position, content.head)
    const before = this.lastSeal ?? (this.first?.position === 0 ? { number: 0, hash: zero } : null)
    const follows = !before || (content.number === before.number + 1 && content.previousSeal === before.hash)
    const signed = Buffer.from(signature, 'hex')
    if (content.position !== this.position) return this.bad(this.nextPosition())
    if (
      content.head !== this.head ||
      !follows ||
      hash !== hex(hashOfSeal(content, signed)) ||
      !isSigned(this.keys, 'seal', content, signed)
    )
      return this.bad(content.position)
    this.lastSeal = { number: content.number, hash }
    this.seen.add(hash)
    this.seals += 1
  }

  private takeTrailer({ type: _type, signature, ...content }: TrailerLine): void {
    this.begin(content.first - 1, content.previousHash)
    const fits =
      content.count === this.entries &&
      content.seals === this.seals &&
      content.head === this.head &&
      content.first === (this.first?.position ?? 0) + 1 &&
      content.previousHash === this.first?.previousHash &&
      content.seal === (this.lastSeal?.hash ?? zero) &&
      isSigned(this.keys, 'trailer', content, Buffer.from(signature, 'hex'))
    if (!fits) return this.bad(this.nextPosition())
    this.closed = true
  }

  /** Where the export begins: from the first line on everything must follow. A whole log begins at nothing. */
  private begin(position: number, hash: string): void {
    if (this.first) return
    this.first = { position, previousHash: position === 0 ? zero : hash }
    this.position = position
    this.head = this.first.previousHash
  }
}
