import { asc, eq } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { message } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import { lockRequest, moveRequest } from './move.server'
import type { RequestRow } from './move.server'
import { endPauses } from './resume.server'
import { requestSealer } from './sealed.server'
import { tellStaff } from './tell-staff.server'

/** Where a message's text is sealed for. */
export const messagePlace = 'message.body'

export type Message = {
  id: string
  at: Temporal.Instant
  direction: 'in' | 'out' | 'note' | 'advice'
  byStaffId: string | null
  asksQuestion: boolean
  /** Null once the case is purged. */
  body: string | null
}

const directions = ['in', 'out', 'advice'] as const

/** The conversation of a case and the notes beside it, oldest first. */
export async function messagesOf(db: Executor, runtime: Pick<Runtime, 'keys'>, requestId: string): Promise<Message[]> {
  const rows = await db
    .select()
    .from(message)
    .where(eq(message.requestId, requestId))
    .orderBy(asc(message.at), asc(message.id))
  if (rows.length === 0) return []
  const sealer = await requestSealer(db, runtime, requestId)
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    direction: directions.find((direction) => direction === row.direction) ?? 'note',
    byStaffId: row.byStaffId,
    asksQuestion: row.asksQuestion === 1,
    body: sealer?.openOptional(messagePlace, row.bodySealed) ?? null,
  }))
}

export const messageSchema = z.object({ text: z.string().trim().min(1).max(10_000) })

export type Recorded = { ok: true } | { ok: false; reason: 'unknown_request' | 'purged' }

/**
 * Records what the data subject said (in the portal, or on the phone to staff). Where the case waited for it, it goes on
 * by itself, and a clock that stood still runs again. Whoever has the case is told at once.
 */
export async function recordAnswer(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { requestId: string; text: string; actor: Actor },
): Promise<Recorded> {
  const written = await writeMessage(tx, runtime, order, 'in')
  if (!written.ok) return written
  await tellStaff(tx, runtime, {
    request: written.request,
    template: 'answer_received',
    cause: written.messageId,
    except: order.actor.kind === 'staff' ? order.actor.id : null,
  })
  await endPauses(tx, runtime, { requestId: order.requestId, actor: order.actor, why: 'answered' })
  await moveRequest(tx, runtime, {
    requestId: order.requestId,
    move: 'answer',
    actor: order.actor,
    mover: order.actor.kind === 'subject' ? 'subject' : 'agent',
  })
  return { ok: true }
}

/** Keeps a note of a call or a thought with the case; the data subject sees it in an access package, not in the portal. */
export async function addNote(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { requestId: string; text: string; by: StaffMember },
): Promise<Recorded> {
  const written = await writeMessage(tx, runtime, { ...order, actor: { kind: 'staff', id: order.by.id } }, 'note')
  return written.ok ? { ok: true } : written
}

/** The privacy officer's advice on a case (GDPR art. 39(1)(a)): a record beside it that decides nothing. Whoever has the case is told. */
export async function giveAdvice(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { requestId: string; text: string; by: StaffMember },
): Promise<Recorded> {
  const written = await writeMessage(tx, runtime, { ...order, actor: { kind: 'staff', id: order.by.id } }, 'advice')
  if (!written.ok) return written
  await tellStaff(tx, runtime, {
    request: written.request,
    template: 'answer_received',
    cause: written.messageId,
    except: order.by.id,
  })
  return { ok: true }
}

const verbs = { in: 'request.message_received', note: 'request.noted', advice: 'request.advised' } as const

type Written = { ok: true; messageId: string; request: RequestRow } | Extract<Recorded, { ok: false }>

async function writeMessage(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { requestId: string; text: string; actor: Actor },
  direction: keyof typeof verbs,
): Promise<Written> {
  const row = await lockRequest(tx, order.requestId)
  if (!row) return { ok: false, reason: 'unknown_request' }
  const sealer = await requestSealer(tx, runtime, row.id)
  if (!sealer) return { ok: false, reason: 'purged' }
  const messageId = crypto.randomUUID()
  await tx.insert(message).values({
    id: messageId,
    requestId: row.id,
    at: runtime.clock.now(),
    byStaffId: order.actor.kind === 'staff' ? order.actor.id : null,
    direction,
    bodySealed: sealer.seal(messagePlace, order.text),
  })
  await appendEvidence(tx, runtime, {
    actor: order.actor,
    verb: verbs[direction],
    request: row,
  })
  return { ok: true, messageId, request: row }
}
