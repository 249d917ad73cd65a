import { Letter } from './letter'
import { Facts, Paragraph } from './parts'
import type { MailTemplate } from './template'

/** So many names are written out; the page shows all of them. */
const shown = 20

export const mapDrift: MailTemplate<'map_drift'> = {
  subject: (_, { t }) => t('mapDrift.subject'),
  Body: ({ props, words }) => {
    const { t } = words
    const list = (names: string[]) =>
      names.slice(0, shown).join(', ') +
      (names.length > shown ? ` ${t('mapDrift.more', { count: names.length - shown })}` : '')
    return (
      <Letter
        words={words}
        title={t('mapDrift.title')}
        lead={t('mapDrift.lead', { system: props.system })}
        action={{ url: props.url, label: t('mapDrift.action') }}
      >
        <Facts
          rows={[
            ...(props.added.length > 0 ? [[t('mapDrift.added'), list(props.added)] satisfies [string, string]] : []),
            ...(props.removed.length > 0
              ? [[t('mapDrift.removed'), list(props.removed)] satisfies [string, string]]
              : []),
          ]}
        />
        <Paragraph>{t('mapDrift.next')}</Paragraph>
      </Letter>
    )
  },
}
