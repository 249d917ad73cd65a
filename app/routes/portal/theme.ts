import type { LoaderFunctionArgs } from '@remix-run/node'
import { readOrganisation } from '~/platform/organisation.server'
import { accentStyles } from '~/ui/accent'

/** The organisation's accent as a style sheet: the portal's policy lets no style through that stands in the page. */
export async function loader({ context }: LoaderFunctionArgs) {
  const organisation = await readOrganisation(context.runtime.db)
  return new Response(accentStyles(organisation['organisation.accent']), {
    headers: { 'Content-Type': 'text/css; charset=utf-8' },
  })
}
