import type { ToldRecipient } from '~/erasure/elsewhere/on-certificate.server'
import { useTexts } from '../language'

/** Whoever got the data before and has to hear that it changed (GDPR art. 19). */
export function ToldRecipients({ recipients }: { recipients: readonly ToldRecipient[] }) {
  const t = useTexts()
  if (recipients.length === 0) return null
  return (
    <section>
      <h2>{t('outside:recipients.title')}</h2>
      <p>{t('outside:recipients.lead')}</p>
      <ul>
        {recipients.map(({ name, label, told }) => (
          <li key={name}>
            {name}
            {label ? ` (${label})` : null}: {t(`outside:recipients.${told ? 'told' : 'notTold'}`)}
          </li>
        ))}
      </ul>
    </section>
  )
}
