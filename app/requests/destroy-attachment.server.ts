import { and, eq } from 'drizzle-orm'
import { attachment } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import { attachFiles } from './attach.server'
import type { NewAttachment } from './attach.server'
import type { RequestRow } from './move.server'

type Case = Pick<RequestRow, 'id' | 'reference'>
type Order = { request: Case; attachmentId: string; by: StaffMember }
export type AttachmentDone = { ok: true } | { ok: false; reason: 'unknown_attachment' | 'already_so' | 'purged' }

async function lockAttachment(tx: Transaction, { request, attachmentId }: Order) {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(attachmentId)) return undefined
  const [row] = await tx
    .select({ id: attachment.id, bsnMarkedAt: attachment.bsnMarkedAt, destroyedAt: attachment.destroyedAt })
    .from(attachment)
    .where(and(eq(attachment.id, attachmentId), eq(attachment.requestId, request.id)))
    .for('update')
  return row
}

/** Staff saw a citizen service number on a file: it has to be blacked out or destroyed (UAVG art. 46). */
export async function markBsn(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: Order,
): Promise<AttachmentDone> {
  const row = await lockAttachment(tx, order)
  if (!row) return { ok: false, reason: 'unknown_attachment' }
  if (row.bsnMarkedAt || row.destroyedAt) return { ok: false, reason: 'already_so' }
  await tx
    .update(attachment)
    .set({ bsnMarkedAt: runtime.clock.now(), bsnMarkedByStaffId: order.by.id })
    .where(eq(attachment.id, row.id))
  await record(tx, runtime, order, 'attachment.bsn_marked')
  return { ok: true }
}

/** Destroys a file: its content and name are emptied, that it was there stays on record. */
export async function destroyAttachment(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: Order,
): Promise<AttachmentDone> {
  const row = await lockAttachment(tx, order)
  if (!row) return { ok: false, reason: 'unknown_attachment' }
  if (row.destroyedAt) return { ok: false, reason: 'already_so' }
  await tx
    .update(attachment)
    .set({
      nameSealed: null,
      contentSealed: null,
      destroyedAt: runtime.clock.now(),
      destroyedByStaffId: order.by.id,
    })
    .where(eq(attachment.id, row.id))
  await record(tx, runtime, order, 'attachment.destroyed')
  return { ok: true }
}

/** Puts a copy on which the number is blacked out in the place of a file, which is destroyed. */
export async function replaceAttachment(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: Order & { file: NewAttachment },
): Promise<AttachmentDone> {
  const destroyed = await destroyAttachment(tx, runtime, order)
  if (!destroyed.ok) return destroyed
  const kept = await attachFiles(tx, runtime, {
    request: order.request,
    files: [order.file],
    source: 'redacted',
    actor: { kind: 'staff', id: order.by.id },
  })
  return kept ? { ok: true } : { ok: false, reason: 'purged' }
}

function record(tx: Transaction, runtime: Pick<Runtime, 'clock' | 'keys'>, order: Order, verb: string): Promise<void> {
  return appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: order.by.id },
    verb,
    request: order.request,
    data: { attachment: order.attachmentId },
  })
}
