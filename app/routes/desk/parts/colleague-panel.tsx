import { Csrf } from '~/ui/csrf'
import { momentInWords, shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import type { ColleagueShape } from '../colleague.server'

type PanelProps = {
  asked: ColleagueShape
  reference: string
  zone: string
  /** With a button that takes back what is not answered. */
  mayTakeBack: boolean
}

/** What colleagues were asked about a case, and what they answered. */
export function ColleaguePanel({ asked, reference, zone, mayTakeBack }: PanelProps) {
  const t = useTexts()
  if (asked.length === 0) return null
  return (
    <section id="colleagues" aria-labelledby="colleagues-title">
      <h2 id="colleagues-title">{t('colleague:panel.title')}</h2>
      {asked.map((each) => (
        <blockquote key={each.id} className="message" data-direction="note">
          <p className="soft small">{[each.to, momentInWords(each.at, zone, t), each.by].filter(Boolean).join(', ')}</p>
          <p>
            <strong>{t(`colleague:state.${each.state}`, { date: shortDate(each.answerBy, t) })}</strong>
          </p>
          {each.unmasked && !each.purged ? (
            <p className="typed">{each.question}</p>
          ) : (
            <p className="soft">{t(each.purged ? 'colleague:panel.purged' : 'colleague:panel.masked')}</p>
          )}
          {each.answeredAt ? <p className="soft small">{momentInWords(each.answeredAt, zone, t)}</p> : null}
          {each.answer ? <p className="typed">{each.answer}</p> : null}
          {mayTakeBack && (each.state === 'open' || each.state === 'late') ? (
            <form method="post" action={`/desk/requests/${reference}/colleague`}>
              <Csrf />
              <input type="hidden" name="question" value={each.id} />
              <button
                className="button button-quiet"
                name="intent"
                value="take-back"
                aria-label={t('colleague:ask.takeBackOf', { to: each.to ?? '' })}
              >
                {t('colleague:ask.takeBack')}
              </button>
            </form>
          ) : null}
        </blockquote>
      ))}
    </section>
  )
}
