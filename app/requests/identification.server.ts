import { desc, eq } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { identification } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { together } from '~/platform/together'
import type { RequestRow } from './move.server'
import { addressCorrectedAt } from './correct.server'
import { endPauses } from './resume.server'
import { requestSealer } from './sealed.server'

export type Finding = 'open' | 'met' | 'contested' | 'upheld'
/** Why more is needed. `facts_given`: typed on the person's page and not tried yet. */
export type WhyOpen = 'not_looked' | 'unreachable' | 'not_on_file' | 'shared' | 'facts_given'

/** How far the person of a request is known now: its newest record. */
export type Standing = {
  /** Whether a request of this kind asks for more than a proven address (setting `identity.levelTwoKinds`). */
  required: boolean
  finding: Finding
  why: WhyOpen | null
  /** The ways in which it was proven, `facts` and `chosen` among them. */
  channels: readonly string[]
  wantsSecondChannel: boolean
  /** Nothing is released before this: a contact detail of the person is new. */
  releaseFrom: Temporal.Instant | null
  at: Temporal.Instant | null
}

/** What was typed to choose between persons who share an address, by the names of facts and identifiers in a data map. */
const factsSchema = z.record(z.string(), z.string())
export type TypedFacts = Record<string, string>

const factsPlace = 'identification.facts'

async function newest(db: Executor, requestId: string) {
  const [row] = await db
    .select()
    .from(identification)
    .where(eq(identification.requestId, requestId))
    .orderBy(desc(identification.at), desc(identification.id))
    .limit(1)
  return row
}

/** As newest, but for what was found before staff corrected the address: it says nothing of the new one. */
async function presentRecord(db: Executor, requestId: string) {
  const [record, correctedAt] = await together([newest(db, requestId), addressCorrectedAt(db, requestId)])
  const isOfOld = correctedAt && record && record.at.epochMilliseconds <= correctedAt.epochMilliseconds
  return isOfOld && record.finding !== 'contested' ? undefined : record
}

/** How far the person of a request is known. Without a record nobody has looked yet, which is open. */
export async function standingOf(db: Executor, row: Pick<RequestRow, 'id' | 'kind'>): Promise<Standing> {
  const [organisation, record] = await together([readOrganisation(db), presentRecord(db, row.id)])
  const wanted: readonly string[] = organisation['identity.levelTwoKinds']
  return {
    required: wanted.includes(row.kind),
    finding: (record?.finding ?? 'open') as Finding,
    why: record ? (record.why as WhyOpen | null) : 'not_looked',
    channels: record?.channels ?? [],
    wantsSecondChannel: record?.wantsSecondChannel === 1,
    releaseFrom: record?.releaseFrom ?? null,
    at: record?.at ?? null,
  }
}

/** While this holds, a plan or a package may say "nothing found" and nothing else. */
export function isIdentityOpen({ required, finding }: Standing): boolean {
  return required && finding === 'open'
}

export type ReleaseStop = 'identity_open' | 'identity_contested' | 'second_channel' | 'contact_changed'

/** Channels that show who somebody is; facts and a choice by staff only tell persons apart. */
const telling = new Set(['facts', 'chosen'])

/** What still stands between this person and what they asked for; null: nothing does. */
export function releaseStop(standing: Standing, now: Temporal.Instant): ReleaseStop | null {
  if (standing.finding === 'contested') return 'identity_contested'
  if (isIdentityOpen(standing)) return 'identity_open'
  const channels = standing.channels.filter((channel) => !telling.has(channel))
  if (standing.wantsSecondChannel && new Set(channels).size < 2) return 'second_channel'
  const { releaseFrom } = standing
  return releaseFrom && releaseFrom.epochMilliseconds > now.epochMilliseconds ? 'contact_changed' : null
}

export type NewFinding = {
  finding: Finding
  why?: WhyOpen | null
  channels: readonly string[]
  wantsSecondChannel?: boolean
  releaseFrom?: Temporal.Instant | null
  facts?: TypedFacts | null
  actor: Actor
}

/** Records how far the person of a locked request is known: a dated record, the newest counts. */
export async function recordIdentification(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  row: Pick<RequestRow, 'id' | 'reference'>,
  found: NewFinding,
): Promise<void> {
  const facts = found.facts && Object.keys(found.facts).length > 0 ? JSON.stringify(found.facts) : null
  const sealer = facts ? await requestSealer(tx, runtime, row.id) : null
  const last = await newest(tx, row.id)
  const now = runtime.clock.now()
  await tx.insert(identification).values({
    requestId: row.id,
    // Two in one moment of a test's clock keep their order.
    at: last && last.at.epochMilliseconds >= now.epochMilliseconds ? last.at.add({ milliseconds: 1 }) : now,
    byStaffId: found.actor.kind === 'staff' ? found.actor.id : null,
    finding: found.finding,
    why: found.why ?? null,
    channels: [...new Set(found.channels)],
    wantsSecondChannel: found.wantsSecondChannel ? 1 : 0,
    releaseFrom: found.releaseFrom ?? null,
    // What chose the person goes on choosing them.
    factsSealed:
      sealer?.sealOptional(factsPlace, facts) ??
      (found.finding === 'open' ? null : ((await presentRecord(tx, row.id))?.factsSealed ?? null)),
  })
  await appendEvidence(tx, runtime, {
    actor: found.actor,
    verb: `identity.${found.finding}`,
    request: row,
    data: { ...(found.why ? { why: found.why } : {}), channels: [...new Set(found.channels)] },
  })
  if (found.finding === 'met' || found.finding === 'upheld')
    await endPauses(tx, runtime, { requestId: row.id, actor: found.actor, why: 'identified', cause: 'identity' })
}

/** The facts that were given last, as they were typed; null: none, or the case is purged. */
export async function factsOfRequest(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  requestId: string,
): Promise<TypedFacts | null> {
  const record = await presentRecord(db, requestId)
  const sealer = record?.factsSealed ? await requestSealer(db, runtime, requestId) : null
  const text = sealer?.openOptional(factsPlace, record?.factsSealed ?? null)
  return text ? factsSchema.parse(JSON.parse(text)) : null
}

/**
 * Staff chose whom of the persons who share the proven address the request is about (datamap.md "Who is found"): that
 * settles who asks, with who chose and when.
 */
export function recordChoice(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  row: Pick<RequestRow, 'id' | 'reference'>,
  { channels, wantsSecondChannel, releaseFrom }: Standing,
  actor: Actor,
): Promise<void> {
  return recordIdentification(tx, runtime, row, {
    finding: 'met',
    channels: [...channels, 'chosen'],
    wantsSecondChannel,
    releaseFrom,
    actor,
  })
}
