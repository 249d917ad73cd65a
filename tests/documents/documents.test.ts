import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { parseDataMap } from '~/systems/parse-map'
import { settingsTable, withSettingsTable } from '~/cli/settings-table.server'
import { settingsSchema } from '~/platform/settings.server'

const root = join(import.meta.dirname, '..', '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')

test('the README lists the settings as the program reads them (else: npm run docs:settings)', () => {
  expect(readme).toBe(withSettingsTable(readme))
  for (const name of Object.keys(settingsSchema.shape)) expect(settingsTable()).toContain(`\`${name}\``)
})

test('a text without a place for the table is refused', () => {
  expect(() => withSettingsTable('# Privacybalie')).toThrow('no place')
})

test('links between the documents lead somewhere', () => {
  const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'].map((name) => join(root, name))
  for (const folder of ['docs', 'docs/decisions'])
    for (const name of readdirSync(join(root, folder)))
      if (name.endsWith('.md')) documents.push(join(root, folder, name))
  const broken: string[] = []
  for (const document of documents)
    for (const [, target = ''] of readFileSync(document, 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g))
      if (!/^[a-z]+:/.test(target) && !existsSync(join(dirname(document), target)))
        broken.push(`${document}: ${target}`)
  expect(broken).toEqual([])
})

test('the example in the guide to the data map is a data map', () => {
  const guide = readFileSync(join(root, 'docs', 'data-map.md'), 'utf8')
  const whole = [...guide.matchAll(/^```yaml\n(version: 1\n[^]*?)^```$/gm)].map((match) => match[1] ?? '')
  expect(whole).toHaveLength(1)
  for (const yaml of whole) expect(parseDataMap(yaml)).toMatchObject({ ok: true })
})

test('every decision has a page with a number of its own', () => {
  const pages = readdirSync(join(root, 'docs', 'decisions')).sort()
  expect(pages.map((page) => Number(page.slice(0, 3)))).toEqual(pages.map((_page, place) => place + 1))
  for (const page of pages)
    expect(readFileSync(join(root, 'docs', 'decisions', page), 'utf8')).toMatch(
      new RegExp(`^# ${Number(page.slice(0, 3))}\\. .+\n\n\\*\\*Decided\\.\\*\\* `),
    )
})
