import type { Request, Response } from 'express'
import { translatorFor } from '~/locales/translate'

/** The page while the database is away: no styles, no data, both the status and a sentence. */
export function unavailablePage(request: Request, response: Response): void {
  const language = request.path.startsWith('/en') ? 'en' : 'nl'
  const t = translatorFor(language)
  response.status(503).setHeader('Retry-After', '30')
  if (request.path.startsWith('/api/')) {
    response
      .type('application/problem+json')
      .send(JSON.stringify({ type: 'about:blank', title: t('errors:unavailable.title'), status: 503 }))
    return
  }
  response
    .type('html')
    .send(
      `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
        `<title>${t('errors:unavailable.title')}</title><h1>${t('errors:unavailable.title')}</h1><p>${t('errors:unavailable.text')}</p></html>`,
    )
}
