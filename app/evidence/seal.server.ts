import { and, asc, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { evidenceEntry, evidenceLink, evidenceSeal } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { equalBytes } from '~/platform/keys.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import { hashOfLink, hashOfSeal, hex, NOTHING_BEFORE, signStatement } from './chain.server'
import { plainContent } from './entry-mac.server'

export type Seal = typeof evidenceSeal.$inferSelect

export type SealOutcome =
  | { ok: true; linked: number; seal: Seal }
  /** What the last seal says about the chain is no longer so: nothing is built on it. */
  | { ok: false; reason: 'altered'; position: bigint }

const atOnce = 5_000
/** With nothing new a seal follows this long after the last: so that a gap in the seals is seen. */
const idle = { hours: 1 }

/**
 * Links what was appended since and seals the chain. One sealer at a time. Links are given to entries without one, not to
 * "ids beyond the last": a transaction may commit after a later one. The near past is looked through each time, the whole
 * log once a day.
 */
export function sealEvidence(runtime: Runtime): Promise<SealOutcome> {
  return inTransaction(runtime, async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('privacybalie.evidence_seal'))`)
    const last = await newestSeal(tx)
    const end = await endOfChain(tx)
    if (last && !(await stillHolds(tx, last))) return { ok: false, reason: 'altered', position: last.position }
    const now = runtime.clock.now().round('microsecond')
    const floor = last && dayOf(last.at) === dayOf(now) ? await settledId(tx, now) : 0n
    const { position, hash, linked } = await linkNew(tx, end, floor)
    if (last && linked === 0 && now.since(last.at).total('seconds') < idle.hours * 3600)
      return { ok: true, linked, seal: last }
    const content = {
      number: Number(last?.number ?? 0n) + 1,
      at: now.toString(),
      position: Number(position),
      head: hex(hash),
      previousSeal: hex(last?.hash ?? NOTHING_BEFORE),
    }
    const signature = signStatement(runtime.keys, 'seal', content)
    const [seal] = await tx
      .insert(evidenceSeal)
      .values({
        number: BigInt(content.number),
        at: now,
        position,
        head: hash,
        previousSeal: last?.hash ?? NOTHING_BEFORE,
        signature,
        hash: hashOfSeal(content, signature),
      })
      .returning()
    if (!seal) throw new Error('An inserted seal comes back')
    return { ok: true, linked, seal }
  })
}

export async function newestSeal(db: Executor): Promise<Seal | undefined> {
  const [seal] = await db.select().from(evidenceSeal).orderBy(desc(evidenceSeal.number)).limit(1)
  return seal
}

type End = { position: bigint; hash: Uint8Array }

async function endOfChain(tx: Transaction): Promise<End> {
  const [last] = await tx.select().from(evidenceLink).orderBy(desc(evidenceLink.position)).limit(1)
  return last ? { position: last.position, hash: last.hash } : { position: 0n, hash: NOTHING_BEFORE }
}

async function stillHolds(tx: Transaction, seal: Seal): Promise<boolean> {
  if (seal.position === 0n) return true
  const [link] = await tx.select().from(evidenceLink).where(eq(evidenceLink.position, seal.position))
  return link !== undefined && equalBytes(link.hash, seal.head)
}

/** The number of an entry that was sealed an hour ago: what is older has been looked through many times. */
async function settledId(tx: Transaction, now: Temporal.Instant): Promise<bigint> {
  const [settled] = await tx
    .select({ entryId: evidenceLink.entryId })
    .from(evidenceSeal)
    .innerJoin(evidenceLink, eq(evidenceLink.position, evidenceSeal.position))
    .where(lt(evidenceSeal.at, now.subtract(idle)))
    .orderBy(desc(evidenceSeal.number))
    .limit(1)
  return settled?.entryId ?? 0n
}

async function linkNew(tx: Transaction, end: End, floor: bigint): Promise<End & { linked: number }> {
  let { position, hash } = end
  let linked = 0
  let beyond = floor
  for (;;) {
    const found = await tx
      .select({ entry: evidenceEntry })
      .from(evidenceEntry)
      .leftJoin(evidenceLink, eq(evidenceLink.entryId, evidenceEntry.id))
      .where(and(gt(evidenceEntry.id, beyond), isNull(evidenceLink.position)))
      .orderBy(asc(evidenceEntry.id))
      .limit(atOnce)
    const links = found.map(({ entry }) => {
      const previousHash = hash
      position += 1n
      hash = hashOfLink(previousHash, linkedContent(position, entry))
      return { position, entryId: entry.id, previousHash, hash }
    })
    if (links.length > 0) await tx.insert(evidenceLink).values(links)
    linked += links.length
    if (links.length < atOnce) return { position, hash, linked }
    beyond = links.at(-1)?.entryId ?? beyond
  }
}

/** What a link vouches for: the place, the entry's number, its content and its MAC. */
export function linkedContent(position: bigint, entry: typeof evidenceEntry.$inferSelect) {
  return {
    position: Number(position),
    id: Number(entry.id),
    ...plainContent(entry),
    mac: entry.mac ? hex(entry.mac) : null,
  }
}

const dayOf = (at: Temporal.Instant) => at.toString().slice(0, 10)
