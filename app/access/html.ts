import type { Temporal } from 'temporal-polyfill'
import type { LanguageCode } from '~/locales/translate'
import { translatorFor } from '~/locales/translate'
import { ownSystem } from './contents'
import type { LeftOut, PackageContents, PackageRow, PackageTable } from './contents'
import { dayInWords, fileName, inLanguage, recipientsInWords, systemLabel, tableLabel, termsInWords } from './words'

/** What the pages say besides the rows. Days in the organisation's zone. */
export type Cover = {
  language: LanguageCode
  kind: 'access' | 'portability'
  reference: string
  receivedOn: Temporal.PlainDate
  preparedOn: Temporal.PlainDate
  contents: PackageContents
  leftOut: LeftOut
  organisation: {
    name: string
    contact: string
    officer: string
    authority: string
    remedies: 'private' | 'public'
    url: string
  }
}

export type RowSource = (place: number) => AsyncIterable<readonly PackageRow[]>

/** Tables with more rows than this have a page of their own. */
export const rowsOnFirstPage = 500

export const hasOwnPage = (table: PackageTable) => table.rows > rowsOnFirstPage

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
// Control characters have no place in a page, and bidirectional marks could make one value read as another.
const unseen = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g

/** Any text as text in a page: markup in it is shown, never carried out. */
export function escapeHtml(text: string): string {
  return text.replace(unseen, '\ufffd').replace(/[&<>"']/g, (mark) => escapes[mark] ?? '')
}

const css = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}
h1{font-size:1.6rem}h2{margin-top:2.5rem;border-top:1px solid;padding-top:1rem}p{max-width:65ch}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem}dt{font-weight:600}dd{margin:0}
.rows{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}th,td{border:1px solid #8886;padding:.3rem .5rem;text-align:left;vertical-align:top;max-width:28rem;overflow-wrap:anywhere;white-space:pre-wrap}th{white-space:normal}
.number{text-align:right}@media print{a{color:inherit}}`

function page(title: string, language: LanguageCode, body: string): string {
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title><style>${css}</style></head><body><main>
${body}`
}

const pageEnd = '</main></body></html>\n'

/** `index.html`, piece by piece: what it is, a table of contents, each table with its facts and rows, rights and remedies. */
export async function* indexPage(cover: Cover, rows: RowSource): AsyncGenerator<string> {
  const { language, contents, organisation, leftOut } = cover
  const t = translatorFor(language)
  const isPortability = cover.kind === 'portability'
  const title = t(isPortability ? 'packages:titlePortability' : 'packages:title', { organisation: organisation.name })
  const paragraph = (text: string) => `<p>${escapeHtml(text)}</p>\n`
  yield page(title, language, `<h1>${escapeHtml(title)}</h1>\n`)
  yield paragraph(
    t(isPortability ? 'packages:leadPortability' : 'packages:lead', {
      reference: cover.reference,
      received: dayInWords(cover.receivedOn, t),
      prepared: dayInWords(cover.preparedOn, t),
    }),
  )
  if (contents.tables.every((table) => table.system === ownSystem)) yield paragraph(t('packages:nothing'))
  yield paragraph(t('packages:files'))
  if (contents.elsewhere.length > 0) yield paragraph(t('packages:elsewhere', { names: contents.elsewhere.join(', ') }))
  yield `<h2>${escapeHtml(t('packages:overview'))}</h2>\n${tableOfContents(cover)}`
  for (const [place, table] of contents.tables.entries()) {
    yield `<h2 id="t${place}">${escapeHtml(tableLabel(table, language))}</h2>\n${facts(
      table,
      leftOut.find((out) => out.place === place),
      language,
    )}`
    if (hasOwnPage(table)) {
      const href = `tables/${fileName(place, table)}.html`
      yield `<p>${escapeHtml(t('packages:long', { count: table.rows }))}<a href="${href}">${href}</a></p>\n`
    } else if (table.rows > 0) yield* rowsTable(table, language, rows(place))
  }
  yield rights(cover)
  yield pageEnd
}

/** A page for one long table. */
export async function* tablePage(
  cover: Cover,
  place: number,
  table: PackageTable,
  rows: RowSource,
): AsyncGenerator<string> {
  const t = translatorFor(cover.language)
  const title = tableLabel(table, cover.language)
  yield page(
    title,
    cover.language,
    `<p><a href="../index.html">${escapeHtml(t('packages:back'))}</a></p><h1>${escapeHtml(title)}</h1>\n`,
  )
  yield* rowsTable(table, cover.language, rows(place))
  yield pageEnd
}

function tableOfContents({ contents, language }: Cover): string {
  const t = translatorFor(language)
  const head = (['table', 'system', 'rows'] as const).map(
    (name) => `<th scope="col">${escapeHtml(t(`packages:column.${name}`))}</th>`,
  )
  const lines = contents.tables.map(
    (table, place) =>
      `<tr><td><a href="#t${place}">${escapeHtml(tableLabel(table, language))}</a></td><td>${escapeHtml(systemLabel(table, t))}</td><td class="number">${table.rows}</td></tr>\n`,
  )
  return `<table><thead><tr>${head.join('')}</tr></thead><tbody>\n${lines.join('')}</tbody></table>\n`
}

function facts(table: PackageTable, out: LeftOut[number] | undefined, language: LanguageCode): string {
  const t = translatorFor(language)
  const unknown = t('packages:unknown')
  const origins = new Set(
    [table.origin, ...table.columns.map((column) => column.origin)].filter((origin) => origin !== null),
  )
  const categories = new Set(table.columns.flatMap((column) => column.category ?? []))
  const recipients = recipientsInWords(table, language, t)
  const listed: [string, string[]][] = [
    ['purpose', [inLanguage(table.purpose, language) ?? unknown]],
    ['basis', [table.legalBasis ? t(`packages:legalBasis.${table.legalBasis}`) : unknown]],
    ['categories', [...categories].map((category) => t(`packages:category.${category}`))],
    ['origin', [...origins].map((origin) => t(`packages:originOf.${origin}`))],
    ['recipients', recipients.length > 0 ? recipients : [t('packages:recipientsNone')]],
    ['term', termsInWords(table, language, t)],
  ]
  const lines = listed
    .filter(([, values]) => values.length > 0)
    .map(
      ([name, values]) =>
        `<dt>${escapeHtml(t(`packages:${name}`))}</dt><dd>${values.map(escapeHtml).join('<br>')}</dd>\n`,
    )
  const notes = [
    table.withheld.length > 0
      ? t('packages:withheld', { count: table.withheld.length, names: table.withheld.join(', ') })
      : null,
    table.shared > 0 ? t('packages:shared', { count: table.shared }) : null,
    out && out.rows > 0 ? t('packages:leftOutRows', { count: out.rows }) : null,
    out && out.columns.length > 0
      ? t('packages:leftOutColumns', { names: columnNames(table, out.columns, language) })
      : null,
  ].flatMap((note) => (note === null ? [] : `<p>${escapeHtml(note)}</p>\n`))
  return `<dl>\n${lines.join('')}</dl>\n${notes.join('')}`
}

function columnNames(table: PackageTable, names: readonly string[], language: LanguageCode): string {
  return names
    .map((name) => inLanguage(table.columns.find((column) => column.name === name)?.label ?? null, language) ?? name)
    .join(', ')
}

async function* rowsTable(
  table: PackageTable,
  language: LanguageCode,
  portions: AsyncIterable<readonly PackageRow[]>,
): AsyncGenerator<string> {
  const head = table.columns.map(
    (column) => `<th scope="col">${escapeHtml(inLanguage(column.label, language) ?? column.name)}</th>`,
  )
  yield `<div class="rows" tabindex="0"><table><thead><tr>${head.join('')}</tr></thead><tbody>\n`
  for await (const rows of portions)
    yield rows.map((row) => `<tr>${row.map((value) => `<td>${escapeHtml(value ?? '')}</td>`).join('')}</tr>\n`).join('')
  yield '</tbody></table></div>\n'
}

function rights({ language, organisation, leftOut }: Cover): string {
  const t = translatorFor(language)
  const lines = [
    t('packages:rights.text', { url: organisation.url }),
    t('packages:rights.automated'),
    organisation.contact ? t('packages:rights.contact', { contact: organisation.contact }) : null,
    organisation.officer ? t('packages:rights.officer', { officer: organisation.officer }) : null,
    t('packages:rights.complaint', { authority: organisation.authority }),
    leftOut.length > 0 ? t(`packages:rights.${organisation.remedies}`) : null,
  ].flatMap((line) => (line === null ? [] : `<p>${escapeHtml(line)}</p>\n`))
  return `<h2>${escapeHtml(t('packages:rights.title'))}</h2>\n${lines.join('')}`
}
