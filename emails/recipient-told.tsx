import { Letter } from './letter'
import { Facts, Paragraph, Typed } from './parts'
import type { MailTemplate } from './template'

/** To whoever got somebody's data before (GDPR art. 19): what changed with us, whose data it is, and what follows. */
export const recipientTold: MailTemplate<'recipient_told'> = {
  subject: ({ kind, reference }, { t }) => t(`recipientTold.${kind}.subject`, { reference }),
  Body: ({ props, words }) => {
    const { t } = words
    const { name, email, customerNumber } = props.person
    const rows: [string, string | null][] = [
      [t('recipientTold.name'), name],
      [t('recipientTold.email'), email],
      [t('recipientTold.customerNumber'), customerNumber],
    ]
    return (
      <Letter
        words={words}
        title={t(`recipientTold.${props.kind}.title`)}
        lead={t(`recipientTold.${props.kind}.lead`)}
        reference={props.reference}
        action={{ url: props.url, label: t('recipientTold.action') }}
      >
        <Facts rows={rows.flatMap(([label, value]) => (value ? [[label, value] as [string, string]] : []))} />
        {props.explanation ? <Typed text={props.explanation} /> : null}
        <Paragraph>{t(`recipientTold.${props.kind}.asked`)}</Paragraph>
        <Paragraph>{t('recipientTold.why')}</Paragraph>
      </Letter>
    )
  },
}
