import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csrfToken } from '~/platform/forms.server'
import { keysFrom } from '~/platform/keys.server'
import { readUpload, uploadLimits } from '~/platform/uploads.server'

const runtime = { keys: keysFrom(randomBytes(32)), publicUrl: 'http://localhost:3000' }
const cookie = 'a-browser-of-its-own'
const headers = { Cookie: `csrf=${cookie}` }
const address = 'http://localhost:3000/desk/requests/new'

type Parts = [string, string | File][]

function post(parts: Parts, token = csrfToken(runtime, cookie)): Request {
  const body = new FormData()
  body.append('csrf', token)
  for (const [name, value] of parts) body.append(name, value)
  return new Request(address, { method: 'POST', body, headers })
}

const file = (name: string, size: number) => new File([Buffer.alloc(size, 7)], name, { type: 'image/png' })

test('fields and files of a form come as they were sent, names with their accents', async () => {
  const read = await readUpload(
    runtime,
    post([
      ['name', 'Zoë\r\nJansen'],
      ['kind', 'access'],
      ['kind', 'erasure'],
      ['files', file('brief één.png', 3)],
      ['files', file('../../etc/passwd', 5)],
      ['files', new File([], '')],
    ]),
  )
  if (!read.ok) throw new Error(read.reason)
  expect([read.form.get('name'), read.form.all('kind')]).toEqual(['Zoë\nJansen', ['access', 'erasure']])
  expect(read.files.map((one) => [one.field, one.name, one.content.length, one.tooLarge])).toEqual([
    ['files', 'brief één.png', 3, false],
    ['files', 'passwd', 5, false],
  ])
})

test('a file of exactly the limit is taken; one byte more is named and not kept', async () => {
  const read = await readUpload(
    runtime,
    post([
      ['files', file('net.png', uploadLimits.fileBytes)],
      ['files', file('over.png', uploadLimits.fileBytes + 1)],
      ['name', 'Jan'],
    ]),
  )
  if (!read.ok) throw new Error(read.reason)
  expect(read.files.map((one) => [one.name, one.tooLarge, one.content.length])).toEqual([
    ['net.png', false, uploadLimits.fileBytes],
    ['over.png', true, 0],
  ])
  expect(read.form.get('name')).toBe('Jan')
})

test('more files or bytes than any form has is too large, with everything typed kept', async () => {
  const many: Parts = Array.from({ length: uploadLimits.files + 1 }, (_, at) => ['files', file(`${at}.png`, 1)])
  expect(await readUpload(runtime, post([['name', 'Jan'], ...many]))).toMatchObject({ ok: false, status: 413 })
  const huge = await readUpload(
    runtime,
    post([
      ['name', 'Jan'],
      ['files', file('huge.png', 60 * 1024 * 1024)],
    ]),
  )
  expect(huge).toMatchObject({ ok: false, reason: 'too_large', status: 413 })
  expect(huge.form?.get('name')).toBe('Jan')
})

test('a form with files from elsewhere is refused, whatever it carries', async () => {
  const read = await readUpload(runtime, post([['files', file('a.png', 1)]], 'forged'))
  expect(read).toMatchObject({ ok: false, reason: 'forged', status: 400 })
})

test('strange and broken bodies are an answer, never an error', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 400 }),
      fc.constantFrom('xyz', '"x y"', '', 'é'),
      fc.boolean(),
      async (noise, boundary, framed) => {
        const type = `multipart/form-data; boundary=${encodeURI(boundary)}`
        const body = framed
          ? Buffer.concat([
              Buffer.from('--xyz\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\n'),
              noise,
            ])
          : Buffer.from(noise)
        const request = new Request(address, { method: 'POST', body, headers: { ...headers, 'Content-Type': type } })
        expect(await readUpload(runtime, request)).toMatchObject({ ok: false })
      },
    ),
    { numRuns: 300 },
  )
})
