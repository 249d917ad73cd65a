import { redirect } from '@remix-run/node'
import type { LoaderFunctionArgs } from '@remix-run/node'
import { startHandOff } from '~/identity/hand-off.server'
import { readOrganisation } from '~/platform/organisation.server'
import { languageParam } from './language-param'

/** GET: sends the browser to the company's own log-in, with a state that comes back in its token. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const language = languageParam(params)
  const { runtime } = context
  const again = new URL(request.url).searchParams.has('again')
  const start = startHandOff(runtime, await readOrganisation(runtime.db), request, { language, again })
  if (!start) return redirect(`/${language}/hand-off`, 303)
  const headers = new Headers()
  for (const cookie of start.cookies) headers.append('Set-Cookie', cookie)
  return redirect(start.location, { status: 303, headers })
}
