import { mkdir, writeFile } from 'node:fs/promises'
import { Temporal } from 'temporal-polyfill'
import { languages } from '~db/words/kinds'
import { exampleProps } from './examples'
import { isMailName } from './props'
import { renderMail } from './render'

/** Writes every mail, in both languages, to .data/mails/ with a page that lists them. */
const folder = '.data/mails'
const sender = {
  name: 'Fietsenwinkel De Spaak',
  accent: '#1d5c57',
  contact: 'privacy@despaak.example',
  privacyOfficer: 'Marloes Visser',
  authority: 'Autoriteit Persoonsgegevens (www.autoriteitpersoonsgegevens.nl)',
  kind: 'private',
  zone: 'Europe/Amsterdam',
} as const
const sentAt = Temporal.Instant.from('2026-02-12T09:30:00Z')

await mkdir(folder, { recursive: true })
const items: string[] = []
for (const name of Object.keys(exampleProps).filter(isMailName)) {
  for (const language of languages) {
    const file = `${name}.${language}`
    const mail = await renderMail(name, exampleProps[name], { language, sender, sentAt })
    await writeFile(`${folder}/${file}.html`, mail.html)
    await writeFile(`${folder}/${file}.txt`, `${mail.subject}\n\n${mail.text}`)
    items.push(`<li><a href="${file}.html">${file}</a> (<a href="${file}.txt">txt</a>)</li>`)
  }
}
const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Mails</title><ul>${items.join('')}</ul></html>`
await writeFile(`${folder}/index.html`, page)
process.stdout.write(`${items.length} mails in ${folder}/index.html\n`)
