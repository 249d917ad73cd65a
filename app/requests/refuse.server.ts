import { z } from 'zod'
import { refusal } from '~db/schema'
import type { Transaction } from '~db/client'
import type { OrganisationSettings } from '~/platform/organisation.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import type { MailProps } from '~emails/index'
import { mailRequester } from './answer-mail.server'
import { refusalGrounds } from './grounds'
import type { RefusalGround } from './grounds'
import { groundsOfKind } from './grounds-of-kind'
import type { ObjectionTo, RequestKind } from './kinds'
import { lockRequest, moveRequest } from './move.server'
import type { Moved, RequestRow } from './move.server'
import { requestSealer } from './sealed.server'
import { statusUrl } from './status-url'

const longestText = 10_000

/** `basis`: what the ground itself wants to hear (which law, which claim, what was asked of the person and when). */
export const refusalSchema = z.object({
  ground: z.string().refine((value): value is RefusalGround => Object.hasOwn(refusalGrounds, value)),
  basis: z.string().trim().min(3).max(longestText),
  reasons: z.string().trim().min(10).max(longestText),
})
export type RefusalText = z.infer<typeof refusalSchema>

export type Refused = Moved | { ok: false; reason: 'ground_not_of_this_right' | 'purged' }

/**
 * Refuses a request on a ground of the closed list of its right (law.md), with what that ground wants to hear and the
 * reasons in own words; the mail names the remedies (GDPR art. 12(4); UAVG 35).
 */
export async function refuseRequest(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { requestId: string; text: RefusalText; by: StaffMember; version?: number | undefined },
): Promise<Refused> {
  const before = await lockRequest(tx, order.requestId)
  if (!before) return { ok: false, reason: 'unknown_request' }
  const grounds = groundsOfKind(before.kind as RequestKind, before.objectionTo as ObjectionTo | null)
  if (!grounds.includes(order.text.ground)) return { ok: false, reason: 'ground_not_of_this_right' }
  const sealer = await requestSealer(tx, runtime, before.id)
  if (!sealer) return { ok: false, reason: 'purged' }
  const now = runtime.clock.now()
  const moved = await moveRequest(tx, runtime, {
    requestId: before.id,
    version: order.version,
    move: 'refuse',
    actor: { kind: 'staff', id: order.by.id },
    mover: order.by.role === 'admin' ? 'admin' : 'agent',
    set: { decidedAt: now, firstAnswerAt: before.firstAnswerAt ?? now, closedAt: now },
    evidence: { ground: order.text.ground },
  })
  if (!moved.ok) return moved
  await tx.insert(refusal).values({
    requestId: before.id,
    at: now,
    byStaffId: order.by.id,
    ground: order.text.ground,
    basisSealed: sealer.seal('refusal.basis', order.text.basis),
    reasonsSealed: sealer.seal('refusal.reasons', order.text.reasons),
  })
  const organisation = await readOrganisation(tx)
  await mailRequester(tx, runtime, moved.request, 'refused', ({ name }) =>
    refusalMail(runtime, moved.request, organisation, order.text, name),
  )
  return moved
}

/** What the mail of a refusal is made of; also for the preview before it goes. */
export function refusalMail(
  runtime: Pick<Runtime, 'publicUrl'>,
  row: RequestRow,
  organisation: OrganisationSettings,
  { ground, basis, reasons }: RefusalText,
  name: string,
): MailProps['refused'] {
  return {
    reference: row.reference,
    kind: row.kind as RequestKind,
    name,
    ground,
    reasons: `${basis}\n\n${reasons}`,
    authority: organisation['organisation.authority'][row.language === 'en' ? 'en' : 'nl'],
    remedies: organisation['organisation.kind'],
    receivedOn: row.receivedOn.toString(),
    statusUrl: statusUrl(runtime, row),
  }
}
