import { Button, ButtonLink } from '../button'
import { Csrf } from '../csrf'
import { dateInWords } from '../dates'
import { useLanguage, useTexts } from '../language'

/** What can be collected. `until`: last day, ISO 8601; `path` null: a fresh code comes first. */
export type Offer = { path: string | null; until: string }

export function Download({ reference, offer }: { reference: string; offer: Offer | null }) {
  const t = useTexts()
  const language = useLanguage()
  if (!offer) return null
  return (
    <section id="download">
      <h2>{t('status:download.title')}</h2>
      <p>{t('status:download.text', { date: dateInWords(offer.until, t) })}</p>
      {offer.path ? (
        <p className="button-row">
          <ButtonLink href={offer.path}>{t('status:download.button')}</ButtonLink>
        </p>
      ) : (
        <form method="post" action={`/${language}/requests/${reference}/proof`}>
          <Csrf />
          <p>{t('status:download.fresh')}</p>
          <p className="button-row">
            <Button>{t('status:download.code')}</Button>
          </p>
        </form>
      )}
    </section>
  )
}
