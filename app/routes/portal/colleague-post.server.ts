import { data, redirect } from '@remix-run/node'
import { newCode, typedCode } from '~/identity/codes.server'
import { countWrongCode, mayTryCode, takeCodeMail } from '~/identity/limits.server'
import type { RequestContext } from '~/platform/context.server'
import type { FormValues } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import type { UploadedFile } from '~/platform/uploads.server'
import { judgeFiles } from '~/requests/attach.server'
import type { FileProblem } from '~/requests/attach.server'
import { blindIndex } from '~/requests/blind-index.server'
import { findBsn } from '~/requests/bsn'
import { answerColleagueQuestion, colleagueAnswerSchema } from '~/requests/colleague/answer.server'
import { addressOf, sendColleagueCode, tryColleagueCode } from '~/requests/colleague/code.server'
import { passFor } from '~/requests/colleague/pass.server'
import type { OpenedLink } from '~/requests/colleague/question.server'

type Posted = { context: Pick<RequestContext, 'runtime' | 'clientAddress'>; link: OpenedLink; here: string }

/** What is wrong with what was sent, as a key of `colleague:page` or `colleague:question`, with everything typed. */
export function wrongAnswer(
  status: number,
  problem: string,
  { text = '', code = '', files = [] }: { text?: string; code?: string; files?: FileProblem[] } = {},
  headers: Record<string, string> = {},
) {
  return data({ problem, text, code, files }, { status, headers })
}

const tooMany = (seconds: number, typed: { code?: string } = {}) =>
  wrongAnswer(429, 'page.tooMany', typed, { 'Retry-After': String(seconds) })

/** Mails a code to the address that has the link. */
export async function postCode({ context: { runtime, clientAddress }, link, here }: Posted) {
  const to = addressOf(link)
  if (!to) return redirect(here, 303)
  const allowed = await takeCodeMail(runtime, clientAddress, blindIndex(runtime, 'email', to))
  if (!allowed.ok) return tooMany(allowed.retryAfterSeconds)
  const sent = await inTransaction(runtime, (tx) => sendColleagueCode(tx, runtime, { link, code: newCode() }))
  return redirect(sent.ok || sent.reason === 'gone' ? `${here}?code=sent` : `${here}?code=soon`, 303)
}

/** Enters a code: this browser may see the question for a while. */
export async function postEntry({ context: { runtime, clientAddress }, link, here }: Posted, form: FormValues) {
  const code = form.get('code').slice(0, 40)
  const typed = typedCode(code)
  if (!typed) return wrongAnswer(400, 'page.missing', { code })
  const allowed = await mayTryCode(runtime, clientAddress)
  if (!allowed.ok) return tooMany(allowed.retryAfterSeconds, { code })
  const tried = await inTransaction(runtime, (tx) => tryColleagueCode(tx, runtime, { link, code: typed }))
  if (!tried.ok) {
    await countWrongCode(runtime, clientAddress)
    return wrongAnswer(400, 'page.wrong', { code })
  }
  return redirect(here, { status: 303, headers: { 'Set-Cookie': passFor(runtime, link.question.id) } })
}

/** The answer, from a browser that entered the code. */
export async function postAnswer(
  { context: { runtime }, here }: Posted,
  order: { token: string; form: FormValues; files: readonly UploadedFile[] },
) {
  const { form, token } = order
  const text = form.get('text')
  const parsed = colleagueAnswerSchema.safeParse({ text })
  if (!parsed.success) return wrongAnswer(400, text.trim() ? 'question.textLong' : 'question.textMissing', { text })
  // UAVG art. 46: a citizen service number is not asked for, so it is pointed out before it is kept.
  if (form.get('keepNumber') !== 'yes' && findBsn(parsed.data.text)) return wrongAnswer(400, 'question.bsn', { text })
  const verdict = judgeFiles(order.files)
  if (!verdict.ok) return wrongAnswer(400, 'question.filesWrong', { text, files: verdict.problems })
  await inTransaction(runtime, (tx) =>
    answerColleagueQuestion(tx, runtime, { token, text: parsed.data.text, files: verdict.files }),
  )
  // The page says how it stands: answered now, answered before, or gone meanwhile.
  return redirect(here, 303)
}
