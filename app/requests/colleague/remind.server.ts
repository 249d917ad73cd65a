import { and, eq, inArray, isNull } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { colleagueQuestion, request } from '~db/schema'
import type { Transaction } from '~db/client'
import { findCalendar } from '~/deadlines/calendar'
import { addWorkingDays, isWorkingDay } from '~/deadlines/working-days'
import { appendEvidence } from '~/evidence/append.server'
import type { Schedule, Task } from '~/jobs/task.server'
import { sendMail } from '~/mail/send.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { openStates } from '../lifecycle'
import type { RequestRow } from '../move.server'
import { requestSealer } from '../sealed.server'
import { tellStaff } from '../tell-staff.server'
import { languageOf, questionUrl, standingOf, todayOf, toPlace } from './question.server'
import type { QuestionRow } from './question.server'

type Rooms = Pick<Runtime, 'db' | 'clock' | 'keys' | 'publicUrl'>

/**
 * On a working day: reminds colleagues of what they were asked, once from the working day before the day of the answer and
 * once after it; then whoever has the case is told, too.
 */
export async function remindColleagues(runtime: Rooms): Promise<void> {
  await inTransaction(runtime, async (tx) => {
    const found = await findCalendar((await readOrganisation(tx))['organisation.calendar'])
    if (!found.ok) return
    const { calendar } = found
    const today = await todayOf(tx, runtime)
    if (!isWorkingDay(calendar, today)) return
    const waiting = await tx
      .select({ question: colleagueQuestion, request })
      .from(colleagueQuestion)
      .innerJoin(request, eq(request.id, colleagueQuestion.requestId))
      .where(
        and(
          isNull(colleagueQuestion.answeredAt),
          isNull(colleagueQuestion.closedAt),
          isNull(colleagueQuestion.lateAt),
          inArray(request.state, [...openStates]),
        ),
      )
      .orderBy(colleagueQuestion.id)
      // A job may run twice at once: the second one waits, and finds the columns written.
      .for('update', { of: colleagueQuestion })
    for (const { question, request: row } of waiting) {
      const isLate = Temporal.PlainDate.compare(today, question.answerBy) > 0
      const from = addWorkingDays(calendar, question.answerBy, -1)
      if (isLate) await remind(tx, runtime, { question, row, why: 'late', today })
      else if (!question.remindedAt && Temporal.PlainDate.compare(today, from) >= 0)
        await remind(tx, runtime, { question, row, why: 'due', today })
    }
  })
}

async function remind(
  tx: Transaction,
  runtime: Rooms,
  order: { question: QuestionRow; row: RequestRow; why: 'due' | 'late'; today: Temporal.PlainDate },
): Promise<void> {
  const { question, row, why, today } = order
  const sealer = await requestSealer(tx, runtime, row.id)
  const to = sealer?.openOptional(toPlace(question.id), question.toSealed)
  if (!to || standingOf(question, row, true, today) !== 'open') return
  const now = runtime.clock.now()
  await tx
    .update(colleagueQuestion)
    .set(why === 'late' ? { lateAt: now } : { remindedAt: now })
    .where(eq(colleagueQuestion.id, question.id))
  await sendMail(tx, runtime, {
    template: 'colleague_question',
    to,
    language: languageOf(question.language),
    requestId: row.id,
    idempotencyKey: `colleague_question:${question.id}:${why}`,
    props: {
      why,
      reference: row.reference,
      answerOn: question.answerBy.toString(),
      url: questionUrl(runtime, question),
    },
  })
  await appendEvidence(tx, runtime, {
    actor: { kind: 'system' },
    verb: 'colleague.reminded',
    request: row,
    data: { question: question.id, reminder: why },
  })
  if (why === 'late') await tellStaff(tx, runtime, { request: row, template: 'colleague_late', cause: question.id })
}

const task: Task = { name: 'requests.remind_colleagues', run: remindColleagues }

export const colleagueTasks: Task[] = [task]

/** In the morning, when somebody reads it. */
export const colleagueSchedule: Schedule[] = [{ task: task.name, cron: '45 5 * * *' }]
