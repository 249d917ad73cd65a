import { createElement } from 'react'
import { render, toPlainText } from 'react-email'
import type { Temporal } from 'temporal-polyfill'
import type { Language } from '~db/words/kinds'
import { mails } from './mails'
import type { MailName, MailProps } from './props'
import { wordsFor, type Sender, type Words } from './words'

/** A mail as it stands on paper: what a typesetter needs, nothing of the page's look. */
export type PaperBlock =
  { kind: 'title' | 'subtitle' | 'paragraph'; text: string } | { kind: 'row'; cells: string[]; heading: boolean }

// Control characters mark what a block is; the text of a mail holds none.
const marks = { title: '\u0001', subtitle: '\u0002', row: '\u0003', headingRow: '\u0004', cell: '\u0005' } as const

type Element = { name?: string; children?: Element[] }
type Walk = (children: Element[], builder: Builder) => void
type Builder = {
  openBlock(options: { leadingLineBreaks: number }): void
  closeBlock(options: { trailingLineBreaks: number }): void
  addLiteral(text: string): void
}

const block = (mark: string) => (element: Element, walk: Walk, builder: Builder) => {
  builder.openBlock({ leadingLineBreaks: 2 })
  builder.addLiteral(mark)
  walk(element.children ?? [], builder)
  builder.closeBlock({ trailingLineBreaks: 2 })
}

function rows(element: Element, walk: Walk, builder: Builder): void {
  for (const row of named(element, ['tr'])) {
    const cells = (row.children ?? []).filter((cell) => cell.name === 'th' || cell.name === 'td')
    builder.openBlock({ leadingLineBreaks: 2 })
    builder.addLiteral(cells.every((cell) => cell.name === 'th') ? marks.headingRow : marks.row)
    for (const cell of cells) {
      builder.addLiteral(marks.cell)
      walk(cell.children ?? [], builder)
    }
    builder.closeBlock({ trailingLineBreaks: 2 })
  }
}

function named(element: Element, names: string[]): Element[] {
  return (element.children ?? []).flatMap((child) =>
    child.name !== undefined && names.includes(child.name) ? [child] : named(child, names),
  )
}

const options = {
  wordwrap: false,
  preserveNewlines: false,
  formatters: { title: block(marks.title), subtitle: block(marks.subtitle), rows, text: block('') },
  selectors: [
    { selector: 'h1', format: 'title' },
    { selector: 'h2', format: 'subtitle' },
    { selector: 'p', format: 'text' },
    { selector: 'hr', format: 'skip' },
    { selector: '[data-text-format="dataTable"]', format: 'rows' },
  ],
}

/** The text of a mail for paper: without button and foot, with its reference and date as the letter's head says them. */
export async function renderPaper<Name extends MailName>(
  name: Name,
  props: MailProps[Name],
  { language, sender, sentAt }: { language: Language; sender: Sender; sentAt: Temporal.Instant },
): Promise<{ title: string; blocks: PaperBlock[] }> {
  const words = onPaper(wordsFor(language, sender, sentAt))
  const html = await render(createElement(mails[name].Body, { props, words }))
  // Its types know no formatters; the converter behind it takes them.
  const blocks = toPlainText(html, options as unknown as Parameters<typeof toPlainText>[1])
    .split('\n\n')
    .map((text) => text.trim())
    .filter(Boolean)
    .map(blockOf)
  const title = blocks.find((each) => each.kind === 'title')
  return { title: title && 'text' in title ? title.text : '', blocks }
}

/** Words that send people to a page or a mailbox have others on paper. */
function onPaper(words: Words): Words {
  const t: Words['t'] = (key, values) => words.t(words.has(`onPaper.${key}`) ? `onPaper.${key}` : key, values)
  return { ...words, t, paper: true }
}

function blockOf(text: string): PaperBlock {
  const rest = bare(text)
  if (text.startsWith(marks.title)) return { kind: 'title', text: rest }
  if (text.startsWith(marks.subtitle)) return { kind: 'subtitle', text: rest }
  const heading = text.startsWith(marks.headingRow)
  if (!heading && !text.startsWith(marks.row)) return { kind: 'paragraph', text: rest }
  return {
    kind: 'row',
    heading,
    cells: text
      .split(marks.cell)
      .slice(1)
      .map((cell) => bare(cell).trim()),
  }
}

const bare = (text: string) => text.replace(/[^\P{Cc}\n]/gu, '')
