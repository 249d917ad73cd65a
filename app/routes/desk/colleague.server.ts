import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { colleagueQuestionsOf } from '~/requests/colleague/list.server'
import { maskEmail } from '~/requests/mask'
import type { RequestRow } from '~/requests/move.server'
import { staffNames } from '~/staff/accounts.server'

/** What colleagues were asked about a case; texts and addresses only while the case is unmasked. */
export async function colleagueShape(
  db: Executor,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  row: RequestRow,
  { unmasked }: { unmasked: boolean },
) {
  const asked = await colleagueQuestionsOf(db, runtime, row)
  const names = await staffNames(
    db,
    asked.map(({ byStaffId }) => byStaffId),
  )
  return asked.map(({ id, at, byStaffId, answerBy, answeredAt, state, to, question, answer }) => ({
    id,
    at: at.toString(),
    by: byStaffId && (names.get(byStaffId) ?? null),
    answerBy,
    answeredAt: answeredAt?.toString() ?? null,
    state,
    to: to && (unmasked ? to : maskEmail(to)),
    question: unmasked ? question : null,
    answer: unmasked ? answer : null,
    unmasked,
    purged: to === null,
  }))
}

export type ColleagueShape = Awaited<ReturnType<typeof colleagueShape>>
