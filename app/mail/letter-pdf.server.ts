import { createRequire } from 'node:module'
import PDFDocument from 'pdfkit'
import type { Temporal } from 'temporal-polyfill'
import { mailTexts, type PaperBlock, type Sender } from '~emails/index'

export type PaperLetter = {
  sender: Sender
  language: 'nl' | 'en'
  /** Name and address, a line each. */
  to: string
  reference: string
  date: Temporal.PlainDate
  title: string
  blocks: PaperBlock[]
}

type Page = PDFKit.PDFDocument

const fonts = '@expo-google-fonts/source-sans-3'
const millimetre = 72 / 25.4
const margin = 25 * millimetre
const margins = { top: margin, left: margin, right: margin, bottom: 18 * millimetre }
/** The window of a Dutch envelope (NEN 1026, left), and below it the body. */
const addressTop = 50 * millimetre
const factsTop = 88 * millimetre
const bodyTop = 105 * millimetre

/** Letters on A4, tagged for screen readers, each beginning on a new page. A font of its own: names have letters that the built-in ones lack. */
export async function lettersPdf(letters: readonly PaperLetter[]): Promise<Uint8Array<ArrayBuffer>> {
  const [first] = letters
  const require = createRequire(import.meta.url)
  const page = new PDFDocument({
    size: 'A4',
    margins,
    autoFirstPage: false,
    pdfVersion: '1.7',
    tagged: true,
    displayTitle: true,
    lang: first?.language ?? 'nl',
    info: { Title: letters.map((letter) => letter.reference).join(', '), Author: first?.sender.name ?? '' },
  })
  page.registerFont('text', require.resolve(`${fonts}/400Regular/SourceSans3_400Regular.ttf`))
  page.registerFont('strong', require.resolve(`${fonts}/600SemiBold/SourceSans3_600SemiBold.ttf`))
  const parts: Uint8Array[] = []
  page.on('data', (part: Uint8Array) => parts.push(part))
  const ended = new Promise<void>((resolve, reject) => {
    page.on('end', resolve)
    page.on('error', reject)
  })
  for (const letter of letters) setLetter(page, letter)
  page.end()
  await ended
  return new Uint8Array(Buffer.concat(parts))
}

function setLetter(page: Page, { sender, language, to, reference, date, blocks }: PaperLetter): void {
  page.addPage()
  const section = page.struct('Sect')
  page.addStructure(section)
  const put = (tag: string, draw: () => void) => section.add(page.struct(tag, {}, draw))
  put('P', () => {
    page.font('strong').fontSize(14).text(sender.name, margin, margin)
    page.font('text').fontSize(9).text(sender.contact)
  })
  put('P', () =>
    page
      .font('text')
      .fontSize(10.5)
      .text(to.trim() || ' ', margin, addressTop, { width: 80 * millimetre }),
  )
  put('P', () => page.fontSize(10.5).text(factsOf(reference, date, language), margin, factsTop))
  page.x = margin
  page.y = bodyTop
  for (const block of blocks) put(tagOf[block.kind], () => setBlock(page, block))
  section.end()
}

const tagOf = { title: 'H1', subtitle: 'H2', paragraph: 'P', row: 'P' } as const

function setBlock(page: Page, block: PaperBlock): void {
  switch (block.kind) {
    case 'title':
      page.font('strong').fontSize(15).text(block.text).moveDown(0.6)
      return
    case 'subtitle':
      page.moveDown(0.3).font('strong').fontSize(12).text(block.text).moveDown(0.2)
      return
    case 'paragraph':
      page.font('text').fontSize(10.5).text(block.text).moveDown(0.6)
      return
    case 'row':
      setRow(page, block.cells, block.heading)
  }
}

/** A row as label and value below each other's places: a first column of a third, the rest beside it. */
function setRow(page: Page, cells: string[], heading: boolean): void {
  const [label = '', ...rest] = cells
  const width = page.page.width - 2 * margin
  const place = width * 0.38
  const value = rest.join(', ')
  page.font(heading ? 'strong' : 'text').fontSize(10.5)
  const height = Math.max(
    page.heightOfString(label, { width: place - 12 }),
    page.heightOfString(value, { width: width - place }),
  )
  if (page.y + height > page.page.height - margins.bottom) page.addPage()
  const top = page.y
  page.text(label, margin, top, { width: place - 12 })
  page.text(value, margin + place, top, { width: width - place })
  page.x = margin
  page.y = top + height + 4
}

function factsOf(reference: string, date: Temporal.PlainDate, language: 'nl' | 'en'): string {
  const day = date.toLocaleString(language === 'nl' ? 'nl-NL' : 'en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  })
  const t = mailTexts(language)
  return reference ? t('foot.reference', { reference, date: day }) : day
}
