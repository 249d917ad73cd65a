import { createElement } from 'react'
import { render, toPlainText } from 'react-email'
import type { Temporal } from 'temporal-polyfill'
import type { Language } from '~db/words/kinds'
import { mails } from './mails'
import type { MailName, MailProps } from './props'
import { wordsFor, type Sender } from './words'

export type RenderedMail = { subject: string; html: string; text: string }

/** One mail in one language: subject line, HTML and plain text. `sentAt` gives the date in its foot. */
export async function renderMail<Name extends MailName>(
  name: Name,
  props: MailProps[Name],
  { language, sender, sentAt }: { language: Language; sender: Sender; sentAt: Temporal.Instant },
): Promise<RenderedMail> {
  const words = wordsFor(language, sender, sentAt)
  const template = mails[name]
  const html = await render(createElement(template.Body, { props, words }))
  return { subject: oneLine(template.subject(props, words)), html, text: plainText(html) }
}

function plainText(html: string): string {
  const headings = ['h1', 'h2'].map((selector) => ({ selector, options: { uppercase: false } }))
  const tables = {
    selector: '[data-text-format="dataTable"]',
    format: 'dataTable',
    options: { uppercaseHeaderCells: false },
  }
  return `${toPlainText(html, { selectors: [...headings, tables] }).trim()}\n`
}

/** A header ends at a line break; no character that ends a line or can't be printed stays in a subject. */
function oneLine(subject: string): string {
  return subject.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
