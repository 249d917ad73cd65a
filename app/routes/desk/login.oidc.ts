import { redirect } from '@remix-run/node'
import type { LoaderFunctionArgs } from '@remix-run/node'
import { safeNext } from '~/staff/require-staff.server'
import { readSession } from '~/staff/sessions.server'
import { beginSingleSignOn, hasSingleSignOn } from '~/staff/single-sign-on.server'

/** To the organisation's own log-in; with `?presence`, for whoever is signed in, to show that they are still there. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const { runtime } = context
  if (!hasSingleSignOn(runtime)) throw new Response(null, { status: 404 })
  const { searchParams } = new URL(request.url)
  const session = searchParams.has('presence') ? await readSession(runtime, request) : null
  const begun = await beginSingleSignOn(runtime, {
    next: safeNext(searchParams.get('next')),
    presence: session?.id ?? null,
  })
  if (!begun.ok) throw redirect(`/desk/login?said=${begun.reason}`, 303)
  throw redirect(begun.url, { status: 303, headers: { 'Set-Cookie': begun.cookie } })
}
