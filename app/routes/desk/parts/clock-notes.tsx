import { dateInWords, shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import type { CaseData } from '../requests.$reference'

/** What stands beside the due date, in words: it stands still, it was extended, a month is over, it was missed. */
export function ClockNotes({ shape }: Pick<CaseData, 'shape'>) {
  const t = useTexts()
  const { paused, extension, monthOverOn, missedOn } = shape
  return (
    <>
      {paused ? (
        <Notice>
          <p>
            {t('verbs:clock.paused', {
              date: dateInWords(paused.fromOn, t),
              why: t(`verbs:clock.cause.${paused.cause}`),
              end: dateInWords(paused.endsOn, t),
            })}
          </p>
        </Notice>
      ) : null}
      {extension ? (
        <Notice tone={extension.standing === 'told' ? 'plain' : 'warning'}>
          <p>
            {t(`verbs:clock.extension.${extension.standing}`, { date: dateInWords(extension.dueOn, t) })}{' '}
            {extension.standing === 'letter' ? (
              <a href={`/desk/requests/${shape.reference}/letters`}>{t('verbs:clock.toLetters')}</a>
            ) : null}
          </p>
        </Notice>
      ) : null}
      {monthOverOn ? (
        <Notice tone="warning">
          <p>{t('verbs:clock.month', { date: dateInWords(monthOverOn, t) })}</p>
        </Notice>
      ) : null}
      {missedOn ? (
        <Notice tone="error">
          <p>{t('verbs:clock.missed', { date: dateInWords(missedOn, t) })}</p>
        </Notice>
      ) : null}
    </>
  )
}

/** Whether it may be a duplicate of another case, and with which it was merged. */
export function Duplicates({ shape, mayWork }: Pick<CaseData, 'shape' | 'mayWork'>) {
  const t = useTexts()
  const count = shape.duplicates.length
  if (count === 0 || !mayWork) return null
  return (
    <Notice>
      <p>
        {t('verbs:clock.duplicates', { count })}{' '}
        <a href={`/desk/requests/${shape.reference}/merging`}>{t('verbs:do.merging')}</a>
      </p>
    </Notice>
  )
}

/** What staff put right in this case: what it was, what it is, and why. */
export function Corrections({ shape }: Pick<CaseData, 'shape'>) {
  const t = useTexts()
  if (shape.corrections.length === 0) return null
  const inWords = (field: string, value: string | null, isHidden: boolean) => {
    if (value === null) return t(isHidden ? 'verbs:clock.hidden' : 'verbs:clock.none')
    if (field === 'received') return shortDate(value, t)
    const [kind, objectionTo] = value.split(' ')
    if (field !== 'kind') return value
    return t(`common:kind.${kind}`) + (objectionTo ? ` (${t(`desk:objectionTo.${objectionTo}`)})` : '')
  }
  return (
    <>
      <h3>{t('verbs:clock.corrections')}</h3>
      <ul className="linked">
        {shape.corrections.map(({ field, old, new: now, reason }, place) => (
          <li key={place}>
            {t('verbs:clock.corrected', {
              field: t(`verbs:field.${field}`),
              old: inWords(field, old, !shape.unmasked && now === null),
              new: inWords(field, now, !shape.unmasked),
              reason: reason ?? '',
            })}
          </li>
        ))}
      </ul>
    </>
  )
}
