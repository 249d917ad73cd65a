import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csrfToken, readForm, storable } from '~/platform/forms.server'
import { keysFrom } from '~/platform/keys.server'

const runtime = { keys: keysFrom(randomBytes(32)), publicUrl: 'http://localhost:3000' }
const cookie = 'a-browser-of-its-own'
const urlencoded = 'application/x-www-form-urlencoded'

function post(
  body: string | Uint8Array<ArrayBuffer>,
  { type = urlencoded, cookies = `csrf=${cookie}` }: { type?: string; cookies?: string } = {},
): Request {
  const headers = { 'Content-Type': type, Cookie: cookies }
  return new Request('http://localhost:3000/nl/requests/new', { method: 'POST', body, headers })
}

const sent = (fields: [string, string][], token = csrfToken(runtime, cookie)) =>
  new URLSearchParams([...fields, ['csrf', token]]).toString()

describe('a form', () => {
  test('gives every value of a repeated field, in the order in which they came', async () => {
    const read = await readForm(
      runtime,
      post(
        sent([
          ['kind', 'access'],
          ['kind', 'erasure'],
          ['name', 'Jan'],
        ]),
      ),
    )
    expect(read.ok && read.form.all('kind')).toEqual(['access', 'erasure'])
    expect(read.ok && read.form.get('name')).toBe('Jan')
    expect(read.ok && [read.form.get('phone'), read.form.all('phone')]).toEqual(['', []])
  })

  test('with fields named like parts of JavaScript is a form like any other', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
    const read = await readForm(runtime, post(sent(names.map((name) => [name, `value of ${name}`]))))
    for (const name of names) expect(read.ok && read.form.get(name)).toBe(`value of ${name}`)
    const empty = await readForm(runtime, post(sent([])))
    for (const name of names) expect(empty.ok && empty.form.all(name)).toEqual([])
  })

  test('without a token, with a wrong one, or with that of another browser is refused', async () => {
    const tokens = ['', 'x', csrfToken(runtime, 'another browser'), csrfToken(runtime, cookie).slice(0, -1)]
    for (const token of tokens) {
      expect(await readForm(runtime, post(sent([['name', 'Jan']], token)))).toMatchObject({
        ok: false,
        reason: 'forged',
        status: 400,
      })
    }
    expect(await readForm(runtime, post(sent([]), { cookies: 'theme=dark' }))).toMatchObject({ reason: 'forged' })
  })

  test('keeps what was typed when its token is wrong', async () => {
    const read = await readForm(runtime, post(sent([['details', 'Alles graag']], 'old')))
    expect(!read.ok && read.form?.get('details')).toBe('Alles graag')
  })

  test('takes its cookie on https only with the prefix that no other host can set', async () => {
    const secure = { keys: runtime.keys, publicUrl: 'https://privacy.example.nl' }
    expect(await readForm(secure, post(sent([])))).toMatchObject({ reason: 'forged' })
    expect(await readForm(secure, post(sent([]), { cookies: `__Host-csrf=${cookie}` }))).toMatchObject({ ok: true })
  })

  test('above 256 KB is too large, with everything typed kept', async () => {
    const letter = 'a'.repeat(1024 * 1024)
    const read = await readForm(
      runtime,
      post(
        sent([
          ['details', letter],
          ['name', 'Jan'],
        ]),
      ),
    )
    expect(read).toMatchObject({ ok: false, reason: 'too_large', status: 413 })
    expect(!read.ok && read.form?.get('details')).toBe(letter)
    expect(!read.ok && read.form?.get('name')).toBe('Jan')
  })

  test('above 8 MB is not read to its end', async () => {
    let given = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += 1
        controller.enqueue(new Uint8Array(1024 * 1024).fill(97))
      },
    })
    const request = new Request('http://localhost:3000/', {
      method: 'POST',
      headers: { 'Content-Type': urlencoded },
      body,
      duplex: 'half',
    })
    expect(await readForm(runtime, request)).toEqual({ ok: false, reason: 'too_large', status: 413, form: null })
    expect(given).toBeLessThan(20)
  })

  test('of another type is no form', async () => {
    for (const type of ['text/plain', 'application/json', 'multipart/form-data; boundary=x', ''])
      expect(await readForm(runtime, post('name=Jan', { type }))).toMatchObject({ reason: 'not_a_form', status: 400 })
    const parameters = { type: 'Application/X-WWW-Form-Urlencoded; charset=UTF-8' }
    expect(await readForm(runtime, post(sent([]), parameters))).toMatchObject({ ok: true })
  })

  test('that has no body at all is refused, not broken', async () => {
    const bare = new Request('http://localhost:3000/', { method: 'POST', headers: { 'Content-Type': urlencoded } })
    expect(await readForm(runtime, bare)).toMatchObject({ ok: false, reason: 'forged' })
  })
})

// What strangers send: any bytes, broken escapes, NUL, lone surrogates, very long, duplicates, names of the language.
const strangeText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.uint16Array().map((units) => String.fromCharCode(...units)),
  fc.constantFrom('\u0000', 'a\u0000b', '\r\r\n', '\ud800', '__proto__', 'csrf', '[object Object]', '%', '%zz', '&=&='),
  fc.nat(20_000).map((length) => 'ë'.repeat(length)),
)
const strangeBody = fc.oneof(
  { weight: 3, arbitrary: fc.array(fc.tuple(strangeText, strangeText)).map((pairs) => sent(pairs)) },
  { weight: 2, arbitrary: strangeText },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Uint8Array.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => [...bytes].map((b) => `%${b.toString(16)}`).join('')),
  },
)
const strangeCookies = fc.oneof(
  fc.constantFrom(`csrf=${cookie}`, '', 'csrf', 'csrf=', '=;=;', 'csrf=%E0%A4%A', '__proto__=1; csrf=""'),
  fc.stringMatching(/^[\x20-\x7e]*$/),
)
const strangeType = fc.constantFrom(urlencoded, `${urlencoded};charset=utf-7`, 'text/plain', 'multipart/form-data', '')

test('none of 10,000 strange inputs does more than get 400 or 413', async () => {
  await fc.assert(
    fc.asyncProperty(strangeBody, strangeCookies, strangeType, async (body, cookies, type) => {
      const read = await readForm(runtime, post(body, { cookies, type }))
      if (!read.ok) expect([400, 413]).toContain(read.status)
      for (const value of Object.values(read.form?.entries ?? {}).flat()) {
        expect(value).not.toMatch(/[\u0000\r]/)
        expect(value.isWellFormed()).toBe(true)
      }
    }),
    { numRuns: 10_000 },
  )
}, 180_000)

test('what is stored of a text has no NUL, no lone surrogate and one kind of line end, and stays so', () => {
  fc.assert(
    fc.property(strangeText, (text) => {
      const stored = storable(text)
      expect(stored).not.toMatch(/[\u0000\r]/)
      expect(stored.isWellFormed()).toBe(true)
      expect(storable(stored)).toBe(stored)
    }),
  )
  expect(storable('één\r\ntwee\rdrie\nvier')).toBe('één\ntwee\ndrie\nvier')
})
