import { Fragment } from 'react'
import { Temporal } from 'temporal-polyfill'
import type { Translate } from '~/locales/translate'
import type { RegisterActivity } from '~/systems/register.server'
import { useTexts } from '../language'

/** One thing that is done with personal data: what for, why it may, which data, how long, who gets it. */
export function ProcessingActivity({ activity }: { activity: Omit<RegisterActivity, 'systems'> }) {
  const t = useTexts()
  const { name, purposes, people, legalBases, records, categories, terms, termsText, recipients } = activity
  const termLines = [
    ...terms.map(({ label, term, basis }) => `${label}: ${durationInWords(term, t)}${basis ? ` (${basis})` : ''}`),
    ...(termsText ? [termsText] : []),
  ]
  return (
    <section className="activity">
      <h2>{name ?? purposes[0] ?? records.join(', ')}</h2>
      <dl className="facts">
        <Row label={t('portal:privacy.purpose')} lines={name || purposes.length > 1 ? purposes : []} />
        <Row label={t('register:people')} lines={people ? [people] : []} />
        <Row
          label={t('portal:privacy.basis')}
          lines={legalBases.map((basis) => t(`portal:privacy.legalBasis.${basis}`))}
        />
        <Row
          label={t('portal:privacy.data')}
          lines={[
            records.join(', '),
            categories.map((category) => t(`portal:privacy.category.${category}`)).join(', '),
          ]}
        />
        <Row
          label={t('portal:privacy.term')}
          lines={termLines.length > 0 ? termLines : [t('portal:privacy.termErase')]}
        />
        <Row
          label={t('portal:privacy.recipients')}
          lines={
            recipients.length > 0
              ? recipients.map(({ name, about, country }) => [name, about, country].filter(Boolean).join(', '))
              : [t('portal:privacy.nobody')]
          }
        />
      </dl>
    </section>
  )
}

function Row({ label, lines }: { label: string; lines: string[] }) {
  const filled = lines.filter(Boolean)
  if (filled.length === 0) return null
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {filled.map((line, place) => (
          <Fragment key={place}>
            {place > 0 ? <br /> : null}
            {line}
          </Fragment>
        ))}
      </dd>
    </div>
  )
}

/** `P7Y` in words: "7 jaar"; parts of zero fall away. */
export function durationInWords(iso: string, t: Translate): string {
  const duration = Temporal.Duration.from(iso)
  return (['years', 'months', 'weeks', 'days'] as const)
    .filter((unit) => duration[unit] !== 0)
    .map((unit) => t(`portal:privacy.${unit}`, { count: duration[unit] }))
    .join(' ')
}
