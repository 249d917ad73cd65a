import { and, asc, eq, inArray, isNotNull, ne, or } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { merge, request, requestIndex } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import type { MailProps } from '~emails/index'
import { mailRequester } from './answer-mail.server'
import { isOpen, openStates } from './lifecycle'
import type { RequestState } from './lifecycle'
import { changeRequest, lockRequest, moveRequest } from './move.server'
import type { Moved, RequestRow } from './move.server'
import { emailIndexesOf } from './same-person.server'
import { statusUrl } from './status-url'

export type Merged =
  | { ok: true; request: RequestRow; into: RequestRow }
  | Exclude<Moved, { ok: true }>
  | { ok: false; reason: 'unknown_other' | 'other_person' | 'other_right' | 'not_verified' | 'not_open' }

/**
 * Other open requests of the same proven address for the same right: perhaps one and the same. Only a suggestion, and only
 * among verified ones, so that a stranger who files with somebody's address merges nothing.
 */
export async function duplicatesOf(db: Executor, row: RequestRow): Promise<RequestRow[]> {
  if (!row.verifiedAt || !isOpen(row.state as RequestState)) return []
  const own = await emailIndexesOf(db, row.id)
  if (own.length === 0) return []
  const same = db
    .select({ id: requestIndex.requestId })
    .from(requestIndex)
    .where(and(eq(requestIndex.kind, 'email'), inArray(requestIndex.hash, own)))
  const found = await db
    .select()
    .from(request)
    .where(
      and(
        inArray(request.id, same),
        ne(request.id, row.id),
        eq(request.kind, row.kind),
        inArray(request.state, [...openStates]),
        isNotNull(request.verifiedAt),
      ),
    )
    .orderBy(asc(request.receivedAt))
    .limit(20)
  return found.filter((other) => other.objectionTo === row.objectionTo)
}

/** Of two that are one, the one received first goes on: its date is the earlier, and it stands. */
export function survivorOf(one: RequestRow, other: RequestRow): { goesOn: RequestRow; ends: RequestRow } {
  const order = Temporal.Instant.compare(one.receivedAt, other.receivedAt) || (one.reference < other.reference ? -1 : 1)
  return order <= 0 ? { goesOn: one, ends: other } : { goesOn: other, ends: one }
}

/**
 * A person decides that two requests are one: the one received later ends and points to the other, and back; its requester
 * is told where it goes on. `version` is that of the case from which it was decided.
 */
export async function mergeRequests(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { requestId: string; otherReference: string; by: StaffMember; version?: number | undefined },
): Promise<Merged> {
  const [other] = await tx.select({ id: request.id }).from(request).where(eq(request.reference, order.otherReference))
  if (!other || other.id === order.requestId) return { ok: false, reason: 'unknown_other' }
  const locked = new Map<string, RequestRow>()
  // In one order, so that two people who merge the same two can't wait for each other.
  for (const id of [order.requestId, other.id].sort()) {
    const row = await lockRequest(tx, id)
    if (row) locked.set(id, row)
  }
  const [seen, second] = [locked.get(order.requestId), locked.get(other.id)]
  if (!seen || !second) return { ok: false, reason: 'unknown_request' }
  if (order.version !== undefined && order.version !== seen.version) return { ok: false, reason: 'conflict' }
  const refusal = await whyNotOne(tx, seen, second)
  if (refusal) return { ok: false, reason: refusal }
  const { goesOn, ends } = survivorOf(seen, second)
  const now = runtime.clock.now()
  const actor = { kind: 'staff', id: order.by.id } as const
  const moved = await moveRequest(tx, runtime, {
    requestId: ends.id,
    move: 'merge',
    actor,
    mover: order.by.role === 'admin' ? 'admin' : 'agent',
    set: { closedAt: now },
    evidence: { into: goesOn.reference },
  })
  if (!moved.ok) return moved
  await tx.insert(merge).values({ requestId: ends.id, at: now, byStaffId: order.by.id, intoRequestId: goesOn.id })
  const into = await changeRequest(tx, goesOn, {})
  await appendEvidence(tx, runtime, {
    actor,
    verb: 'request.merged_in',
    request: goesOn,
    data: { merged: ends.reference },
  })
  await mailRequester(tx, runtime, moved.request, 'merged', ({ name }) => mergeMail(runtime, ends, goesOn, name))
  return { ok: true, request: moved.request, into }
}

async function whyNotOne(db: Executor, one: RequestRow, other: RequestRow) {
  if (!one.verifiedAt || !other.verifiedAt) return 'not_verified' as const
  if (!isOpen(one.state as RequestState) || !isOpen(other.state as RequestState)) return 'not_open' as const
  if (one.kind !== other.kind || one.objectionTo !== other.objectionTo) return 'other_right' as const
  const hashes = (await emailIndexesOf(db, one.id)).map((hash) => Buffer.from(hash).toString('hex'))
  const others = (await emailIndexesOf(db, other.id)).map((hash) => Buffer.from(hash).toString('hex'))
  return hashes.some((hash) => others.includes(hash)) ? null : ('other_person' as const)
}

/** What the mail about a merge is made of: the reference that ends, and the one that goes on. */
export function mergeMail(
  runtime: Pick<Runtime, 'publicUrl'>,
  ends: RequestRow,
  goesOn: RequestRow,
  name: string,
): MailProps['merged'] {
  return {
    reference: ends.reference,
    name,
    into: goesOn.reference,
    dueOn: goesOn.dueOn.toString(),
    statusUrl: statusUrl(runtime, goesOn),
  }
}

/** The request into which this one went, and those that came into it. */
export async function mergesOf(
  db: Executor,
  requestId: string,
): Promise<{ into: RequestRow | null; from: RequestRow[] }> {
  const records = await db
    .select()
    .from(merge)
    .where(or(eq(merge.requestId, requestId), eq(merge.intoRequestId, requestId)))
  const ids = records.map((record) => (record.requestId === requestId ? record.intoRequestId : record.requestId))
  if (ids.length === 0) return { into: null, from: [] }
  const rows = await db.select().from(request).where(inArray(request.id, ids)).orderBy(asc(request.receivedAt))
  const intoId = records.find((record) => record.requestId === requestId)?.intoRequestId
  return {
    into: rows.find((row) => row.id === intoId) ?? null,
    from: rows.filter((row) => row.id !== intoId),
  }
}
