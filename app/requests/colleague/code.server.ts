import { and, eq, gt, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm'
import { colleagueQuestion } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { sendMail } from '~/mail/send.server'
import { equalBytes } from '~/platform/keys.server'
import type { Runtime } from '~/platform/runtime.server'
import { languageOf, questionUrl, toPlace } from './question.server'
import type { OpenedLink } from './question.server'

export const colleagueCodeMinutes = 15
const attempts = 5
const resendAfterSeconds = 30

const codeHash = (runtime: Pick<Runtime, 'keys'>, id: string, code: string) =>
  runtime.keys.hmac('codes', `colleague:${id}:${code}`)

/** The address that a link was sent to, which its codes go to; null once the case is purged. */
export function addressOf({ question, sealer }: OpenedLink): string | null {
  return sealer?.openOptional(toPlace(question.id), question.toSealed) ?? null
}

/**
 * Mails a code for a link to the address that the link went to; the one before is void. Refuses within 30 seconds of the
 * last one. `code`: six random digits.
 */
export async function sendColleagueCode(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  { link, code }: { link: OpenedLink; code: string },
): Promise<{ ok: true } | { ok: false; reason: 'gone' | 'too_soon' }> {
  const { question, request } = link
  const to = addressOf(link)
  if (link.standing !== 'open' || !to) return { ok: false, reason: 'gone' }
  const now = runtime.clock.now()
  const [kept] = await tx
    .update(colleagueQuestion)
    .set({
      codeHash: codeHash(runtime, question.id, code),
      codeSentAt: now,
      codeExpiresAt: now.add({ minutes: colleagueCodeMinutes }),
      codeAttempts: 0,
    })
    .where(
      and(
        eq(colleagueQuestion.id, question.id),
        or(
          isNull(colleagueQuestion.codeSentAt),
          lte(colleagueQuestion.codeSentAt, now.subtract({ seconds: resendAfterSeconds })),
        ),
      ),
    )
    .returning({ id: colleagueQuestion.id })
  if (!kept) return { ok: false, reason: 'too_soon' }
  await sendMail(tx, runtime, {
    template: 'colleague_code',
    to,
    language: languageOf(question.language),
    requestId: request.id,
    idempotencyKey: `colleague_code:${question.id}:${now.epochMilliseconds}`,
    props: {
      reference: request.reference,
      code,
      minutes: colleagueCodeMinutes,
      url: questionUrl(runtime, question),
    },
  })
  return { ok: true }
}

/**
 * Tries a code: the attempt is counted first, in one statement on the row itself, so that parallel guesses are counted one
 * by one; the code is spent when it fits. The transaction must be committed also when it is wrong.
 */
export async function tryColleagueCode(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { link, code }: { link: OpenedLink; code: string },
): Promise<{ ok: true } | { ok: false; reason: 'wrong_or_expired' }> {
  const { id } = link.question
  const [row] = await tx
    .update(colleagueQuestion)
    .set({ codeAttempts: sql`${colleagueQuestion.codeAttempts} + 1` })
    .where(
      and(
        eq(colleagueQuestion.id, id),
        isNotNull(colleagueQuestion.codeHash),
        isNull(colleagueQuestion.closedAt),
        isNull(colleagueQuestion.answeredAt),
        gt(colleagueQuestion.codeExpiresAt, runtime.clock.now()),
        lt(colleagueQuestion.codeAttempts, attempts),
      ),
    )
    .returning({ codeHash: colleagueQuestion.codeHash })
  if (link.standing !== 'open' || !row?.codeHash || !equalBytes(row.codeHash, codeHash(runtime, id, code)))
    return { ok: false, reason: 'wrong_or_expired' }
  await tx.update(colleagueQuestion).set({ codeHash: null }).where(eq(colleagueQuestion.id, id))
  await appendEvidence(tx, runtime, {
    actor: { kind: 'colleague' },
    verb: 'colleague.opened',
    request: link.request,
    data: { question: id },
  })
  return { ok: true }
}
