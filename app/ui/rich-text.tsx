import { Fragment } from 'react'
import type { ReactNode } from 'react'
import { useTexts } from './language'

type Values = Record<string, string | number>
type Props = {
  /** A text whose only marks are <strong>…</strong> and <a>…</a>. */
  text: string
  values?: Values
  /** Where its <a> leads. */
  href?: string
}

// Values come in after the marks were found, so that nothing in them can look like one.
const OPEN = '\u2060\u2063'

/** A text of the locale files with emphasis or a link in it, drawn without raw markup. */
export function RichText({ text, values = {}, href }: Props) {
  const t = useTexts()
  const held = Object.fromEntries(Object.keys(values).map((name) => [name, `${OPEN}${name}${OPEN}`]))
  const template = t(text, { ...held, ...('count' in values ? { count: Number(values['count']) } : {}) })
  const parts = template.split(/(<strong>.*?<\/strong>|<a>.*?<\/a>)/)
  return (
    <>
      {parts.map((part, place) => (
        <Fragment key={place}>{drawn(part, values, href)}</Fragment>
      ))}
    </>
  )
}

function drawn(part: string, values: Values, href: string | undefined): ReactNode {
  const filled = (inner: string) =>
    inner
      .split(OPEN)
      .map((piece, place) => (place % 2 === 1 ? String(values[piece] ?? '') : piece))
      .join('')
  const strong = /^<strong>(.*)<\/strong>$/.exec(part)
  if (strong) return <strong>{filled(strong[1] ?? '')}</strong>
  const link = /^<a>(.*)<\/a>$/.exec(part)
  if (link) return <a href={href}>{filled(link[1] ?? '')}</a>
  return filled(part)
}
