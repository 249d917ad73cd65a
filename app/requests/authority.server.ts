import { desc, eq } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { authorityCheck } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import { attachmentsOf } from './attachments.server'
import { destroyAttachment } from './destroy-attachment.server'
import { lockRequest } from './move.server'
import type { RequestRow } from './move.server'

/** What shows that somebody may speak for another. */
export const authorityKinds = [
  'custody_register',
  'court_order',
  'power_of_attorney',
  'certificate_of_inheritance',
  'seen_elsewhere',
] as const
/**
 * accepted; rejected: it does not show it; speaks_themselves: who is 16 or older answers for themselves (UAVG art. 5); deceased:
 * the AVG does not apply (recital 27).
 */
export const authorityOutcomes = ['accepted', 'rejected', 'speaks_themselves', 'deceased'] as const

export const authoritySchema = z.object({
  kind: z.enum(authorityKinds),
  outcome: z.enum(authorityOutcomes),
  joint: z.boolean(),
  /** Files besides those that were kept as proof of authority. */
  documents: z.array(z.uuid()),
})
export type AuthorityOrder = z.infer<typeof authoritySchema>

export type Authority = {
  kind: string
  outcome: string
  /** Two hold it together: the address of the other one is left out of what is given. */
  joint: boolean
  at: Temporal.Instant
  byStaffId: string
}

/** What staff last found of a representative's authority; null: nobody looked, or somebody files for themselves. */
export async function authorityOf(db: Executor, requestId: string): Promise<Authority | null> {
  const [row] = await db
    .select()
    .from(authorityCheck)
    .where(eq(authorityCheck.requestId, requestId))
    .orderBy(desc(authorityCheck.at), desc(authorityCheck.id))
    .limit(1)
  return row ? { ...row, joint: row.joint === 1 } : null
}

/** Whether somebody files for another and it is not on record that they may: then there is no plan and no package. */
export async function lacksAuthority(db: Executor, row: Pick<RequestRow, 'id' | 'filedBy'>): Promise<boolean> {
  if (row.filedBy === 'self') return false
  return (await authorityOf(db, row.id))?.outcome !== 'accepted'
}

export type AuthorityRecorded =
  { ok: true } | { ok: false; reason: 'unknown_request' | 'conflict' | 'not_open' | 'files_for_themselves' }

/**
 * Records what staff saw of a representative's authority: its kind, when, and what came of it. The documents are destroyed
 * with that decision (law.md "Children, wards, the deceased"): what was looked at stays on record, the copy does not.
 */
export async function recordAuthority(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { requestId: string; version?: number | undefined; by: StaffMember } & AuthorityOrder,
): Promise<AuthorityRecorded> {
  const row = await lockRequest(tx, order.requestId)
  if (!row) return { ok: false, reason: 'unknown_request' }
  if (order.version !== undefined && order.version !== row.version) return { ok: false, reason: 'conflict' }
  if (row.closedAt) return { ok: false, reason: 'not_open' }
  if (row.filedBy === 'self') return { ok: false, reason: 'files_for_themselves' }
  const now = runtime.clock.now()
  const files = await attachmentsOf(tx, runtime, row.id)
  const documents = files.filter(
    (file) => !file.destroyedAt && (file.source === 'authority' || order.documents.includes(file.id)),
  )
  for (const { id } of documents) await destroyAttachment(tx, runtime, { request: row, attachmentId: id, by: order.by })
  const joint = order.joint && order.outcome === 'accepted'
  await tx.insert(authorityCheck).values({
    requestId: row.id,
    kind: order.kind,
    joint: joint ? 1 : 0,
    outcome: order.outcome,
    at: now,
    byStaffId: order.by.id,
    documentDestroyedAt: documents.length > 0 ? now : null,
  })
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: order.by.id },
    verb: 'request.authority_checked',
    request: row,
    data: { kind: order.kind, outcome: order.outcome, joint, documents: documents.length },
  })
  return { ok: true }
}
