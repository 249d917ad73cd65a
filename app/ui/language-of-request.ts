import type { LanguageCode } from '~/locales/translate'

/** The language of a portal address (`/nl/…`), else the one of the cookie `language`, else by Accept-Language, else Dutch. */
export function languageOfRequest(request: Request): LanguageCode {
  const first = new URL(request.url).pathname.split('/')[1]
  if (first === 'nl' || first === 'en') return first
  const chosen = /(?:^|;\s*)language=(nl|en)/.exec(request.headers.get('Cookie') ?? '')?.[1]
  if (chosen === 'nl' || chosen === 'en') return chosen
  return preferredLanguage(request.headers.get('Accept-Language') ?? '')
}

/** Of nl and en the one that stands first by quality in an Accept-Language header (RFC 9110 section 12.5.4). */
export function preferredLanguage(header: string): LanguageCode {
  const wishes = header
    .split(',')
    .map((part, order) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const q = parameters.map((p) => /^\s*q=([\d.]+)/.exec(p)?.[1]).find(Boolean)
      return { language: tag.split('-')[0], quality: q === undefined ? 1 : Number(q), order }
    })
    .filter((wish) => (wish.language === 'nl' || wish.language === 'en') && wish.quality > 0)
    .sort((a, b) => b.quality - a.quality || a.order - b.order)
  return wishes[0]?.language === 'en' ? 'en' : 'nl'
}
