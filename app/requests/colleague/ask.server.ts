import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { colleagueQuestion } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { sendMail } from '~/mail/send.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import { normaliseEmail } from '../blind-index.server'
import { languages } from '../kinds'
import { isOpen } from '../lifecycle'
import type { RequestState } from '../lifecycle'
import { lockRequest } from '../move.server'
import type { RequestRow } from '../move.server'
import { requestSealer } from '../sealed.server'
import { questionPlace, questionUrl, todayOf, tokenHash, tokenOf, toPlace } from './question.server'

export const askColleagueSchema = z.object({
  email: z.string().trim().pipe(z.email().max(254)),
  question: z.string().trim().min(10).max(10_000),
  answerBy: z.iso.date(),
  language: z.enum(languages),
  showsPerson: z.boolean(),
})
export type AskColleague = z.infer<typeof askColleagueSchema>

export type AskRefusal =
  'unknown_request' | 'not_open' | 'purged' | 'colleague_domain' | 'answer_by_past' | 'answer_by_late'

const usualDays = 7

/**
 * By when a colleague may be asked to answer: from today to the due date of the case, a week from now unless that is later.
 * Where the due date is over, a week stays.
 */
export function answerDays(row: Pick<RequestRow, 'dueOn'>, today: Temporal.PlainDate) {
  const usual = today.add({ days: usualDays })
  const isOverdue = Temporal.PlainDate.compare(row.dueOn, today) < 0
  const latest = isOverdue ? usual : row.dueOn
  return { latest, isOverdue, usual: Temporal.PlainDate.compare(usual, latest) > 0 ? latest : usual }
}

/** Asks somebody in the organisation, who needs no account, something about one case. They get a link; the mail says nothing of the person. */
export async function askColleague(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: AskColleague & { requestId: string; by: StaffMember },
): Promise<{ ok: true; id: string } | { ok: false; reason: AskRefusal }> {
  const row = await lockRequest(tx, order.requestId)
  if (!row) return { ok: false, reason: 'unknown_request' }
  if (!isOpen(row.state as RequestState)) return { ok: false, reason: 'not_open' }
  const sealer = await requestSealer(tx, runtime, row.id)
  if (!sealer) return { ok: false, reason: 'purged' }
  const email = normaliseEmail(order.email)
  const { 'colleague.domains': domains } = await readOrganisation(tx)
  if (domains.length > 0 && !domains.includes(email.slice(email.lastIndexOf('@') + 1)))
    return { ok: false, reason: 'colleague_domain' }
  const answerBy = Temporal.PlainDate.from(order.answerBy)
  const today = await todayOf(tx, runtime)
  if (Temporal.PlainDate.compare(answerBy, today) < 0) return { ok: false, reason: 'answer_by_past' }
  if (Temporal.PlainDate.compare(answerBy, answerDays(row, today).latest) > 0)
    return { ok: false, reason: 'answer_by_late' }
  const id = crypto.randomUUID()
  const { language, showsPerson } = order
  await tx.insert(colleagueQuestion).values({
    id,
    requestId: row.id,
    at: runtime.clock.now(),
    byStaffId: order.by.id,
    toSealed: sealer.seal(toPlace(id), email),
    language,
    questionSealed: sealer.seal(questionPlace(id), order.question),
    answerBy,
    showsPerson,
    tokenHash: tokenHash(runtime, tokenOf(runtime, id)),
  })
  await sendMail(tx, runtime, {
    template: 'colleague_question',
    to: email,
    language,
    requestId: row.id,
    idempotencyKey: `colleague_question:${id}`,
    props: {
      why: 'asked',
      reference: row.reference,
      answerOn: order.answerBy,
      url: questionUrl(runtime, { id, language }),
    },
  })
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: order.by.id },
    verb: 'colleague.asked',
    request: row,
    data: { question: id, answerBy: order.answerBy, showsPerson },
  })
  return { ok: true, id }
}
