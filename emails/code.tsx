import { Section, Text } from 'react-email'
import { Letter } from './letter'
import { colours, fonts } from './look'
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
        <Section style={{ margin: '0 0 16px', border: `1px solid ${colours.line}`, padding: '12px 16px' }}>
          <Text style={digits}>{props.code}</Text>
        </Section>
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

const digits = {
  margin: 0,
  fontFamily: fonts.code,
  fontSize: '32px',
  lineHeight: '40px',
  letterSpacing: '4px',
  fontWeight: 600,
  color: colours.ink,
}
