import { Body, Button, Container, Head, Heading, Hr, Html, Preview, Section, Text } from 'react-email'
import type { ReactNode } from 'react'
import { colours, fonts, heading, paragraph, small, textColourOn } from './look'
import type { Words } from './words'

export type LetterProps = {
  words: Words
  title: string
  /** The first sentence: what happened. Also what the list of messages shows beside the subject. */
  lead: string
  /** The addressee's name; left out in mails that must not carry it. */
  name?: string
  reference?: string
  action?: { url: string; label: string }
  /** Leaves out of the plain text what comes before the body, for the mail whose code must be its first digits. */
  bareText?: boolean
  children?: ReactNode
}

/** The sheet that every mail is written on: sender, title, text, one action, and a foot with reference and date. */
export function Letter({ words, title, lead, name, reference, action, bareText, children }: LetterProps) {
  const { t, language, sender } = words
  const date = words.day(words.today.toString())
  if (words.paper) return <Paper words={words} title={title} lead={lead} {...(name ? { name } : {})} body={children} />
  return (
    <Html lang={language}>
      <Head>
        <title>{title}</title>
        <meta name="color-scheme" content="light" />
        <meta name="supported-color-schemes" content="light" />
      </Head>
      <Preview useTitleTag={false}>{lead}</Preview>
      <Body style={{ margin: 0, backgroundColor: colours.ground, fontFamily: fonts.text, color: colours.ink }}>
        <Section style={{ padding: '24px 8px' }}>
          <Container style={sheet(sender.accent)}>
            <Text style={{ ...small, margin: '0 0 24px', fontWeight: 650 }} data-skip-in-text={bareText ?? false}>
              {sender.name}
            </Text>
            <Heading as="h1" style={heading}>
              {title}
            </Heading>
            {name?.trim() && <Text style={paragraph}>{t('greeting', { name })}</Text>}
            <Text style={paragraph}>{lead}</Text>
            {children}
            {action && <Action words={words} {...action} />}
            <Hr style={{ border: 'none', borderTop: `1px solid ${colours.line}`, margin: '32px 0 16px' }} />
            {reference && <Text style={small}>{t('foot.reference', { reference, date })}</Text>}
            {!reference && <Text style={small}>{t('foot.date', { date })}</Text>}
            <Text style={small}>{foot(words)}</Text>
          </Container>
        </Section>
      </Body>
    </Html>
  )
}

/** The text alone: a letter has its own head, and nothing on it can be pressed. */
function Paper({
  words,
  title,
  lead,
  name,
  body,
}: Pick<LetterProps, 'words' | 'title' | 'lead' | 'name'> & { body: ReactNode }) {
  const { t, language, sender } = words
  const contact = [sender.privacyOfficer, sender.contact]
    .map((text) => text.trim())
    .filter(Boolean)
    .join(', ')
  return (
    <Html lang={language}>
      <Body>
        <Heading as="h1">{title}</Heading>
        <Text>{name?.trim() ? t('greeting', { name }) : t('paper.greeting')}</Text>
        <Text>{lead}</Text>
        {body}
        {contact && <Text>{t('paper.reach', { contact })}</Text>}
        <Text>{t('paper.close')}</Text>
        <Text>{sender.name}</Text>
      </Body>
    </Html>
  )
}

function Action({ words, url, label }: { words: Words; url: string; label: string }) {
  const { accent } = words.sender
  return (
    <Section style={{ margin: '24px 0 0' }}>
      <Button
        href={url}
        target="_self"
        style={{
          backgroundColor: accent,
          color: textColourOn(accent),
          padding: '14px 20px',
          fontSize: '16px',
          fontWeight: 600,
          borderRadius: '2px',
        }}
      >
        {label}
      </Button>
    </Section>
  )
}

function foot({ t, sender }: Words): string {
  const officer = sender.privacyOfficer.trim()
  const contact = sender.contact.trim()
  const about = [officer && t('foot.officer', { officer }), contact].filter(Boolean).join(', ')
  return about ? t('foot.sender', { organisation: sender.name, about }) : sender.name
}

const sheet = (accent: string) => ({
  maxWidth: '600px',
  backgroundColor: colours.paper,
  border: `1px solid ${colours.line}`,
  borderTop: `4px solid ${accent}`,
  padding: '24px',
})
