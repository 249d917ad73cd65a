import { CodeBox } from './code-box'
import { Letter } from './letter'
import { Paragraph } from './parts'
import type { MailProps } from './props'
import type { MailTemplate } from './template'

/** The one-time code. It carries no name and no reference: until the code is entered, the address proves nothing. */
export const code: MailTemplate<'code'> = {
  subject: ({ purpose }, { t }) => t(`code.${purpose}.subject`),
  Body: ({ props, words }) => {
    const { t } = words
    return (
      <Letter
        words={words}
        bareText
        title={t(`code.${props.purpose}.title`)}
        lead={t(`code.${props.purpose}.lead`)}
        action={{ url: props.linkUrl, label: t('code.action') }}
      >
        {props.asked.length > 0 && (
          <Paragraph>{t('code.asked', { asked: props.asked.map((each) => t(askedKey(each))).join('; ') })}</Paragraph>
        )}
        <CodeBox code={props.code} />
        <Paragraph>{t('code.link')}</Paragraph>
        <Paragraph>{t('code.valid', { count: props.minutes })}</Paragraph>
        <Paragraph>{t('code.notYou')}</Paragraph>
      </Letter>
    )
  },
}

function askedKey({ kind, objectionTo }: MailProps['code']['asked'][number]): string {
  return objectionTo ? `asked.objection_${objectionTo}` : `asked.${kind}`
}
