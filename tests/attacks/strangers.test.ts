import fc from 'fast-check'
import { SignJWT, exportSPKI, generateKeyPair } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { startDemo } from './running-demo'
import type { RunningDemo } from './running-demo'
import { Visitor, codesTo, mailsTo, newCodeTo, sendRaw } from './visitor'
import type { Answer } from './visitor'

let demo: RunningDemo
const seen: Answer[] = []
const typedSecret = 'geheim-kenmerk-9471'
const somebody = () => new Visitor(demo, seen)
const form = { 'Content-Type': 'application/x-www-form-urlencoded' }

beforeAll(async () => {
  demo = await startDemo({ TRUSTED_PROXIES: '127.0.0.1,::1', LOG_LEVEL: 'info' })
}, 300_000)
afterAll(() => demo.stop())

test('a form that was sent from another site, or from nowhere, does nothing', async () => {
  const visitor = somebody()
  const fields = { kind: 'access', name: 'Jan', email: 'herkomst@voorbeeld.example', csrf: await visitor.csrf() }
  for (const origin of [
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'http://127.0.0.1:1',
    'foo',
    '',
  ]) {
    const answer = await visitor.post('/nl/requests/new', fields, { Origin: origin })
    expect([origin, answer.status]).toEqual([origin, 403])
  }
  const own = new URL(demo.portalUrl).origin
  expect((await visitor.post('/nl/requests/new', fields, { Origin: own, Host: new URL(own).host })).status).toBe(303)
  // reading is no harm, whatever the header says
  for (const origin of ['https://evil.example', 'null', 'foo', '\u00e9', 'http://'])
    expect((await visitor.get('/nl', { Origin: origin })).status).toBe(200)
})

test('the hand-off is the one form from another site, to the letter of its address, and only its signature is believed', async () => {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  await demo.command('setting', 'set', 'handOff.loginUrl', 'https://www.despaak.example/inloggen')
  await demo.command('setting', 'set', 'handOff.issuer', 'https://www.despaak.example')
  await demo.command('setting', 'set', '--', 'handOff.keys', await exportSPKI(publicKey))
  const visitor = somebody()
  const foreign = { Origin: 'https://www.despaak.example', ...form }
  for (const path of [
    '/nl/hand-off/confirm',
    '/nl/hand-off/',
    '/nl/hand-off.data',
    '/nl/hand-off?index',
    '/nl/hand-off?_routes=routes/portal/sign-out',
    '/NL/hand-off',
    '/nl/../nl/hand-off',
    '/de/hand-off',
    '//nl/hand-off',
    '/nl/hand-off%2f..%2fsign-out',
  ])
    expect([path, (await visitor.send('POST', path, foreign, 'token=x')).status]).toEqual([path, 403])
  for (const origin of ['https://www.despaak.example', 'null', 'https://evil.example']) {
    const refused = await visitor.send('POST', '/nl/hand-off', { ...form, Origin: origin }, 'token=a.b.c')
    expect([origin, refused.status]).toEqual([origin, 400])
    expect(String(refused.headers['set-cookie'])).not.toContain('csrf=')
    expect(refused.text).toContain('/nl/requests/new')
  }
  const started = await visitor.get('/nl/hand-off/start')
  const state = new URL(started.headers.location ?? '').searchParams.get('state') ?? ''
  const token = await new SignJWT({ state, email: 'account@voorbeeld.example', email_verified: true, name: 'Ank' })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setIssuer('https://www.despaak.example')
    .setAudience(new URL(demo.portalUrl).origin)
    .setIssuedAt()
    .setExpirationTime('2m')
    .setJti(crypto.randomUUID())
    .sign(privateKey)
  const arrived = await visitor.send('POST', '/nl/hand-off', foreign, `token=${token}`)
  expect([arrived.status, arrived.headers.location]).toEqual([303, '/nl/hand-off/confirm'])
  expect((await visitor.get('/nl/hand-off/confirm')).text).toContain('account@voorbeeld.example')
  expect((await visitor.post('/nl/hand-off/confirm', { answer: 'yes' })).status).toBe(303)
  const filed = await visitor.file('account@voorbeeld.example')
  expect(filed.headers.location).toMatch(/^\/nl\/requests\/AVG-.*\?receipt$/)
  expect((await visitor.get(filed.headers.location ?? '')).status).toBe(200)
})

test('a form without its token, with a made-up one, or with that of another browser does nothing', async () => {
  const visitor = somebody()
  await visitor.get('/nl/requests/new')
  const others = await somebody().csrf()
  const fields = { kind: 'access', name: 'Jan', email: 'vervalst@voorbeeld.example' }
  for (const csrf of ['', 'x', others, 'é'.repeat(43)])
    expect((await visitor.post('/nl/requests/new', { ...fields, csrf })).status).toBe(400)
  const bare = somebody()
  bare.cookies.set('csrf', '')
  expect((await bare.post('/nl/requests/new', { ...fields, csrf: '' })).status).toBe(400)
  for (const path of ['/nl/verify', '/nl/sign-in', '/desk/login', '/desk/logout', '/nl/requests/new.data'])
    expect([path, (await visitor.post(path, { ...fields, csrf: others })).status]).toEqual([path, 400])
  expect(await mailsTo(demo, 'vervalst@voorbeeld.example')).toEqual([])
})

test('forged forwarding headers and hosts neither break a page nor get into a mail or a redirect', async () => {
  const forged = {
    Host: 'evil.example',
    'X-Forwarded-Host': 'evil.example',
    'X-Forwarded-Proto': 'gopher',
    'X-Forwarded-Port': '99999',
    'X-Forwarded-Server': 'evil.example',
    Forwarded: 'for=evil;host=evil.example;proto=https',
    'X-Original-URL': '/desk/queue',
    'X-HTTP-Method-Override': 'DELETE',
  }
  const visitor = somebody()
  const filed = await visitor.file('gastheer@voorbeeld.example', {}, forged)
  expect(filed.status).toBe(303)
  expect(filed.headers.location).toBe('/nl/verify')
  await newCodeTo(demo, 'gastheer@voorbeeld.example', 0)
  for (const mail of await mailsTo(demo, 'gastheer@voorbeeld.example')) {
    expect(mail.html + mail.text).not.toContain('evil.example')
    for (const [link = ''] of mail.text.matchAll(/https?:\/\/[^\s)]+/g))
      expect(link).toContain(new URL(demo.portalUrl).host)
  }
  for (const path of ['/nl', '/nl/requests', '/desk', '/desk/login', '/api/v1/requests']) {
    const answer = await visitor.get(path, forged)
    expect(answer.status).toBeLessThan(500)
    expect(answer.headers.location ?? '').not.toContain('evil')
    expect(answer.text).not.toContain('evil.example')
  }
  for (const host of ['', ':', 'a b', '[', '%00', 'localhost:99999', '../..'])
    expect(
      (await sendRaw(demo.port, `GET /nl HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).status,
    ).toBeLessThan(500)
})

test('the development mailbox opens for nobody who comes by another name (DNS rebinding)', async () => {
  for (const path of ['/dev/mailbox', '/dev/mailbox.json', '/dev/mailbox.data'])
    expect([path, (await somebody().get(path, { Host: `evil.example:${demo.port}` })).status]).toEqual([path, 404])
})

test('line breaks in what is typed never reach a header of a mail or of an answer', async () => {
  const email = 'regel@voorbeeld.example'
  const breaks = '\r\nBcc: evil@voorbeeld.example\r\nSubject: hoi\u0085\u2028'
  const visitor = somebody()
  expect(
    (await visitor.file(email, { name: `Jan${breaks}`, details: breaks, customerNumber: `1${breaks}` })).status,
  ).toBe(303)
  for (const wrong of [`${email}${breaks}`, `evil@x.example,${email}`, `${email}\n`, `"a"<${email}>`, 'a@b@c'].slice(
    0,
    5,
  ))
    if (wrong.trim() !== email) expect((await visitor.file(wrong)).status).toBe(400)
  const code = await newCodeTo(demo, email, 0)
  const entered = await visitor.post('/nl/verify', { code })
  expect(entered.status).toBe(303)
  for (const { subject, to } of await mailsTo(demo, email)) {
    expect(`${subject}${to}`).not.toMatch(/[\r\n\u0085\u2028]/)
    expect(to).toBe(email)
  }
  expect(await mailsTo(demo, 'evil@voorbeeld.example')).toEqual([])
  for (const path of [
    '/nl/requests/a%0d%0aX-Evil:1/proof',
    '/nl/requests/%E2%82%AC/answer',
    '/nl/requests/%00',
    '/nl/requests/%00/proof',
  ]) {
    const answer = await visitor.get(path)
    expect(answer.status).toBeLessThan(500)
    expect(answer.headers['x-evil']).toBeUndefined()
  }
})

test('markup in what is typed is shown, never carried out', async () => {
  const visitor = somebody()
  const markup = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
  const again = await visitor.file('geen adres', { name: markup, details: markup })
  expect(again.status).toBe(400)
  expect(again.text).not.toContain('<script>alert')
  expect(again.text).not.toContain('<img src=x')
  await visitor.file('opmaak@voorbeeld.example', { name: markup, details: markup })
  await visitor.post('/nl/verify', { code: await newCodeTo(demo, 'opmaak@voorbeeld.example', 0) })
  for (const { html } of await mailsTo(demo, 'opmaak@voorbeeld.example'))
    expect(html).not.toMatch(/<script>|<img src=x/)
})

const escapes = [
  '/assets/../../../package.json',
  '/assets/..%2f..%2f..%2fpackage.json',
  '/assets/%2e%2e/%2e%2e/server/index.js',
  '/assets/..%5c..%5cserver%5cindex.js',
  '/..%2f..%2f..%2f..%2fetc/passwd',
  '/../../../../etc/passwd',
  '//etc/passwd',
  '/.vite/manifest.json',
  '/.data/demo.json',
  '/server/index.js',
  '/built-from.txt',
  '/assets/',
  '/assets/%00',
]
test.each(escapes)('no file outside the pages is given out: %s', async (path) => {
  const { status, text } = await sendRaw(
    demo.port,
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
  )
  expect(status).toBeGreaterThanOrEqual(300)
  expect(status).toBeLessThan(500)
  expect(text).not.toMatch(/root:|"dependencies"|"password"|createRequestHandler/)
})

test('malformed addresses, methods and headers are the client’s mistake, never ours', async () => {
  const odd = ['/%', '/%00', '/%ff', '/nl/%', '/nl/%C0%AF', '/desk/%', '/desk/%00', '/api/%', '/api/v1/requests/%00']
  odd.push(
    '/assets/%',
    '/assets/%ff',
    '/nl?%',
    '/nl?a[]=1&a[b]=2',
    '/nl?__proto__[x]=1',
    '/nl/requests/new?kind=%ff',
    '*',
  )
  odd.push(
    `/nl/${'a'.repeat(8000)}`,
    '/nl/..;/desk',
    '/nl//',
    '//',
    '///nl',
    '/NL',
    '/Desk/Queue',
    '/__manifest',
    '/nl.data?_routes=%',
  )
  odd.push(
    '/nl.data?_routes=routes/desk/queue',
    '/_root.data',
    '/__manifest?p=%',
    '/__manifest?version=x&p=/desk',
    'http://evil.example/nl',
  )
  for (const path of odd)
    for (const method of [
      'GET',
      'HEAD',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'OPTIONS',
      'TRACE',
      'PROPFIND',
      'SEARCH',
      'QUERY',
    ]) {
      const raw = `${method} ${path} HTTP/1.1\r\nHost: localhost:${demo.port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`
      const { status } = await sendRaw(demo.port, raw)
      expect([method, path.slice(0, 40), status < 500]).toEqual([method, path.slice(0, 40), true])
    }
  const plain = `Host: localhost:${demo.port}\r\nConnection: close\r\n`
  for (const bytes of [
    `GET /nl HTTP/1.1\r\n${plain}Cookie: ${'a'.repeat(20_000)}\r\n\r\n`,
    `GET /nl HTTP/1.1\r\n${plain}Cookie: csrf=%; subject=\u0000\r\n\r\n`,
    `GET /nl HTTP/1.1\r\n${plain}Cookie: csrf=%E0%A4%A; verification=a.b; verification=..; staff=__proto__\r\n\r\n`,
    `GET /nl HTTP/1.1\r\n${plain}Accept-Language: ${'x;q=1,'.repeat(2000)}\r\n\r\n`,
    `GET /nl HTTP/1.1\r\n${plain}Accept-Encoding: \u00ff\r\nRange: bytes=0-\r\nIf-None-Match: *\r\n\r\n`,
    `GET /nl HTTP/1.0\r\n\r\n`,
    `GET /nl HTTP/9.9\r\n${plain}\r\n`,
    `POST /nl/sign-in HTTP/1.1\r\n${plain}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc`,
    `POST /nl/sign-in HTTP/1.1\r\n${plain}Content-Length: -1\r\n\r\n`,
    `POST /nl/sign-in HTTP/1.1\r\n${plain}Expect: nonsense\r\nContent-Length: 0\r\n\r\n`,
  ])
    expect([bytes.slice(0, 120), (await sendRaw(demo.port, bytes)).status < 500]).toEqual([bytes.slice(0, 120), true])
}, 180_000)

test('bodies of other kinds than a form are refused by every form', async () => {
  const visitor = somebody()
  const csrf = await visitor.csrf()
  const bodies: [string, string][] = [
    ['application/json', JSON.stringify({ csrf, email: 'a@b.example', __proto__: { admin: true } })],
    ['application/xml', '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
    ['multipart/form-data; boundary=x', `--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n${csrf}\r\n--x--`],
    ['text/plain', `csrf=${csrf}`],
    ['', `csrf=${csrf}`],
    ['application/x-www-form-urlencoded; charset=utf-16', `csrf=${csrf}%`],
    ['application/x-www-form-urlencoded', '%'.repeat(1000)],
    ['application/x-www-form-urlencoded', 'a&'.repeat(200_000)],
  ]
  for (const path of [
    '/nl/requests/new',
    '/nl/verify',
    '/nl/verify/code',
    '/nl/sign-in',
    '/desk/login',
    '/desk/invitation/x',
  ])
    for (const [type, body] of bodies)
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const { status } = await visitor.send(method, path, type ? { 'Content-Type': type } : {}, body)
        expect([method, path, type, [303, 400, 405, 413, 429].includes(status)]).toEqual([method, path, type, true])
      }
  // a resend without a token leads back to the page, and sends nothing
  expect((await visitor.send('POST', '/nl/verify/code', form, '')).headers.location).toBe('/nl/verify')
}, 120_000)

test('nine megabytes are refused without being read to their end', async () => {
  const visitor = somebody()
  const answer = await visitor
    .send('POST', '/nl/requests/new', form, Buffer.alloc(9 * 1024 * 1024, 'a'))
    .catch(() => null)
  expect(answer === null || answer.status === 413).toBe(true)
})

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    'access',
    'objection',
    'direct_marketing',
    'parent',
    'self',
    'a@b.example',
    'nl',
    '__proto__',
  ),
  fc.constantFrom(
    '\ud800',
    '\u202e',
    '{{7*7}}',
    '${7*7}',
    "' or 1=1 --",
    '=1+1',
    '../../etc/passwd',
    '111222333',
    '9'.repeat(400),
  ),
  fc.nat({ max: 20_000 }).map((length) => 'x'.repeat(length)),
)
const fieldNames = ['kind', 'name', 'email', 'phone', 'customerNumber', 'details', 'language', 'objectionTo', 'reason']
fieldNames.push(
  'filedBy',
  'subjectName',
  'postalAddress',
  'website',
  'keepNumber',
  'csrf',
  '__proto__',
  'constructor',
  'kind[]',
)
const oddForm = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...fieldNames), fc.string({ maxLength: 12 })), oddText), {
  maxLength: 14,
})

test('2,000 strange forms give 303, 400, 413 or 429, and nothing else', async () => {
  const visitor = somebody()
  const csrf = await visitor.csrf()
  const paths = ['/nl/requests/new', '/en/requests/new', '/nl/verify', '/nl/sign-in', '/desk/login'] as const
  const path = fc.oneof(
    { arbitrary: fc.constant(paths[0]), weight: 6 },
    { arbitrary: fc.constantFrom(...paths), weight: 4 },
  )
  let sent = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(path, oddForm), { minLength: 20, maxLength: 20 }), async (batch) => {
      const answers = await Promise.all(
        batch.map(([to, fields]) => {
          const body = new URLSearchParams([
            ['csrf', csrf],
            ...fields.map(([name, value]) => [name, value.toWellFormed()]),
          ])
          sent += 1
          return visitor.send('POST', to, { ...form, 'X-Forwarded-For': `203.0.113.${sent % 250}` }, body.toString())
        }),
      )
      for (const { status } of answers) expect([303, 400, 413, 429]).toContain(status)
    }),
    { numRuns: 100, endOnFailure: true },
  )
  expect(sent).toBeGreaterThanOrEqual(2_000)
}, 300_000)

test('who guesses codes is slowed down, whatever submission they guess at, and the form is still there', async () => {
  const visitor = somebody()
  await visitor.file('raden@voorbeeld.example')
  const right = await newCodeTo(demo, 'raden@voorbeeld.example', 0)
  const csrf = await visitor.csrf()
  const statuses: number[] = []
  for (let at = 1; at <= 65; at++) {
    const guess = String((Number(right) + at) % 1_000_000).padStart(6, '0')
    statuses.push((await visitor.post('/nl/verify', { code: guess, csrf })).status)
  }
  expect(statuses.slice(0, 5)).toEqual([400, 400, 400, 400, 400])
  expect(statuses.at(-1)).toBe(429)
  const late = await visitor.post('/nl/verify', { code: right, csrf })
  expect(late.status).toBe(429)
  expect(late.text).toContain('name="code"')
  expect(Number(late.headers['retry-after'])).toBeGreaterThan(0)
})

test('a code works in the browser that filed, and in no other', async () => {
  const [filer, thief] = [somebody(), somebody()]
  await filer.file('browser@voorbeeld.example')
  const code = await newCodeTo(demo, 'browser@voorbeeld.example', 0)
  await thief.file('dief@voorbeeld.example')
  expect((await thief.post('/nl/verify', { code })).status).toBe(400)
  const bare = somebody()
  expect((await bare.post('/nl/verify', { code })).status).toBe(400)
  // a binding that was tampered with is none
  const [body = '', mark = ''] = (filer.cookies.get('verification') ?? '').split('.')
  for (const forged of [`${body}.`, `${body}.${mark.slice(1)}`, `${body}x.${mark}`, mark]) {
    bare.cookies.set('verification', forged)
    expect((await bare.post('/nl/verify', { code })).status).toBe(400)
  }
  expect((await filer.post('/nl/verify', { code })).status).toBe(303)
  expect((await filer.post('/nl/verify', { code })).status).toBe(400)
})

/** A page without what differs from one browser to the next. */
const bare = (text: string, email: string) =>
  text.replaceAll(email, 'EMAIL').replace(/name="csrf" value="[^"]*"/g, 'csrf')

test('known or unknown address: the same answers, the same pages', async () => {
  await somebody().fileAndConfirm('bekend@voorbeeld.example')
  const meet = async (email: string) => {
    const [asker, filer] = [somebody(), somebody()]
    const asked = await asker.post('/nl/sign-in', { email })
    const waiting = await asker.get('/nl/verify')
    const wrong = await asker.post('/nl/verify', { code: '000000' })
    const filed = await filer.file(email)
    const next = await filer.get('/nl/verify')
    return [asked, waiting, wrong, filed, next].map(({ status, headers, text }) => ({
      status,
      location: headers.location,
      cookies: (headers['set-cookie'] ?? []).map((cookie) => cookie.replace(/=[^;]*/, '')),
      text: bare(text, email),
    }))
  }
  expect(await meet('bekend@voorbeeld.example')).toEqual(await meet('vreemde@voorbeeld.example'))
})

test('a stranger who files with somebody’s address changes nothing for them and learns nothing', async () => {
  const email = 'slachtoffer@voorbeeld.example'
  const person = somebody()
  const reference = await person.fileAndConfirm(email, { kind: 'erasure', details: typedSecret })
  const before = await person.get(`/nl/requests/${reference}`)
  const stranger = somebody()
  const known = (await codesTo(demo, email)).length
  for (let times = 0; times < 12; times++) {
    const filed = await stranger.file(email, { kind: 'erasure' })
    expect(filed.status).toBe(303)
  }
  for (const path of [
    '/nl/verify',
    '/nl/requests',
    `/nl/requests/${reference}`,
    `/nl/requests/${reference}/withdrawal`,
  ]) {
    const { text } = await stranger.get(path)
    expect(text).not.toContain(typedSecret)
    if (!path.includes(reference)) expect(text).not.toContain(reference)
  }
  const after = await person.get(`/nl/requests/${reference}`)
  expect(bare(after.text, email)).toBe(bare(before.text, email))
  // a code of the stranger's asking is of no use in the person's browser, and the person's own still comes
  expect((await codesTo(demo, email)).length - known).toBeLessThanOrEqual(8)
  const again = somebody()
  const sofar = (await codesTo(demo, email)).length
  await again.post('/nl/sign-in', { email })
  expect((await again.post('/nl/verify', { code: await newCodeTo(demo, email, sofar) })).status).toBe(303)
  expect((await again.get(`/nl/requests/${reference}`)).text).toContain(typedSecret)
})

test('nobody sees, stops, answers or collects another’s request, by whatever address', async () => {
  const [mine, theirs] = [somebody(), somebody()]
  const reference = await mine.fileAndConfirm('eigenaar@voorbeeld.example', { details: typedSecret })
  const own = await theirs.fileAndConfirm('ander@voorbeeld.example')
  expect(own).not.toBe(reference)
  const parts = ['', '/withdrawal', '/answer', '/proof', '/package/file?until=1&signature=x']
  const routes = [
    'routes/portal/requests.$reference',
    'routes/portal/requests.$reference.withdrawal',
    'routes/portal/layout',
    'root',
  ]
  for (const language of ['nl', 'en'])
    for (const part of parts) {
      const path = `/${language}/requests/${reference}${part}`
      const single = path.replace(/(\?|$)/, '.data$1')
      const asked = [await theirs.get(path), await theirs.get(single), await theirs.get(path.toLowerCase())]
      for (const route of routes)
        asked.push(await theirs.get(`${single}${single.includes('?') ? '&' : '?'}_routes=${encodeURIComponent(route)}`))
      asked.push(await theirs.post(path, { text: 'Ik ben het echt', withdraw: 'yes' }))
      for (const { status, text } of asked) {
        expect(status).toBeLessThan(500)
        expect(text).not.toContain(typedSecret)
        expect(text).not.toContain('eigenaar@voorbeeld.example')
      }
      expect([path, (asked[0]?.status ?? 0) === 404 || asked[0]?.status === 302]).toEqual([path, true])
    }
  const still = await mine.get(`/nl/requests/${reference}`)
  expect(still.text).toContain(typedSecret)
  expect(still.text).not.toContain('Ik ben het echt')
  expect((await mine.get(`/nl/requests/${reference}/withdrawal`)).text).toContain('<form')
})

test('a session can’t be planted, and is worth nothing once its owner signed out', async () => {
  const person = somebody()
  person.cookies.set('subject', 'geplant-door-een-ander')
  await person.fileAndConfirm('sessie@voorbeeld.example')
  const cookie = person.cookies.get('subject') ?? ''
  expect(cookie).not.toBe('geplant-door-een-ander')
  expect(cookie.length).toBeGreaterThan(40)
  const thief = somebody()
  thief.cookies.set('subject', cookie)
  expect((await thief.get('/nl/requests')).status).toBe(200)
  expect((await person.post('/nl/sign-out', {})).status).toBe(303)
  expect((await thief.get('/nl/requests')).status).toBe(303)
})

test('figures for a monitor are for programs on this machine and for tokens, and name nobody', async () => {
  const direct = await fetch(new URL('/metrics', demo.portalUrl))
  expect(direct.status).toBe(200)
  const text = await direct.text()
  expect(text).toMatch(/^privacybalie_requests_open [1-9]\d*$/m)
  expect(text).toMatch(/^privacybalie_requests_in_view\{view="overdue"\} \d+$/m)
  expect(text).toMatch(/^privacybalie_mails\{state="failed"\} \d+$/m)
  expect(text).toMatch(/^privacybalie_job_lag_seconds [\d.]+$/m)
  expect(text).toMatch(/^# TYPE privacybalie_system_answered_timestamp_seconds gauge$/m)
  expect(text).not.toMatch(/@|\bPB-/)
  // who comes through a proxy on this machine
  expect((await somebody().get('/metrics')).status).toBe(401)
  const through = await sendRaw(
    demo.port,
    'GET /metrics HTTP/1.1\r\nHost: privacy.example.nl\r\nConnection: close\r\n\r\n',
  )
  expect(through.status).toBe(401)
  const auditor = demo.staff.find(({ role }) => role === 'auditor')
  const made = await demo.command(
    'token',
    'add',
    '--name',
    'monitor',
    '--as',
    auditor?.email ?? '',
    '--scope',
    'evidence:read',
    '--json',
  )
  const { token } = z.object({ token: z.string() }).parse(JSON.parse(made))
  expect((await somebody().get('/metrics', { Authorization: `Bearer ${token}` })).status).toBe(200)
  expect((await somebody().get('/metrics', { Authorization: `Bearer ${token}x` })).status).toBe(401)
})

test('every kind of answer carries the headers that keep a browser in bounds', async () => {
  const style = /href="(\/assets\/[^"]+\.css)"/.exec((await somebody().get('/nl')).text)?.[1] ?? ''
  const asked: [string, string, number][] = [
    ['GET', '/nl', 200],
    ['GET', style, 200],
    ['GET', '/theme.css', 200],
    ['GET', '/nl/bestaat-niet', 404],
    ['GET', '/assets/bestaat-niet.js', 404],
    ['GET', '/desk/queue', 303],
    ['GET', '/desk/login', 200],
    ['GET', '/api/v1/requests', 401],
    ['GET', '/api/bestaat-niet', 404],
    ['GET', '/healthz', 200],
    ['GET', '/readyz', 200],
    ['GET', '/metrics', 401],
    ['GET', '/%', 400],
    ['POST', '/nl/sign-in', 400],
    ['DELETE', '/nl', 405],
    ['TRACE', '/nl', 405],
  ]
  for (const [method, path, status] of asked) {
    const { status: got, headers } = await somebody().send(method, path)
    expect([method, path, got]).toEqual([method, path, status])
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("base-uri 'none'")
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe|https?:|\*/)
    expect(policy.includes('script-src')).toBe(path.startsWith('/desk'))
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['x-frame-options']).toBe('DENY')
    expect(headers['referrer-policy']).toBe('same-origin')
    expect(headers['x-powered-by']).toBeUndefined()
    expect(headers['access-control-allow-origin']).toBeUndefined()
  }
  for (const path of ['/nl', '/nl/requests/new', '/nl/verify', '/desk/login'])
    expect((await somebody().get(path)).headers['cache-control']).toBe('no-store')
  expect((await somebody().get('/nl')).text).not.toContain('<script')
  for (const cookie of (await somebody().get('/nl')).headers['set-cookie'] ?? []) {
    expect(cookie).toMatch(/samesite=lax/i)
    if (!cookie.startsWith('language=')) expect(cookie).toMatch(/httponly/i)
  }
})

test('the demo listens on this machine only', async () => {
  const { networkInterfaces } = await import('node:os')
  const outside = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
  for (const { address } of outside)
    await expect(
      fetch(`http://${address}:${demo.port}/healthz`, { signal: AbortSignal.timeout(2000) }),
    ).rejects.toThrow()
})

test('after all this no answer and no line of the log held a stack, a statement, a connection, or what people typed', () => {
  const leaks =
    /\n\s+at .+:\d+:\d+|node_modules|postgres(ql)?:\/\/|mysql:\/\/|PostgresError|Failed query|\bselect .+ from\b|password authentication/i
  const leaking = seen.filter(({ text }) => leaks.test(text)).map(({ status, text }) => [status, leaks.exec(text)?.[0]])
  expect(leaking).toEqual([])
  expect(seen.filter(({ status }) => status >= 500)).toEqual([])
  const log = demo.log()
  expect(log).not.toMatch(/postgres(ql)?:\/\/|Failed query|request failed/)
  expect(log).not.toContain(typedSecret)
  expect(log).not.toContain('@voorbeeld.example')
})
