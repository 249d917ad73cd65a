import { Paragraph, Subheading } from './parts'
import type { Words } from './words'

type RemediesProps = { words: Words; authority?: string; kind?: 'private' | 'public' }

/**
 * What a person can do who disagrees: part of every answer that gives less than was asked. GDPR art. 12(4), 77, 79;
 * UAVG art. 34 (public bodies: objection under the Awb) and 35 (others: petition within six weeks).
 */
export function Remedies({ words, authority = words.sender.authority, kind = words.sender.kind }: RemediesProps) {
  const { t } = words
  return (
    <>
      <Subheading>{t('remedies.title')}</Subheading>
      <Paragraph>{t('remedies.us')}</Paragraph>
      <Paragraph>{t('remedies.authority', { authority })}</Paragraph>
      <Paragraph>{t(`remedies.${kind}`)}</Paragraph>
    </>
  )
}
