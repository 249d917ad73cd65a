import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findBsn } from '~/requests/bsn'
import { maxLengths, parseEmail, parseRequestForm } from '~/requests/request-form'

const formOf = (fields: Record<string, string | string[]>) => ({
  get: (name: string) => [fields[name] ?? []].flat()[0] ?? '',
  all: (name: string) => [fields[name] ?? []].flat(),
})
const good = { kind: 'erasure', name: 'Jan de Boer', email: 'jan@voorbeeld.example' }
const parse = (fields: Record<string, string | string[]>) => parseRequestForm(formOf({ ...good, ...fields }), 'nl')
const problemsOf = (fields: Record<string, string | string[]>) => {
  const parsed = parse(fields)
  return parsed.ok ? {} : parsed.problems
}

test('a form with name, e-mail and one right is enough', () => {
  expect(parse({})).toMatchObject({
    ok: true,
    value: { kinds: ['erasure'], filedBy: 'self', language: 'nl', details: null },
  })
})

test('several rights are asked at once, each counted once', () => {
  expect(parse({ kind: ['access', 'erasure', 'access'] })).toMatchObject({ value: { kinds: ['access', 'erasure'] } })
})

test('everything that is wrong is said at once, in the order of the page', () => {
  const problems = problemsOf({ kind: [], name: ' ', email: 'jan', filedBy: 'parent' })
  expect(Object.entries(problems)).toEqual([
    ['kind', 'kindMissing'],
    ['subjectName', 'subjectMissing'],
    ['name', 'nameMissing'],
    ['email', 'emailInvalid'],
  ])
})

test('an unknown kind, filer or objection is told apart from a missing one', () => {
  expect(problemsOf({ kind: 'everything' })).toEqual({ kind: 'kindUnknown' })
  expect(problemsOf({ kind: [] })).toEqual({ kind: 'kindMissing' })
  expect(problemsOf({ filedBy: 'neighbour' })).toMatchObject({ filedBy: 'filedByUnknown' })
  expect(problemsOf({ kind: 'objection' })).toEqual({ objectionTo: 'objectionMissing' })
  expect(problemsOf({ kind: 'objection', objectionTo: 'taxes' })).toEqual({ objectionTo: 'objectionUnknown' })
})

test('an e-mail address has one @ and no spaces; Unicode is welcome', () => {
  for (const email of [
    'jan@voorbeeld.example',
    'josé.müller@bücher.example',
    "o'neil+tag@x.example",
    'ζ@παράδειγμα.example',
  ])
    expect(parseEmail(email)).toEqual({ ok: true, value: email })
  for (const email of ['jan', 'jan@', '@x.example', 'a@b@c', 'jan piet@x.example', `${'a'.repeat(250)}@x.example`])
    expect(parseEmail(email)).toEqual({ ok: false, problem: 'emailInvalid' })
})

test('an e-mail address can’t carry a second one, a name or a header', () => {
  for (const email of [
    'a,b@x.example',
    'a@x.example,b',
    '<a@x.example>',
    'a@x.example\r\nBcc: b',
    '"a"@x.example',
    'a;b@x.example',
  ])
    expect(parseEmail(email)).toEqual({ ok: false, problem: 'emailInvalid' })
})

test('a name keeps to one line, so that no mail header can be made of it', () => {
  expect(parse({ name: 'Jan\r\nBcc: iedereen@x.example' })).toMatchObject({
    value: { name: 'Jan Bcc: iedereen@x.example' },
  })
})

test('each field takes its maximum and not a character more', () => {
  expect(parse({ details: 'x'.repeat(maxLengths.details) }).ok).toBe(true)
  expect(problemsOf({ details: 'x'.repeat(maxLengths.details + 1) })).toEqual({ details: 'tooLong' })
})

test('what only programs fill in is refused', () => {
  expect(problemsOf({ website: 'https://spam.example' })).toEqual({ website: 'honeypot' })
})

test('a number that passes the elfproef is pointed out before sending, and goes when the person insists', () => {
  expect(problemsOf({ details: 'Mijn nummer is 111222333.' })).toEqual({ details: 'bsn' })
  expect(parse({ details: 'Mijn nummer is 111222333.', keepNumber: 'yes' }).ok).toBe(true)
  expect(findBsn('1112.22.333')).toBe('111222333')
  expect(findBsn('bestelling 111222334, telefoon 0612345678, 000000000')).toBeNull()
})

test('whatever is sent, the form is read without an error of ours (10,000 strange inputs)', () => {
  const strange = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '',
      '\u0000',
      '\ud800',
      'objection',
      'self',
      'nl',
      '__proto__',
      'x'.repeat(6_000),
      '123456782',
      '\r\n',
      '🚲',
    ),
  )
  const names = [
    'kind',
    'objectionTo',
    'filedBy',
    'language',
    'website',
    'keepNumber',
    'constructor',
    ...Object.keys(maxLengths),
  ]
  const form = fc.dictionary(fc.constantFrom(...names), fc.array(strange, { maxLength: 4 }))
  fc.assert(
    fc.property(form, (fields) => {
      const parsed = parseRequestForm(formOf(fields), 'en')
      if (!parsed.ok) expect(Object.keys(parsed.problems).length).toBeGreaterThan(0)
    }),
    { numRuns: 10_000 },
  )
})
