import { useRouteLoaderData } from '@remix-run/react'
import type { loader } from '~/root'

/** The hidden field that every form of ours carries. */
export function Csrf() {
  const root = useRouteLoaderData<typeof loader>('root')
  return <input type="hidden" name="csrf" value={root?.csrf ?? ''} />
}
