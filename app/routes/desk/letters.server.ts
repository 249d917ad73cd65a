import type { LetterInList } from '~/mail/letters.server'
import { dayOf } from '~/deadlines/pauses'
import { inTransaction } from '~/platform/runtime.server'
import type { FormValues } from '~/platform/forms.server'
import type { Runtime } from '~/platform/runtime.server'
import { findRequests } from '~/requests/find.server'
import { postingSchema, postLetter } from '~/requests/post-letter.server'
import type { StaffMember } from '~/staff/accounts.server'

/** Letters as a page lists them: days as ISO text, the case that each is about. */
export async function lettersShape(runtime: Pick<Runtime, 'db'>, letters: readonly LetterInList[], zone: string) {
  const cases = await findRequests(
    runtime.db,
    letters.flatMap((letter) => letter.requestId ?? []),
  )
  return letters.map((letter) => ({
    id: letter.id,
    reference: cases.get(letter.requestId ?? '')?.reference ?? null,
    dueOn: cases.get(letter.requestId ?? '')?.dueOn.toString() ?? null,
    template: letter.template,
    posted: letter.state === 'posted',
    writtenOn: dayOf(letter.writtenAt, zone).toString(),
    postedOn: letter.postedOn?.toString() ?? null,
  }))
}

export type ListedLetter = Awaited<ReturnType<typeof lettersShape>>[number]

export type FailedPosting = { ok: false; reason: string; status: 400 | 404; letter: string; postedOn: string }

/** Records a posting out of its form (`letter`, `postedOn`); what was typed comes back with why not. */
export async function recordPosting(
  runtime: Runtime,
  form: FormValues,
  by: StaffMember,
): Promise<{ ok: true } | FailedPosting> {
  const typed = { letter: form.get('letter'), postedOn: form.get('postedOn') }
  const parsed = postingSchema.safeParse(typed)
  if (!parsed.success) return { ok: false, reason: 'posted_on_missing', status: 400, ...typed }
  const posted = await inTransaction(runtime, (tx) =>
    postLetter(tx, runtime, { letterId: parsed.data.letter, postedOn: parsed.data.postedOn, by }),
  )
  if (posted.ok) return { ok: true }
  return { ok: false, reason: posted.reason, status: posted.reason === 'unknown_letter' ? 404 : 400, ...typed }
}
