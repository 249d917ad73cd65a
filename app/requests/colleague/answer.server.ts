import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { colleagueQuestion } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import { attachFiles } from '../attach.server'
import type { NewAttachment } from '../attach.server'
import { lockRequest } from '../move.server'
import { openPersonal } from '../personal.server'
import { tellStaff } from '../tell-staff.server'
import { answerPlace, questionByToken, questionPlace } from './question.server'
import type { OpenedLink } from './question.server'

export const colleagueAnswerSchema = z.object({ text: z.string().trim().min(1).max(10_000) })

/** What whoever entered the code reads: the question, which case it is, and whose where staff chose so. */
export function shownToColleague({ question, request, sealer }: OpenedLink) {
  const person = question.showsPerson ? openPersonal(sealer, request) : null
  return {
    reference: request.reference,
    kind: request.kind,
    question: sealer?.openOptional(questionPlace(question.id), question.questionSealed) ?? '',
    answerBy: question.answerBy.toString(),
    person: person && {
      name: person.subjectName ?? person.name,
      email: person.email,
      phone: person.phone,
      customerNumber: person.customerNumber,
      postalAddress: person.postalAddress,
    },
  }
}

/** Keeps a colleague's one answer with its files, sealed with the case; whoever has the case is told. */
export async function answerColleagueQuestion(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { token: string; text: string; files: readonly NewAttachment[] },
): Promise<{ ok: true } | { ok: false; reason: 'gone' | 'answered' }> {
  const seen = await questionByToken(tx, runtime, order.token)
  if (!seen) return { ok: false, reason: 'gone' }
  // The case first, then the question: of two answers sent at once the second one finds the first.
  await lockRequest(tx, seen.request.id)
  await tx
    .select({ id: colleagueQuestion.id })
    .from(colleagueQuestion)
    .where(eq(colleagueQuestion.id, seen.question.id))
    .for('update')
  const link = await questionByToken(tx, runtime, order.token)
  if (!link?.sealer || link.standing !== 'open')
    return { ok: false, reason: link?.standing === 'answered' ? 'answered' : 'gone' }
  const { question, request, sealer } = link
  await tx
    .update(colleagueQuestion)
    .set({
      answeredAt: runtime.clock.now(),
      answerSealed: sealer.seal(answerPlace(question.id), order.text),
      codeHash: null,
    })
    .where(eq(colleagueQuestion.id, question.id))
  const actor = { kind: 'colleague' } as const
  await attachFiles(tx, runtime, { request, files: order.files, source: 'colleague', actor })
  await appendEvidence(tx, runtime, {
    actor,
    verb: 'colleague.answered',
    request,
    data: { question: question.id, files: order.files.length },
  })
  await tellStaff(tx, runtime, { request, template: 'colleague_answered', cause: question.id })
  return { ok: true }
}
