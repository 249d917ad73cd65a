import { Letter } from './letter'
import { Facts, Paragraph, Subheading } from './parts'
import type { MailTemplate } from './template'

export const retentionDigest: MailTemplate<'retention_digest'> = {
  subject: ({ groups }, { t }) => t('retention.subject', { count: records(groups) }),
  Body: ({ props, words }) => {
    const { t, day } = words
    return (
      <Letter
        words={words}
        title={t('retention.title')}
        name={props.owner}
        lead={t('retention.lead', { count: records(props.groups) })}
        action={{ url: props.url, label: t('retention.action') }}
      >
        {props.groups.map((group) => (
          <div key={`${group.system}/${group.label}`}>
            <Subheading>{t('retention.group', { label: group.label, system: group.system })}</Subheading>
            <Facts
              rows={[
                [t('fact.expired'), String(group.expired)],
                [t('fact.expiring'), String(group.expiring)],
                [t('fact.firstOn'), group.firstOn ? day(group.firstOn) : t('retention.unknown')],
                [t('fact.basis'), group.basis || t('retention.unknown')],
              ]}
            />
          </div>
        ))}
        <Paragraph>{t('retention.choices')}</Paragraph>
        <Paragraph>{t('retention.again')}</Paragraph>
      </Letter>
    )
  },
}

function records(groups: { expired: number; expiring: number }[]): number {
  return groups.reduce((sum, { expired, expiring }) => sum + expired + expiring, 0)
}
