import type { CSSProperties } from 'react'

/** Ink on paper, borders instead of shadows; the one accent is the organisation's. */
export const colours = {
  paper: '#fffefb',
  ground: '#f3f1ea',
  ink: '#1c1b19',
  quiet: '#57544d',
  line: '#d6d2c6',
  track: '#eae7dd',
} as const

export const fonts = {
  text: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  code: "ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace",
} as const

/** A 1.2 type scale on a 4 px grid. */
export const paragraph: CSSProperties = {
  margin: '0 0 16px',
  fontSize: '16px',
  lineHeight: '24px',
  color: colours.ink,
  overflowWrap: 'anywhere',
}
export const small: CSSProperties = {
  ...paragraph,
  margin: '0 0 4px',
  fontSize: '13px',
  lineHeight: '20px',
  color: colours.quiet,
}
export const heading: CSSProperties = { ...paragraph, fontSize: '23px', lineHeight: '28px', fontWeight: 650 }
export const subheading: CSSProperties = { ...paragraph, margin: '8px 0 4px', fontWeight: 650 }
export const cell: CSSProperties = {
  fontSize: '15px',
  lineHeight: '20px',
  padding: '8px 16px 8px 0',
  borderBottom: `1px solid ${colours.line}`,
  textAlign: 'left',
  verticalAlign: 'top',
  color: colours.ink,
  overflowWrap: 'break-word',
}

/** The text colour that stands out most on a background (WCAG 2.2 relative luminance). `#rrggbb` in and out. */
export function textColourOn(background: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(background.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  const luminance = 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
  // White wins where (1.05)/(L+0.05) > (L+0.05)/0.05.
  return luminance < 0.179 ? '#ffffff' : '#000000'
}
