import type { MetaDescriptor } from '@remix-run/node'
import { translatorFor } from '~/locales/translate'

type Match = { id: string; data: unknown }

const layoutId = 'routes/portal/layout'

/** The title of a page: what it is and whose it is. `key`: its name in the locale files. */
export function pageTitle(
  { matches, params }: { matches: readonly (Match | undefined)[]; params: { lng?: string | undefined } },
  key: string,
  values: Record<string, string> = {},
): MetaDescriptor[] {
  const t = translatorFor(params.lng === 'en' ? 'en' : 'nl')
  const frame = matches.find((match) => match?.id === layoutId)?.data
  const organisation =
    typeof frame === 'object' && frame !== null && 'name' in frame && typeof frame.name === 'string' ? frame.name : ''
  return [{ title: t('portal:title', { page: t(key, values), organisation }) }]
}
