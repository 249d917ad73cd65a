import { redirect } from '@remix-run/node'
import type { ActionFunctionArgs } from '@remix-run/node'
import { appendEvidence } from '~/evidence/append.server'
import { lettersToPost, printLetters } from '~/mail/letters.server'
import { inTransaction } from '~/platform/runtime.server'
import { findRequests } from '~/requests/find.server'
import { requireStaff } from '~/staff/require-staff.server'
import { deskForm } from './desk-form.server'
import { sureOfPresence } from './parts/present.server'

/** POST: letters that wait as one PDF: those that the form names (`letter`), or all of them. Who opened them is evidence. */
export async function action({ request, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'case.unmask')
  const form = await deskForm(request, context)
  sureOfPresence(context, session, '/desk/letters')
  const { runtime } = context
  const waiting = await lettersToPost(runtime.db)
  const wanted = form.all('letter')
  const chosen = wanted.length > 0 ? waiting.filter((letter) => wanted.includes(letter.id)) : waiting
  const file = await printLetters(
    runtime,
    chosen.map((letter) => letter.id),
  )
  if (!file) throw redirect('/desk/letters', 303)
  await inTransaction(runtime, async (tx) => {
    const cases = await findRequests(
      tx,
      chosen.flatMap((letter) => letter.requestId ?? []),
    )
    for (const letter of chosen)
      await appendEvidence(tx, runtime, {
        actor: { kind: 'staff', id: session.staff.id },
        verb: 'letter.printed',
        request: cases.get(letter.requestId ?? ''),
        data: { letter: letter.id, template: letter.template },
      })
  })
  return new Response(file, {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': 'attachment; filename="letters.pdf"',
      'X-Content-Type-Options': 'nosniff',
    },
  })
}
