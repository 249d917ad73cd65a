import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import en from '~/locales/en'
import nl from '~/locales/nl'
import { hasText } from '~/locales/translate'
import { organisationSettings } from '~/platform/organisation.server'

const folder = join(import.meta.dirname, '..', '..', 'app', 'locales')
type Language = 'nl' | 'en'

const json = z.record(z.string(), z.json())

function namespacesOf(language: Language): string[] {
  return readdirSync(join(folder, language))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort()
}

/** Every text of a namespace under its dotted key. */
function textsOf(language: Language, namespace: string): Map<string, string> {
  const texts = new Map<string, string>()
  const visit = (value: z.infer<ReturnType<typeof z.json>>, path: string[]) => {
    if (typeof value === 'object' && value !== null)
      for (const [name, child] of Object.entries(value)) visit(child, [...path, name])
    else texts.set(path.join('.'), typeof value === 'string' ? value : `no text: ${String(value)}`)
  }
  visit(json.parse(JSON.parse(readFileSync(join(folder, language, `${namespace}.json`), 'utf8'))), [])
  return texts
}

const placeholdersOf = (text: string) =>
  [...text.matchAll(/\{\{\s*(-?\s*\w+)[^}]*\}\}|\$t\([^)]*\)/g)].map((m) => m[1] ?? m[0])

test('both languages have the same files', () => {
  expect(namespacesOf('en')).toEqual(namespacesOf('nl'))
})

test('every file is registered where its texts are looked up', () => {
  // The mails have their own translator, which keeps their texts out of the pages' bundle.
  const registered = (texts: object) => [...Object.keys(texts), 'mails'].sort()
  expect(registered(nl)).toEqual(namespacesOf('nl'))
  expect(registered(en)).toEqual(namespacesOf('en'))
})

describe.each(namespacesOf('nl'))('%s', (namespace) => {
  const dutch = textsOf('nl', namespace)
  const english = textsOf('en', namespace)

  test('has the same keys in Dutch and English', () => {
    expect([...english.keys()].sort()).toEqual([...dutch.keys()].sort())
  })

  test('fills the same places in Dutch and English', () => {
    for (const [key, text] of dutch)
      expect(placeholdersOf(english.get(key) ?? '').sort(), key).toEqual(placeholdersOf(text).sort())
  })

  test('has a text under every key, and a plural for every singular', () => {
    for (const texts of [dutch, english])
      for (const [key, text] of texts) {
        expect(text.trim(), key).not.toBe('')
        expect(text, key).not.toMatch(/^no text: |\bTODO\b/)
        if (key.endsWith('_one')) expect([...texts.keys()]).toContain(key.replace(/_one$/, '_other'))
      }
  })
})

test('every setting of the organisation has its label and hint: one without would close the page', () => {
  for (const name of Object.keys(organisationSettings))
    for (const part of ['label', 'hint']) expect(hasText(`desk:setting.${name}.${part}`)).toBe(true)
})
