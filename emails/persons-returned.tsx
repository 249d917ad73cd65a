import { Letter } from './letter'
import { Facts, Paragraph } from './parts'
import type { MailTemplate } from './template'

export const personsReturned: MailTemplate<'persons_returned'> = {
  subject: (_, { t }) => t('returned.subject'),
  Body: ({ props, words }) => {
    const { t } = words
    const counted = (count: number) => t('returned.rows', { count })
    return (
      <Letter
        words={words}
        title={t('returned.title')}
        lead={t('returned.lead', { system: props.system })}
        action={{ url: props.url, label: t('mapDrift.action') }}
      >
        <Facts
          rows={[
            ...(props.erased > 0 ? [[t('returned.erased'), counted(props.erased)] satisfies [string, string]] : []),
            ...(props.objection > 0
              ? [[t('returned.objection'), counted(props.objection)] satisfies [string, string]]
              : []),
          ]}
        />
        <Paragraph>{t('returned.next')}</Paragraph>
      </Letter>
    )
  },
}
