import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import type { Transaction } from '~db/client'
import { enqueueJob } from '~/jobs/enqueue.server'
import type { Runtime } from '~/platform/runtime.server'
import { requestsOfSubmission } from '~/requests/confirm.server'
import { isIdentityOpen, recordIdentification, standingOf } from '~/requests/identification.server'
import type { TypedFacts } from '~/requests/identification.server'
import { isOpen } from '~/requests/lifecycle'
import type { RequestState } from '~/requests/lifecycle'
import { lockRequest } from '~/requests/move.server'
import type { RequestRow } from '~/requests/move.server'
import { identifyTask } from './proof.server'

/** A day as a date field sends it, or as people write it (31-12-1980). */
function dayIn(text: string): string | null {
  const [, day = '', month = '', year = ''] = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$/.exec(text) ?? []
  try {
    return Temporal.PlainDate.from(day ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : text).toString()
  } catch {
    return null
  }
}

const line = (length: number) => z.string().trim().max(length)

/** The form: each may stay empty, not all of them. */
export const factsForm = z
  .object({
    birthDate: line(20)
      .transform((text) => (text === '' ? '' : dayIn(text)))
      .refine((day) => day !== null, 'birthDate'),
    postcode: line(12),
    customerNumber: line(60),
  })
  .transform(({ birthDate, postcode, customerNumber }): TypedFacts => {
    const facts = { birth_date: birthDate ?? '', postcode, customer_number: customerNumber }
    return Object.fromEntries(Object.entries(facts).filter(([, text]) => text !== ''))
  })
  .refine((facts) => Object.keys(facts).length > 0, 'empty')

/**
 * Keeps what a person typed to tell them from others with the same address, for every request of the same submission whose
 * identity is open. A job looks whether it fits; neither this answer nor its time says anything of that.
 */
export async function giveFacts(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { row: Pick<RequestRow, 'submissionId'>; facts: TypedFacts },
): Promise<void> {
  for (const { id } of await requestsOfSubmission(tx, order.row.submissionId)) {
    const row = await lockRequest(tx, id)
    if (!row?.verifiedAt || !isOpen(row.state as RequestState)) continue
    const standing = await standingOf(tx, row)
    if (!isIdentityOpen(standing)) continue
    await recordIdentification(tx, runtime, row, {
      finding: 'open',
      why: 'facts_given',
      channels: standing.channels,
      wantsSecondChannel: standing.wantsSecondChannel,
      facts: order.facts,
      actor: { kind: 'subject' },
    })
    await enqueueJob(tx, identifyTask, { requestId: row.id }, { jobKey: `${identifyTask}:${row.id}` })
  }
}
