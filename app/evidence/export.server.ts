import { and, asc, eq, gt, gte, lte, min } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { evidenceEntry, evidenceLink, evidenceSeal } from '~db/schema'
import type { Runtime } from '~/platform/runtime.server'
import { hex, NOTHING_BEFORE, publicSealKey, signStatement } from './chain.server'
import { entryLine } from './lines'
import type { EvidenceLine, SealLine } from './lines'
import { linkedContent, newestSeal } from './seal.server'
import type { Seal } from './seal.server'

const atOnce = 2_000

type Range = { first: bigint; previousHash: Uint8Array }

/**
 * The log in the order of its chain, seals between the entries, up to the newest seal; the last line is a signed trailer.
 * A seal stands behind the entry at whose position it was set.
 *
 * @param since Begins at the first entry in the chain that is of this instant or later; the chain is given whole from there.
 */
export async function* exportEvidence(
  runtime: Runtime,
  { since }: { since?: Temporal.Instant | undefined } = {},
): AsyncGenerator<EvidenceLine> {
  const last = await newestSeal(runtime.db)
  const end = last?.position ?? 0n
  const { first, previousHash } = await beginning(runtime, end, since)
  let head = previousHash
  let position = first - 1n
  let count = 0
  let sealCount = 0
  let seals = await sealsFrom(runtime, { position, beyond: 0n, upTo: last?.number ?? 0n })
  for (;;) {
    const rows = await runtime.db
      .select({ link: evidenceLink, entry: evidenceEntry })
      .from(evidenceLink)
      .leftJoin(evidenceEntry, eq(evidenceEntry.id, evidenceLink.entryId))
      .where(and(gt(evidenceLink.position, position), lte(evidenceLink.position, end)))
      .orderBy(asc(evidenceLink.position))
      .limit(atOnce)
    for (const { link, entry } of rows) {
      for (; seals[0] && seals[0].position < link.position; seals = await afterFirst(runtime, seals, last)) {
        yield sealLineOf(seals[0])
        sealCount += 1
      }
      const hashes = { previousHash: hex(link.previousHash), hash: hex(link.hash) }
      if (entry) {
        yield entryLine.parse({ type: 'entry', ...linkedContent(link.position, entry), ...hashes })
        count += 1
      } else yield { type: 'missing', position: Number(link.position), id: Number(link.entryId), ...hashes }
      head = link.hash
      position = link.position
    }
    if (rows.length < atOnce) break
  }
  for (; seals[0]; seals = await afterFirst(runtime, seals, last)) {
    yield sealLineOf(seals[0])
    sealCount += 1
  }
  const content = {
    first: Number(first),
    previousHash: hex(previousHash),
    count,
    seals: sealCount,
    head: hex(head),
    at: runtime.clock.now().toString(),
    seal: hex(last?.hash ?? NOTHING_BEFORE),
    publicKey: publicSealKey(runtime.keys),
  }
  yield { type: 'trailer', ...content, signature: hex(signStatement(runtime.keys, 'trailer', content)) }
}

async function beginning(runtime: Runtime, end: bigint, since: Temporal.Instant | undefined): Promise<Range> {
  if (!since) return { first: 1n, previousHash: NOTHING_BEFORE }
  const [found] = await runtime.db
    .select({ position: min(evidenceLink.position) })
    .from(evidenceLink)
    .innerJoin(evidenceEntry, eq(evidenceEntry.id, evidenceLink.entryId))
    .where(and(gte(evidenceEntry.at, since), lte(evidenceLink.position, end)))
  const first = found?.position ? BigInt(found.position) : end + 1n
  const [before] = await runtime.db
    .select()
    .from(evidenceLink)
    .where(eq(evidenceLink.position, first - 1n))
  return { first, previousHash: before?.hash ?? NOTHING_BEFORE }
}

const sealsFrom = (runtime: Runtime, { position, beyond, upTo }: { position: bigint; beyond: bigint; upTo: bigint }) =>
  runtime.db
    .select()
    .from(evidenceSeal)
    .where(and(gte(evidenceSeal.position, position), gt(evidenceSeal.number, beyond), lte(evidenceSeal.number, upTo)))
    .orderBy(asc(evidenceSeal.number))
    .limit(atOnce)

/** The seals that follow the first; the next page of them when it was the last of its page. */
async function afterFirst(runtime: Runtime, seals: Seal[], last: Seal | undefined): Promise<Seal[]> {
  const [first, ...rest] = seals
  if (rest.length > 0 || !first) return rest
  return sealsFrom(runtime, { position: first.position, beyond: first.number, upTo: last?.number ?? 0n })
}

const sealLineOf = (seal: Seal): SealLine => ({
  type: 'seal',
  number: Number(seal.number),
  at: seal.at.toString(),
  position: Number(seal.position),
  head: hex(seal.head),
  previousSeal: hex(seal.previousSeal),
  signature: hex(seal.signature),
  hash: hex(seal.hash),
})
