import { eq, sql } from 'drizzle-orm'
import { request } from '~db/schema'
import type { Transaction } from '~db/client'
import { dayOf } from '~/deadlines/pauses'
import { appendEvidence } from '~/evidence/append.server'
import type { EvidenceData } from '~/evidence/append.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { together } from '~/platform/together'
import { isOpen, judgeMove } from './lifecycle'
import type { MoveName, MoveRefusal, Mover, RequestState } from './lifecycle'
import { followMark } from './mark.server'
import { followLook } from './outside/follow.server'
import { openPausesOf, writeEndOfPauses } from './open-pauses.server'
import { recordQueueChange } from './queue-change.server'

export type RequestRow = typeof request.$inferSelect
export type Moved =
  { ok: true; request: RequestRow } | { ok: false; reason: MoveRefusal | 'unknown_request' | 'conflict' }

export type MoveOrder = {
  requestId: string
  move: MoveName
  actor: Actor
  /** In which capacity the actor moves: `subject`, `system`, or the staff member's role. */
  mover: Mover
  /** The version that the person saw; another present version is a conflict. */
  version?: number | undefined
  /** Columns that go along with the move (closedAt, verifiedAt …). */
  set?: Partial<Omit<RequestRow, 'id' | 'reference' | 'state' | 'version'>>
  evidence?: EvidenceData
  /** Where the evidence verb should say more than the move's name. */
  verb?: string
}

/** Locks a request's row for the rest of the transaction, so that two people can't move it at once. */
export async function lockRequest(tx: Transaction, requestId: string): Promise<RequestRow | undefined> {
  const [row] = await tx.select().from(request).where(eq(request.id, requestId)).for('update')
  return row
}

/**
 * Makes one move of the table in lifecycle.ts: locks the request, asks the table, writes state and version, and appends
 * the evidence, all in the caller's transaction. The caller writes the dated record, mails and jobs beside it.
 */
export async function moveRequest(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: MoveOrder,
): Promise<Moved> {
  const row = await lockRequest(tx, order.requestId)
  if (!row) return { ok: false, reason: 'unknown_request' }
  if (order.version !== undefined && order.version !== row.version) return { ok: false, reason: 'conflict' }
  const verdict = judgeMove(order.move, row.state as RequestState, order.mover)
  if (!verdict.ok) return verdict
  const ends = isOpen(row.state as RequestState) && !isOpen(verdict.to)
  const [updated] = await together([
    changeRequest(tx, row, { ...order.set, state: verdict.to }),
    ends ? stopPauses(tx, runtime, order) : null,
    appendEvidence(tx, runtime, {
      actor: order.actor,
      verb: order.verb ?? `request.${order.move}`,
      request: row,
      data: { from: row.state, to: verdict.to, ...order.evidence },
    }),
  ])
  return { ok: true, request: updated }
}

/** Nothing is waited for in a case that has ended. */
async function stopPauses(tx: Transaction, runtime: Pick<Runtime, 'clock'>, order: MoveOrder): Promise<void> {
  const open = await openPausesOf(tx, order.requestId)
  if (open.length === 0) return
  const endedAt = runtime.clock.now()
  const untilOn = dayOf(endedAt, (await readOrganisation(tx))['organisation.zone'])
  const byStaffId = order.actor.kind === 'staff' ? order.actor.id : null
  await writeEndOfPauses(tx, open, { untilOn, endedAt, byStaffId })
}

/** Writes columns of a locked request, counts its version, keeps the queue's counts and the mark in the systems true, and tells who looks at it. */
export async function changeRequest(
  tx: Transaction,
  row: RequestRow,
  set: Partial<Omit<RequestRow, 'id' | 'reference' | 'version'>>,
): Promise<RequestRow> {
  const [updated] = await tx
    .update(request)
    .set({ ...set, version: sql`${request.version} + 1` })
    .where(eq(request.id, row.id))
    .returning()
  if (!updated) throw new Error('A locked request disappeared')
  await together([recordQueueChange(tx, row, updated), followMark(tx, row, updated), followLook(tx, row, updated)])
  return updated
}
