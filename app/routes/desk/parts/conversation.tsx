import { Csrf } from '~/ui/csrf'
import { momentInWords } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import type { CaseData } from '../requests.$reference'

/** What desk and data subject said to each other, and the desk's own notes. */
export function Conversation({ shape, mayWork, mayAdvise }: Pick<CaseData, 'shape' | 'mayWork' | 'mayAdvise'>) {
  const t = useTexts()
  return (
    <>
      <h2>{t('desk:case.conversation')}</h2>
      {shape.answer?.text ? (
        <blockquote className="message" data-direction="out">
          <p className="soft small">
            {shape.answer.ground ? t(`desk:ground.${shape.answer.ground}`) : t('desk:case.answer')}
          </p>
          {shape.answer.basis ? <p className="typed">{shape.answer.basis}</p> : null}
          <p className="typed">{shape.answer.text}</p>
        </blockquote>
      ) : null}
      {shape.messages.map((message) => (
        <blockquote key={message.id} className="message" data-direction={message.direction}>
          <p className="soft small">
            {t(`desk:direction.${message.direction}`)}, {momentInWords(message.at, shape.zone, t)}
            {message.by ? `, ${message.by}` : ''}
          </p>
          {message.body === null ? (
            <p className="soft">{t(shape.purged ? 'desk:case.purged' : 'desk:case.masked')}</p>
          ) : (
            <p className="typed">{message.body}</p>
          )}
        </blockquote>
      ))}
      {shape.messages.length === 0 && !shape.answer?.text ? <p className="soft">{t('desk:case.silence')}</p> : null}
      {mayAdvise && !shape.purged ? (
        <p>
          <a href={`/desk/requests/${shape.reference}/advice`}>{t('casework:advice.title')}</a>
        </p>
      ) : null}
      {mayWork && !shape.purged ? (
        <form className="note-form" method="post" action={`/desk/requests/${shape.reference}/note`}>
          <Csrf />
          <label htmlFor="text">{t('desk:note.label')}</label>
          <textarea className="input" id="text" name="text" rows={2} maxLength={10_000} />
          <button className="button button-quiet">{t('desk:note.button')}</button>
        </form>
      ) : null}
    </>
  )
}
