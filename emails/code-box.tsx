import { Section, Text } from 'react-email'
import { colours, fonts } from './look'

/** A one-time code, large enough to read from a phone. */
export function CodeBox({ code }: { code: string }) {
  return (
    <Section style={{ margin: '0 0 16px', border: `1px solid ${colours.line}`, padding: '12px 16px' }}>
      <Text style={digits}>{code}</Text>
    </Section>
  )
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
