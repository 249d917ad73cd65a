import { redirect } from '@remix-run/node'
import type { AppLoadContext } from '@remix-run/node'
import { readSession } from '~/identity/session.server'
import type { SubjectSession } from '~/identity/session.server'
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
  const back = reference && referencePattern.test(reference) ? `&reference=${reference}` : ''
  throw redirect(`/${language}/sign-in?expired${back}`, 303)
}
