import { Letter } from './letter'
import { Paragraph } from './parts'
import type { MailTemplate } from './template'

export const systemRestored: MailTemplate<'system_restored'> = {
  subject: (_, { t }) => t('restored.subject'),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        title={t('restored.title')}
        lead={t('restored.lead', { system: props.system, count: props.runs })}
        action={{ url: props.url, label: t('mapDrift.action') }}
      >
        <Paragraph>{t('restored.next')}</Paragraph>
        <Paragraph>{t('restored.command', { system: props.system, since: props.at })}</Paragraph>
      </Letter>
    )
  },
}
