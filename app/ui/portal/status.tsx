import type { SubjectView } from '~/requests/subject-view.server'
import { dateInWords } from '../dates'
import { useLanguage, useTexts } from '../language'
import { RichText } from '../rich-text'
import { TermBar } from '../term-bar'
import { termGeometry } from '../term-geometry'
import { termSentence } from '../term-sentence'
import { PlainText } from './plain-text'

/** How it stands: the state in words, the date, the term, and how that date came about. */
export function Status({ view }: { view: SubjectView }) {
  const t = useTexts()
  const language = useLanguage()
  const isMarketing = view.objectionTo === 'direct_marketing'
  const marketingWords: Partial<Record<SubjectView['state'], string>> = {
    executing: t('status:marketingRunning'),
    completed: t('status:marketingDone'),
  }
  return (
    <section className={`status status-${view.state}`}>
      <h2>{t(`status:state.${view.state}`)}</h2>
      <p>{(isMarketing && marketingWords[view.state]) || t(`status:about.${view.state}`)}</p>
      {view.mergedInto ? (
        <p>
          <RichText
            text="status:mergedInto"
            values={{ reference: view.mergedInto }}
            href={`/${language}/requests/${view.mergedInto}`}
          />
        </p>
      ) : null}
      {view.term.closedOn || view.state === 'unverified' || view.state === 'expired' ? null : <DueDate view={view} />}
      <TermBar size="large" {...view.term} decorative />
      <p className="term-sentence">{termSentence(view.term, t)}.</p>
      <details>
        <summary>{t('status:how')}</summary>
        <p>{view.explanation}</p>
      </details>
    </section>
  )
}

function DueDate({ view }: { view: SubjectView }) {
  const t = useTexts()
  const isLate = termGeometry(view.term).daysLeft < 0
  const date = dateInWords(view.term.dueOn, t)
  return (
    <>
      {view.pausedSince ? (
        <p>
          <RichText text="status:paused" values={{ date: dateInWords(view.pausedSince, t) }} />
        </p>
      ) : null}
      {view.term.extendedFrom ? (
        <p>
          <RichText text="status:extended" values={{ date }} />
        </p>
      ) : null}
      {view.extensionReasons ? (
        <>
          <h3>{t('status:extendedBecause')}</h3>
          <PlainText text={view.extensionReasons} />
        </>
      ) : null}
      <p className="due-date">
        <RichText text={isLate ? 'status:answerLate' : 'status:answerBy'} values={{ date }} />
      </p>
    </>
  )
}
