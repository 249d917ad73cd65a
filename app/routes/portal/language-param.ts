import type { LanguageCode } from '~/locales/translate'

/** The language in an address; anything else than ours is a page that does not exist. */
export function languageParam(params: { lng?: string | undefined }): LanguageCode {
  const { lng } = params
  if (lng !== 'nl' && lng !== 'en') throw new Response(null, { status: 404 })
  return lng
}
