import { redirect } from '@remix-run/node'
import type { LoaderFunctionArgs } from '@remix-run/node'
import { languageOfRequest } from '~/ui/language-of-request'

/** `/`: to the language that was chosen before, or that the browser asks for. */
export function loader({ request }: LoaderFunctionArgs) {
  return redirect(`/${languageOfRequest(request)}`, { headers: { Vary: 'Accept-Language, Cookie' } })
}
