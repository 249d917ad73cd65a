import { refusalGrounds } from '~db/words/grounds'
import { Letter } from './letter'
import { Facts, Paragraph, Subheading, Typed } from './parts'
import { Remedies } from './remedies'
import type { MailTemplate } from './template'

export const refused: MailTemplate<'refused'> = {
  subject: ({ reference }, { t }) => t('refused.subject', { reference }),
  Body: ({ props, words }) => {
    const { t, day } = words
    const { law, article } = refusalGrounds[props.ground]
    return (
      <Letter
        words={words}
        title={t('refused.title')}
        name={props.name}
        lead={t('refused.lead', { asked: t(`asked.${props.kind}`) })}
        reference={props.reference}
        action={{ url: props.statusUrl, label: t('action.status') }}
      >
        <Subheading>{t('refused.why')}</Subheading>
        <Paragraph>{t(`ground.${props.ground}`)}</Paragraph>
        <Typed text={props.reasons} />
        <Facts
          rows={[
            [t('fact.reference'), props.reference],
            [t('fact.received'), day(props.receivedOn)],
            [t('fact.article'), t(`law.${law}`, { article })],
          ]}
        />
        <Remedies words={words} authority={props.authority} kind={props.remedies} />
      </Letter>
    )
  },
}
