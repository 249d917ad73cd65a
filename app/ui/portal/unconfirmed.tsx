import type { SubjectView } from '~/requests/subject-view.server'
import { Button } from '../button'
import { Csrf } from '../csrf'
import { useLanguage, useTexts } from '../language'

/** "Yes, this request is mine": for one that waits for it, or that expired and can still be taken up. */
export function Unconfirmed({ view }: { view: SubjectView }) {
  const t = useTexts()
  const language = useLanguage()
  if (!view.mayConfirm) return null
  const isExpired = view.state === 'expired'
  return (
    <section className="confirm-mine">
      <h2>{t('unconfirmed:title')}</h2>
      <p>{t(isExpired ? 'unconfirmed:expired' : 'unconfirmed:waiting')}</p>
      <form method="post" action={`/${language}/requests/${view.reference}/confirm`}>
        <Csrf />
        <p className="button-row">
          <Button name="answer" value="yes">
            {t('unconfirmed:yes')}
          </Button>
          {isExpired ? null : (
            <Button look="quiet" name="answer" value="no">
              {t('unconfirmed:no')}
            </Button>
          )}
        </p>
      </form>
    </section>
  )
}
