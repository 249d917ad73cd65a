import { data, redirect } from '@remix-run/node'
import { previewMail } from '~/mail/preview.server'
import type { RequestContext } from '~/platform/context.server'
import { inTransaction } from '~/platform/runtime.server'
import type { RequestRow } from '~/requests/move.server'
import { ownWords } from '~/requests/own-words'
import type { Transaction } from '~db/client'
import type { MailName, MailProps } from '~emails/index'
import { statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { withSnippet } from './snippet-form.server'

type Telling<Name extends MailName> = {
  /** The one field of the form. */
  field: string
  template: Name
  /** The mail with these words, as the data subject would get it. */
  mail: (words: string) => MailProps[Name] | Promise<MailProps[Name]>
  /** The verb; `version` is the state of the case that the person saw. */
  tell: (
    tx: Transaction,
    words: string,
    version: number | undefined,
  ) => Promise<{ ok: true } | { ok: false; reason: string }>
}

export type OwnWordsSent = {
  typed: string
  wrong: boolean
  problem: string | null
  preview: { subject: string; text: string } | null
}

/**
 * POST of a form in which staff tell the data subject something in own words: `intent` snippet puts a standard text below
 * what was typed, `intent` preview shows the mail, else the verb is carried out and the case shown again (303). Too short or
 * too long: 400; a refusal of the verb: 400, 404 or 409. What was typed comes back.
 */
export async function tellInOwnWords<Name extends MailName>(
  request: Request,
  context: Pick<RequestContext, 'runtime'>,
  row: RequestRow,
  { field, template, mail, tell }: Telling<Name>,
) {
  const { runtime } = context
  const form = await deskForm(request, context)
  const typed = await withSnippet(runtime, row, form, field)
  const again: OwnWordsSent = { typed, wrong: false, problem: null, preview: null }
  if (form.get('intent') === 'snippet') return data(again)
  const parsed = ownWords.safeParse(typed)
  if (!parsed.success) return data({ ...again, wrong: true }, { status: 400 })
  if (form.get('intent') === 'preview')
    return data({ ...again, preview: await previewMail(runtime, template, await mail(parsed.data), row.language) })
  const told = await inTransaction(runtime, (tx) => tell(tx, parsed.data, versionIn(form)))
  if (!told.ok) return data({ ...again, problem: told.reason }, { status: statusOfRefusal(told.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}
