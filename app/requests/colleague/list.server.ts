import { asc, eq } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { colleagueQuestion } from '~db/schema'
import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import type { RequestRow } from '../move.server'
import { requestSealer } from '../sealed.server'
import { answerPlace, questionPlace, standingOf, todayOf, toPlace } from './question.server'

export type AskedColleague = {
  id: string
  at: Temporal.Instant
  byStaffId: string | null
  answerBy: string
  answeredAt: Temporal.Instant | null
  state: 'open' | 'late' | 'answered' | 'taken_back' | 'gone'
  /** Null once the case is purged; so are the texts. */
  to: string | null
  question: string | null
  answer: string | null
}

/** What colleagues were asked about a case, oldest first. */
export async function colleagueQuestionsOf(
  db: Executor,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  request: Pick<RequestRow, 'id' | 'state'>,
): Promise<AskedColleague[]> {
  const rows = await db
    .select()
    .from(colleagueQuestion)
    .where(eq(colleagueQuestion.requestId, request.id))
    .orderBy(asc(colleagueQuestion.at), asc(colleagueQuestion.id))
  if (rows.length === 0) return []
  const sealer = await requestSealer(db, runtime, request.id)
  const today = await todayOf(db, runtime)
  return rows.map((row) => {
    const standing = standingOf(row, request, sealer !== null, today)
    const isLate = standing === 'open' && row.answerBy.until(today).sign > 0
    return {
      id: row.id,
      at: row.at,
      byStaffId: row.byStaffId,
      answerBy: row.answerBy.toString(),
      answeredAt: row.answeredAt,
      state: row.closedAt ? 'taken_back' : isLate ? 'late' : standing,
      to: sealer?.openOptional(toPlace(row.id), row.toSealed) ?? null,
      question: sealer?.openOptional(questionPlace(row.id), row.questionSealed) ?? null,
      answer: sealer?.openOptional(answerPlace(row.id), row.answerSealed) ?? null,
    }
  })
}
