import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { mailRequester } from './answer-mail.server'
import { correctionMail } from './correct-receipt.server'
import { lockForCorrection, recordCorrection } from './correct.server'
import type { CorrectionOrder, CorrectionRefusal } from './correct.server'
import { rewriteDates } from './dates.server'
import type { ObjectionTo, RequestKind } from './kinds'
import { changeRequest } from './move.server'
import type { RequestRow } from './move.server'
import { endPauses } from './resume.server'

/** While a plan waits or runs, what it does was decided by the right that was asked. */
const beforePlan = ['received', 'in_progress', 'awaiting_subject']

export type KindCorrected = { ok: true; request: RequestRow } | { ok: false; reason: CorrectionRefusal | 'plan_stands' }

/**
 * Corrects which right is asked: old and new kind with the reason, the dates computed anew (a clarification stops the
 * clock for access only), and the data subject told, since the confirmation of receipt said otherwise.
 */
export async function correctKind(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: CorrectionOrder & { kind: RequestKind; objectionTo: ObjectionTo | null },
): Promise<KindCorrected> {
  const found = await lockForCorrection(tx, runtime, order)
  if (!found.ok) return found
  const { row, sealer } = found
  if (!beforePlan.includes(row.state)) return { ok: false, reason: 'plan_stands' }
  const objectionTo = order.kind === 'objection' ? (order.objectionTo ?? 'other') : null
  if (order.kind === row.kind && objectionTo === row.objectionTo) return { ok: false, reason: 'already_so' }
  await changeRequest(tx, row, { kind: order.kind, objectionTo })
  const named = (kind: string, to: string | null) => (to ? `${kind} ${to}` : kind)
  const values = { old: named(row.kind, row.objectionTo), new: named(order.kind, objectionTo) }
  const shown = { from: row.kind, to: order.kind }
  await recordCorrection(tx, runtime, order, { row, sealer, field: 'kind', ...values }, shown)
  const actor = { kind: 'staff', id: order.by.id } as const
  if (order.kind !== 'access')
    await endPauses(tx, runtime, { requestId: row.id, actor, why: 'by_staff', cause: 'clarification' })
  const corrected = await rewriteDates(tx, runtime, row.id, { why: 'kind_corrected', actor })
  await mailRequester(tx, runtime, corrected, 'corrected', ({ name }) =>
    correctionMail(runtime, corrected, { why: 'kind', earlierDueOn: row.dueOn, reason: order.reason }, name),
  )
  return { ok: true, request: corrected }
}
