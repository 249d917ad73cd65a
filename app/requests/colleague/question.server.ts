import { eq } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { colleagueQuestion, request } from '~db/schema'
import type { Executor } from '~db/client'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import type { Language } from '../kinds'
import { isOpen } from '../lifecycle'
import type { RequestState } from '../lifecycle'
import type { RequestRow } from '../move.server'
import { requestSealer } from '../sealed.server'
import type { RequestSealer } from '../sealed.server'

export type QuestionRow = typeof colleagueQuestion.$inferSelect

/** Where the texts of a question are sealed for. */
export const toPlace = (id: string) => `colleague_question.to:${id}`
export const questionPlace = (id: string) => `colleague_question.question:${id}`
export const answerPlace = (id: string) => `colleague_question.answer:${id}`

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * The secret in a question's link: 32 letters, some 180 bits, made from its id under a key of ours, so that a reminder
 * carries the same link although only a hash of it is stored.
 */
export function tokenOf(runtime: Pick<Runtime, 'keys'>, id: string): string {
  const bytes = runtime.keys.hmac('codes', `colleague-token:${id}`)
  return [...bytes].map((byte) => letters[byte % letters.length]).join('')
}

export function tokenHash(runtime: Pick<Runtime, 'keys'>, token: string): Uint8Array {
  return runtime.keys.hmac('codes', `colleague-link:${token}`)
}

export function questionUrl(
  runtime: Pick<Runtime, 'keys' | 'publicUrl'>,
  { id, language }: Pick<QuestionRow, 'id' | 'language'>,
): string {
  return `${runtime.publicUrl}/${languageOf(language)}/colleague/${tokenOf(runtime, id)}`
}

export const languageOf = (language: string): Language => (language === 'en' ? 'en' : 'nl')

/** A link stays of use for so many days after the day of the answer, as long as its case is open. */
const lateDays = 30

/** gone: taken back, too late, or the case has ended. */
export type Standing = 'open' | 'answered' | 'gone'

export type OpenedLink = {
  question: QuestionRow
  request: RequestRow
  sealer: RequestSealer | null
  standing: Standing
}

/** What a link stands for; null: no such link. */
export async function questionByToken(
  db: Executor,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  token: string,
): Promise<OpenedLink | null> {
  const [found] = await db
    .select({ question: colleagueQuestion, request })
    .from(colleagueQuestion)
    .innerJoin(request, eq(request.id, colleagueQuestion.requestId))
    .where(eq(colleagueQuestion.tokenHash, tokenHash(runtime, token)))
  if (!found) return null
  const sealer = await requestSealer(db, runtime, found.request.id)
  const today = await todayOf(db, runtime)
  return { ...found, sealer, standing: standingOf(found.question, found.request, sealer !== null, today) }
}

export function standingOf(
  question: QuestionRow,
  row: Pick<RequestRow, 'state'>,
  isReadable: boolean,
  today: Temporal.PlainDate,
): Standing {
  if (question.answeredAt) return 'answered'
  const isLate = question.answerBy.add({ days: lateDays }).until(today).sign > 0
  return question.closedAt || !isReadable || !isOpen(row.state as RequestState) || isLate ? 'gone' : 'open'
}

/** The day that it is for the organisation. */
export async function todayOf(db: Executor, runtime: Pick<Runtime, 'clock'>): Promise<Temporal.PlainDate> {
  const zone = (await readOrganisation(db))['organisation.zone']
  return runtime.clock.now().toZonedDateTimeISO(zone).toPlainDate()
}
