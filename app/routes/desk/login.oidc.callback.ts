import { redirect } from '@remix-run/node'
import type { LoaderFunctionArgs } from '@remix-run/node'
import { inTransaction } from '~/platform/runtime.server'
import { admit } from '~/staff/admit.server'
import { claimAccount } from '~/staff/claimed-account.server'
import { markAuthenticated, readSession } from '~/staff/sessions.server'
import { finishSingleSignOn, forgetJourney, hasSingleSignOn } from '~/staff/single-sign-on.server'
import { languageCookie } from './parts/language-cookie.server'

/** The way back from the organisation's own log-in. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const { runtime } = context
  if (!hasSingleSignOn(runtime)) throw new Response(null, { status: 404 })
  const headers = new Headers({ 'Set-Cookie': forgetJourney(runtime) })
  const returned = await finishSingleSignOn(runtime, request)
  if (!returned.ok) throw redirect(`/desk/login?said=${returned.reason}`, { status: 303, headers })
  const entered = await inTransaction(runtime, async (tx) => {
    const claimed = await claimAccount(tx, runtime, returned.claims)
    if (!claimed.ok || returned.presence !== null) return { ...claimed, cookies: [] }
    return { ...claimed, cookies: await admit(tx, runtime, request, { staff: claimed.staff, by: 'oidc' }) }
  })
  if (!entered.ok) throw redirect(`/desk/login?said=${entered.reason}`, { status: 303, headers })
  if (returned.presence !== null) {
    const session = await readSession(runtime, request)
    // Another person at the other log-in is no proof that this one is here.
    if (session?.id === returned.presence && session.staff.id === entered.staff.id)
      await markAuthenticated(runtime.db, runtime, session.id)
    throw redirect(returned.next, { status: 303, headers })
  }
  for (const cookie of [...entered.cookies, languageCookie(runtime, entered.staff.language)])
    headers.append('Set-Cookie', cookie)
  throw redirect(returned.next, { status: 303, headers })
}
