import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { outbox } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import { renderPaper } from '~emails/index'
import { openMail, senderOf } from './compose.server'
import { lettersPdf } from './letter-pdf.server'
import type { PaperLetter } from './letter-pdf.server'

export type LetterRow = typeof outbox.$inferSelect
export type LetterInList = Pick<LetterRow, 'id' | 'requestId' | 'template' | 'state' | 'postedOn'> & {
  writtenAt: Temporal.Instant
}

const listed = {
  id: outbox.id,
  requestId: outbox.requestId,
  template: outbox.template,
  state: outbox.state,
  postedOn: outbox.postedOn,
  writtenAt: outbox.createdAt,
}

/** The most letters that are listed and printed at once. */
export const lettersAtOnce = 200

/** Letters that wait for somebody to post them, oldest first. */
export function lettersToPost(db: Executor): Promise<LetterInList[]> {
  return db
    .select(listed)
    .from(outbox)
    .where(eq(outbox.state, 'to_post'))
    .orderBy(asc(outbox.createdAt), asc(outbox.id))
    .limit(lettersAtOnce)
}

/** The letters about one request, oldest first. */
export function lettersOfRequest(db: Executor, requestId: string): Promise<LetterInList[]> {
  return db
    .select(listed)
    .from(outbox)
    .where(and(eq(outbox.requestId, requestId), inArray(outbox.state, ['to_post', 'posted'])))
    .orderBy(asc(outbox.createdAt), asc(outbox.id))
}

/** Letters that wait to be posted as one PDF, each on pages of its own, in the order in which they were written; null: none of them is there. */
export async function printLetters(
  runtime: Pick<Runtime, 'db' | 'keys'>,
  ids: readonly string[],
): Promise<Uint8Array<ArrayBuffer> | null> {
  const { db } = runtime
  const rows = await db
    .select()
    .from(outbox)
    .where(and(inArray(outbox.id, [...ids]), eq(outbox.state, 'to_post')))
    .orderBy(asc(outbox.createdAt), asc(outbox.id))
  const organisation = await readOrganisation(db)
  const letters: PaperLetter[] = []
  for (const row of rows) {
    const mail = openMail(runtime, row)
    if (!mail) continue
    const sender = senderOf(organisation, mail.language)
    const paper = await renderPaper(mail.template, mail.props, {
      language: mail.language,
      sender,
      sentAt: row.createdAt,
    })
    const date = row.createdAt.toZonedDateTimeISO(sender.zone).toPlainDate()
    letters.push({ ...paper, sender, language: mail.language, to: mail.to, reference: mail.reference ?? '', date })
  }
  return letters.length > 0 ? lettersPdf(letters) : null
}

/** The letter that waits under this id, locked; undefined when there is none (any more). */
export async function lockLetter(tx: Transaction, letterId: string): Promise<LetterRow | undefined> {
  const [row] = await tx
    .select()
    .from(outbox)
    .where(and(eq(outbox.id, letterId), eq(outbox.state, 'to_post')))
    .for('update')
  return row
}

/** Staff posted a letter. What was on it is emptied: a letter that has left leaves nothing personal behind. */
export async function markPosted(
  tx: Transaction,
  { letterId, on, at, staffId }: { letterId: string; on: Temporal.PlainDate; at: Temporal.Instant; staffId: string },
): Promise<void> {
  await tx
    .update(outbox)
    .set({ state: 'posted', sentAt: at, postedOn: on, postedByStaffId: staffId, toSealed: null, propsSealed: null })
    .where(eq(outbox.id, letterId))
}
