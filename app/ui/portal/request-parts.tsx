import type { SubjectView } from '~/requests/subject-view.server'
import { Button, ButtonLink } from '../button'
import { Csrf } from '../csrf'
import { dateInWords } from '../dates'
import { TextArea } from '../field'
import { useLanguage, useTexts } from '../language'
import { PlainText } from './plain-text'
import { SessionEnds } from './session-ends'

/** What the desk answered in own words. */
export function DeskAnswer({ answer }: { answer: string | null }) {
  const t = useTexts()
  if (!answer) return null
  return (
    <section>
      <h2>{t('status:answer')}</h2>
      <PlainText text={answer} />
    </section>
  )
}

type RefusalProps = { refusal: SubjectView['refusal']; authority: string; remedies: 'private' | 'public' }

/** Why not, on which rule, and what one can do against it (GDPR art. 12(4)). */
export function Refusal({ refusal, authority, remedies }: RefusalProps) {
  const t = useTexts()
  if (!refusal) return null
  return (
    <section>
      <h2>{t('status:refusal.title')}</h2>
      {refusal.reasons ? <PlainText text={refusal.reasons} /> : null}
      <p className="field-hint">
        {t('status:refusal.article', { article: t(`status:law.${refusal.law}`, { article: refusal.article }) })}
      </p>
      <h3>{t('status:refusal.remedies')}</h3>
      <p>{t('status:refusal.complaint', { authority })}</p>
      <p>{t(`status:refusal.${remedies}`)}</p>
    </section>
  )
}

type ConversationProps = {
  view: SubjectView
  /** What stood in the reply when the session ended. */
  typed: string | undefined
  session: { until: string; zone: string }
}

/** What was written both ways, and room to answer while we wait for it. */
export function Conversation({ view, typed, session }: ConversationProps) {
  const t = useTexts()
  const isAsked = view.state === 'awaiting_subject'
  if (view.messages.length === 0 && !isAsked && !view.asksAgain) return null
  return (
    <section>
      <h2>{t('status:messages.title')}</h2>
      <ol className="messages">
        {view.messages.map((message, place) => (
          <li key={place} className={`message message-${message.from}`}>
            <p className="message-from">
              <strong>
                {t(
                  message.from === 'subject'
                    ? 'status:messages.in'
                    : message.asksQuestion
                      ? 'status:messages.question'
                      : 'status:messages.out',
                )}
              </strong>{' '}
              {dateInWords(message.on, t)}
            </p>
            <PlainText text={message.text ?? t('status:asked.purged')} />
          </li>
        ))}
      </ol>
      {view.asksAgain ? (
        <>
          <h3>{t('unconfirmed:again')}</h3>
          <p>{t('unconfirmed:againText')}</p>
        </>
      ) : null}
      {isAsked || view.asksAgain ? <AnswerForm reference={view.reference} text={typed} session={session} /> : null}
    </section>
  )
}

/** The reply to a question; also on the page that says what is wrong with it. */
export function AnswerForm({
  reference,
  text,
  error,
  hasBsn = false,
  session,
}: {
  reference: string
  text?: string | undefined
  error?: string
  /** The text looks as if it held a citizen service number: whoever knows that it is another one may say so. */
  hasBsn?: boolean
  session?: { until: string; zone: string }
}) {
  const t = useTexts()
  const language = useLanguage()
  return (
    <form method="post" action={`/${language}/requests/${reference}/answer`} noValidate>
      <Csrf />
      <TextArea name="text" label={t('status:messages.reply')} value={text} error={error} maxLength={10_000} required />
      {hasBsn ? (
        <div className="choice">
          <input type="checkbox" id="keepNumber" name="keepNumber" value="yes" />
          <label htmlFor="keepNumber">{t('filing:keepNumber')}</label>
        </div>
      ) : null}
      {session ? <SessionEnds {...session} /> : null}
      <p className="button-row">
        <Button>{t('status:messages.send')}</Button>
      </p>
    </form>
  )
}

export function Timeline({ steps }: { steps: SubjectView['timeline'] }) {
  const t = useTexts()
  return (
    <section>
      <h2>{t('status:timeline.title')}</h2>
      <ol className="timeline">
        {steps.map((step, place) => (
          <li key={place}>
            <time dateTime={step.on}>{dateInWords(step.on, t)}</time>
            <span>
              {t(`status:timeline.${step.key}`, {
                from: step.from && dateInWords(step.from, t),
                to: step.to && dateInWords(step.to, t),
              })}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

export function Asked({ asked }: { asked: SubjectView['asked'] }) {
  const t = useTexts()
  const texts = (['subjectName', 'details', 'reason'] as const).filter((name) => asked[name])
  if (texts.length === 0 && !asked.purged) return null
  return (
    <section>
      <h2>{t('status:asked.title')}</h2>
      {asked.purged ? <p>{t('status:asked.purged')}</p> : null}
      {texts.map((name) => (
        <div key={name}>
          <h3>{t(`status:asked.${name}`)}</h3>
          <PlainText text={asked[name] ?? ''} />
        </div>
      ))}
    </section>
  )
}

export function Stop({ reference }: { reference: string }) {
  const t = useTexts()
  const language = useLanguage()
  return (
    <section className="stop">
      <h2>{t('status:stop.title')}</h2>
      <p>{t('status:stop.text')}</p>
      <p className="button-row">
        <ButtonLink look="danger" href={`/${language}/requests/${reference}/withdrawal`}>
          {t('status:stop.link')}
        </ButtonLink>
      </p>
    </section>
  )
}

/** The way to the page on which somebody helps us to be certain who they are. */
export function MoreIdentity({ reference }: { reference: string }) {
  const t = useTexts()
  const language = useLanguage()
  return (
    <section>
      <h2>{t('identity:more.title')}</h2>
      <p>{t('identity:more.linkText')}</p>
      <p>
        <a href={`/${language}/requests/${reference}/identity`}>{t('identity:more.link')}</a>
      </p>
    </section>
  )
}
