import { redirect } from '@remix-run/node'
import type { AppLoadContext } from '@remix-run/node'
import { readSession } from '~/identity/session.server'
import type { SubjectSession } from '~/identity/session.server'
import { keepTyped } from '~/identity/typed-draft.server'
import { readForm } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import { referencePattern } from '~/requests/reference'
import type { LanguageCode } from '~/locales/translate'

/** The session of the person who looks; without one they are led to sign in, and back to what they asked for. */
export async function requireSubject(
  { runtime }: AppLoadContext,
  request: Request,
  language: LanguageCode,
  reference?: string,
): Promise<SubjectSession> {
  const session = await readSession(runtime, request)
  if (session) return session
  throw toSignIn(language, reference)
}

function toSignIn(language: LanguageCode, reference: string | undefined, headers: HeadersInit = {}): Response {
  const back = reference && referencePattern.test(reference) ? `&reference=${reference}` : ''
  return redirect(`/${language}/sign-in?expired${back}`, { status: 303, headers })
}

/**
 * As requireSubject, for a form in which people type: without a session what was sent is kept for this browser, and stands
 * in the form again after signing in. `form`: its name; `fields`: what of it is kept.
 */
export async function requireSubjectKeeping(
  context: AppLoadContext,
  request: Request,
  { language, reference, form, fields }: TypedForm,
): Promise<SubjectSession> {
  const { runtime } = context
  const session = await readSession(runtime, request)
  if (session) return session
  const read = await readForm(runtime, request)
  if (!read.ok) throw toSignIn(language, reference)
  const typed = Object.fromEntries(fields.map((field) => [field, read.form.get(field).slice(0, 10_000)]))
  const cookie = await inTransaction(runtime, (tx) =>
    keepTyped(tx, runtime, { place: placeOf(form, reference), fields: typed }),
  )
  throw toSignIn(language, reference, { 'Set-Cookie': cookie })
}

type TypedForm = { language: LanguageCode; reference: string; form: 'answer' | 'identity'; fields: readonly string[] }

/** Under which name a form of a request keeps what was typed. */
export const placeOf = (form: TypedForm['form'], reference: string) => `${form}:${reference}`
