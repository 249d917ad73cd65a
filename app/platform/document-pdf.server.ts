import { createRequire } from 'node:module'
import PDFDocument from 'pdfkit'

export type PaperDocument = {
  title: string
  /** Below the title: whose it is, of which day. */
  about: readonly string[]
  language: 'nl' | 'en'
  sections: readonly { title: string; lines: readonly string[] }[]
}

const fonts = '@expo-google-fonts/source-sans-3'

/** A document on A4 with headings, tagged for screen readers. */
export async function documentPdf({
  title,
  about,
  language,
  sections,
}: PaperDocument): Promise<Uint8Array<ArrayBuffer>> {
  const require = createRequire(import.meta.url)
  const page = new PDFDocument({
    size: 'A4',
    margin: 56,
    pdfVersion: '1.7',
    tagged: true,
    displayTitle: true,
    lang: language,
    info: { Title: title, Author: about[0] ?? '' },
  })
  page.registerFont('text', require.resolve(`${fonts}/400Regular/SourceSans3_400Regular.ttf`))
  page.registerFont('strong', require.resolve(`${fonts}/600SemiBold/SourceSans3_600SemiBold.ttf`))
  const parts: Uint8Array[] = []
  page.on('data', (part: Uint8Array) => parts.push(part))
  const ended = new Promise<void>((resolve, reject) => {
    page.on('end', resolve)
    page.on('error', reject)
  })
  const root = page.struct('Document')
  page.addStructure(root)
  const put = (tag: string, font: 'text' | 'strong', size: number, text: string) =>
    root.add(page.struct(tag, {}, () => void page.font(font).fontSize(size).text(text)))
  put('H1', 'strong', 18, title)
  for (const line of about) put('P', 'text', 10, line)
  for (const section of sections) {
    page.moveDown(0.8)
    put('H2', 'strong', 12, section.title)
    for (const line of section.lines) put('P', 'text', 10, line)
  }
  root.end()
  page.end()
  await ended
  return new Uint8Array(Buffer.concat(parts))
}
