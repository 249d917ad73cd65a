import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import type { Transaction } from '~db/client'
import { dayOf } from '~/deadlines/pauses'
import { appendEvidence } from '~/evidence/append.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import { lockLetter, markPosted } from '~/mail/letters.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import { changeRequest, lockRequest } from './move.server'

/** The task of erasure/ that closes a request whose answer about a run went by post; its payload is `{requestId}`. */
export const letterPostedTask = 'erasure.letter_posted'

export const postingSchema = z.object({
  letter: z.uuid(),
  postedOn: z.iso.date().transform((text) => Temporal.PlainDate.from(text)),
})

export type LetterPosted =
  | { ok: true; requestId: string | null }
  | { ok: false; reason: 'unknown_letter' | 'posted_in_future' | 'posted_before_written' }

/** Letters that say how it stands; every other one is an answer (law.md "On time"). */
const notAnswers: readonly string[] = [
  'receipt',
  'question',
  'extended',
  'paused',
  'corrected',
  'reopened',
  'identity_code',
]
/** Answers about what was done in the systems: the request is executing until they are out. */
const aboutRuns: readonly string[] = ['erasure_completed', 'erasure_partly_kept', 'marketing_stopped', 'restricted']

/**
 * Records the day on which a letter was posted (organisation's zone): it then counts as a mail that was accepted. An answer
 * was given on that day, so a case that was closed with it is closed on that day.
 */
export async function postLetter(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { letterId: string; postedOn: Temporal.PlainDate; by: StaffMember },
): Promise<LetterPosted> {
  const letter = await lockLetter(tx, order.letterId)
  if (!letter) return { ok: false, reason: 'unknown_letter' }
  const zone = (await readOrganisation(tx))['organisation.zone']
  const now = runtime.clock.now()
  const today = dayOf(now, zone)
  if (Temporal.PlainDate.compare(order.postedOn, today) > 0) return { ok: false, reason: 'posted_in_future' }
  if (Temporal.PlainDate.compare(order.postedOn, dayOf(letter.createdAt, zone)) < 0)
    return { ok: false, reason: 'posted_before_written' }
  const at = order.postedOn.equals(today) ? now : lastOf(order.postedOn, zone)
  await markPosted(tx, { letterId: letter.id, on: order.postedOn, at, staffId: order.by.id })
  const row = letter.requestId ? await lockRequest(tx, letter.requestId) : undefined
  if (!row) return { ok: true, requestId: null }
  if (!notAnswers.includes(letter.template))
    await changeRequest(tx, row, {
      firstAnswerAt: row.firstAnswerAt ?? at,
      ...(row.closedAt && isLater(at, row.closedAt) ? { closedAt: at } : {}),
    })
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: order.by.id },
    verb: 'letter.posted',
    request: row,
    data: { letter: letter.id, template: letter.template, on: order.postedOn.toString() },
  })
  if (aboutRuns.includes(letter.template)) await enqueueJob(tx, letterPostedTask, { requestId: row.id })
  return { ok: true, requestId: row.id }
}

const isLater = (a: Temporal.Instant, b: Temporal.Instant) => Temporal.Instant.compare(a, b) > 0
/** A day's last second: a letter that was written that day was posted after it was written. */
const lastOf = (day: Temporal.PlainDate, zone: string) =>
  day.toZonedDateTime({ timeZone: zone, plainTime: '23:59:59' }).toInstant()
