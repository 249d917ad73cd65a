import { and, eq, isNull } from 'drizzle-orm'
import { colleagueQuestion } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import type { RequestRow } from '../move.server'

/** Takes a question back: its link opens nothing any more. One that was answered stays. */
export async function takeBackQuestion(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { request: Pick<RequestRow, 'id' | 'reference'>; questionId: string; by: StaffMember },
): Promise<{ ok: true } | { ok: false; reason: 'unknown_question' }> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(order.questionId))
    return { ok: false, reason: 'unknown_question' }
  const [taken] = await tx
    .update(colleagueQuestion)
    .set({ closedAt: runtime.clock.now() })
    .where(
      and(
        eq(colleagueQuestion.id, order.questionId),
        eq(colleagueQuestion.requestId, order.request.id),
        isNull(colleagueQuestion.answeredAt),
        isNull(colleagueQuestion.closedAt),
      ),
    )
    .returning({ id: colleagueQuestion.id })
  if (!taken) return { ok: false, reason: 'unknown_question' }
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: order.by.id },
    verb: 'colleague.taken_back',
    request: order.request,
    data: { question: taken.id },
  })
  return { ok: true }
}
