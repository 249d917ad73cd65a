import { createHmac, generateKeyPairSync } from 'node:crypto'
import { SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { handOff, request as requestTable, rateLimit } from '~db/schema'
import { proofsOfRequest } from '~/identity/proof.server'
import { purgeHandOffs } from '~/identity/hand-off.server'
import { csrfToken } from '~/platform/forms.server'
import { writeSetting } from '~/platform/organisation.server'
import { publicKeysFrom } from '~/platform/public-keys.server'
import { inTransaction } from '~/platform/runtime.server'
import * as arrival from '~/routes/portal/hand-off'
import * as confirm from '~/routes/portal/hand-off.confirm'
import * as start from '~/routes/portal/hand-off.start'
import * as filing from '~/routes/portal/requests.new'
import * as list from '~/routes/portal/requests'
import * as signOut from '~/routes/portal/sign-out'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

const ed = generateKeyPairSync('ed25519')
const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const stranger = generateKeyPairSync('ed25519')
const spkiOfEd = ed.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const jwks = JSON.stringify({
  keys: [
    { ...ed.publicKey.export({ format: 'jwk' }), kid: 'web-2026', alg: 'EdDSA', use: 'sig' },
    { ...ec.publicKey.export({ format: 'jwk' }), kid: 'app-2026' },
  ],
})
const issuer = 'https://www.despaak.example'

let own: TestRuntime
beforeAll(async () => {
  own = await testRuntime()
  await settings({ loginUrl: 'https://www.despaak.example/inloggen?from=privacy', issuer, keys: jwks })
})
afterAll(() => own.close())
beforeEach(() => own.runtime.db.delete(rateLimit).then(() => undefined))

async function settings({ loginUrl, issuer, keys }: Record<'loginUrl' | 'issuer' | 'keys', string>) {
  await inTransaction(own.runtime, async (tx) => {
    for (const [name, value] of Object.entries({ loginUrl, issuer, keys }))
      expect(await writeSetting(tx, own.runtime, `handOff.${name as 'keys'}`, value, null)).toEqual({ ok: true })
  })
}

type Handler = (args: LoaderFunctionArgs & ActionFunctionArgs) => unknown

/** A browser: keeps cookies, but sends none of them with a form from a foreign page. */
class Browser {
  readonly cookies = new Map<string, string>([['csrf', 'browser']])

  async call(handler: unknown, path: string, form?: Record<string, string>, foreign = false): Promise<Response> {
    const cookie = foreign ? '' : [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const body =
      form && new URLSearchParams({ ...(foreign ? {} : { csrf: csrfToken(own.runtime, 'browser') }), ...form })
    const request = new Request(`http://localhost:3000${path}`, {
      headers: { Cookie: cookie, ...(body ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}) },
      ...(body ? { method: 'POST', body } : {}),
    })
    const context = { runtime: own.runtime, clientAddress: '192.0.2.9', csrf: '', nonce: '', requestId: 'test' }
    const answered = await Promise.resolve((handler as Handler)({ request, params: { lng: 'nl' }, context })).catch(
      (thrown: unknown) => {
        if (thrown instanceof Response) return thrown
        throw thrown
      },
    )
    const response =
      answered instanceof Response
        ? answered
        : new Response(
            JSON.stringify(answered),
            typeof answered === 'object' && answered !== null && 'init' in answered
              ? (answered.init as ResponseInit)
              : {},
          )
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return response
  }

  /** Begins at the portal; answers the state that goes to the company's log-in. */
  async begin(): Promise<string> {
    const answered = await this.call(start.loader, '/nl/hand-off/start')
    const location = new URL(answered.headers.get('Location') ?? '')
    expect(location.origin + location.pathname).toBe('https://www.despaak.example/inloggen')
    expect(location.searchParams.get('from')).toBe('privacy')
    return location.searchParams.get('state') ?? ''
  }

  post(token: string): Promise<Response> {
    return this.call(arrival.action, '/nl/hand-off', { token }, true)
  }
}

const jti = () => crypto.randomUUID()
const seconds = () => Math.floor(own.clock.now().epochMilliseconds / 1000)
const person = { email: 'Jan@Voorbeeld.example', email_verified: true, name: 'Jan de Vries', customerNumber: 'K-10023' }

function claims(more: Record<string, unknown> = {}) {
  const now = seconds()
  return { iss: issuer, aud: own.runtime.publicUrl, iat: now, exp: now + 120, jti: jti(), ...person, ...more }
}
const signed = (more: Record<string, unknown> = {}, header: Record<string, unknown> = {}, key = ed.privateKey) =>
  new SignJWT(claims(more)).setProtectedHeader({ alg: 'EdDSA', kid: 'web-2026', ...header }).sign(key)

test('a customer who comes from the company’s own log-in files without a code, and the number counts as proven', async () => {
  const browser = new Browser()
  const token = await signed({ state: await browser.begin() })
  const posted = await browser.post(token)
  expect([posted.status, posted.headers.get('Location')]).toEqual([303, '/nl/hand-off/confirm'])
  const shown = await (await browser.call(confirm.loader, '/nl/hand-off/confirm')).text()
  expect(shown).toContain('Jan@Voorbeeld.example')
  // nothing is open before the person said yes
  expect((await browser.call(list.loader, '/nl/requests')).status).toBe(303)
  const yes = await browser.call(confirm.action, '/nl/hand-off/confirm', { answer: 'yes' })
  expect([yes.status, yes.headers.get('Location')]).toEqual([303, '/nl/requests/new'])
  const form = await (await browser.call(filing.loader, '/nl/requests/new')).text()
  expect(form).toContain('K-10023')
  const filed = await browser.call(filing.action, '/nl/requests/new', {
    kind: 'access',
    name: 'Jan de Vries',
    email: 'jan@voorbeeld.example',
    customerNumber: 'K-10023',
  })
  const [, reference = ''] = /^\/nl\/requests\/(AVG-[^?]+)\?receipt$/.exec(filed.headers.get('Location') ?? '') ?? []
  const rows = await own.runtime.db.select().from(requestTable)
  const row = rows.find((each) => each.reference === reference)
  expect(row?.state).toBe('received')
  const proofs = await proofsOfRequest(own.runtime.db, row?.id ?? '')
  expect(proofs.map(({ method, proves }) => [method, proves])).toEqual([['hand_off', ['email', 'customerNumber']]])

  // another address is not vouched for: it gets its code
  const other = await browser.call(filing.action, '/nl/requests/new', {
    kind: 'access',
    name: 'Jan',
    email: 'iemand-anders@voorbeeld.example',
  })
  expect(other.headers.get('Location')).toBe('/nl/verify')
  // and a number that the log-in did not say is not proven
  const typed = await browser.call(filing.action, '/nl/requests/new', {
    kind: 'access',
    name: 'Jan',
    email: 'jan@voorbeeld.example',
    customerNumber: 'K-99999',
  })
  const second = (await own.runtime.db.select().from(requestTable)).find((each) =>
    typed.headers.get('Location')?.includes(each.reference),
  )
  expect((await proofsOfRequest(own.runtime.db, second?.id ?? '')).map(({ proves }) => proves)).toEqual([['email']])

  // signing out ends it on the server too
  const kept = new Map(browser.cookies)
  await browser.call(signOut.action, '/nl/sign-out', {})
  for (const [name, value] of kept) browser.cookies.set(name, value)
  expect(await (await browser.call(filing.loader, '/nl/requests/new')).text()).not.toContain('K-10023')
})

test('an ES256 key under its own kid works as well', async () => {
  const browser = new Browser()
  const state = await browser.begin()
  const token = await signed({ state }, { alg: 'ES256', kid: 'app-2026' }, ec.privateKey)
  expect((await browser.post(token)).status).toBe(303)
})

test('a token works once, also when it is posted twice at the same moment', async () => {
  const browser = new Browser()
  const token = await signed({ state: await browser.begin() })
  const answers = await Promise.all([browser.post(token), browser.post(token), browser.post(token)])
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 400, 400])
  expect((await browser.post(token)).status).toBe(400)
})

test('a spent token stays refused for as long as its age would let it in, and its row goes afterwards', async () => {
  const browser = new Browser()
  const token = await signed({ state: await browser.begin() })
  await browser.post(token)
  own.clock.advance({ seconds: 59 })
  await purgeHandOffs(own.runtime)
  expect((await browser.post(token)).status).toBe(400)
  own.clock.advance({ minutes: 31 })
  await purgeHandOffs(own.runtime)
  expect(await own.runtime.db.$count(handOff)).toBe(0)
  expect((await browser.post(token)).status).toBe(400)
})

const raw = (header: object, body: object, signature = '') =>
  [header, body].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + `.${signature}`

const attacks: [string, () => Promise<string> | string][] = [
  ['signed by a stranger', () => signed({}, {}, stranger.privateKey)],
  ['no signature (alg none)', () => new UnsecuredJWT(claims()).encode()],
  ['alg none, with the kid', () => raw({ alg: 'none', kid: 'web-2026' }, claims())],
  [
    'HS256 keyed with our public key',
    () => {
      const [body] = [raw({ alg: 'HS256', kid: 'web-2026' }, claims()).slice(0, -1)]
      return `${body ?? ''}.${createHmac('sha256', spkiOfEd)
        .update(body ?? '')
        .digest('base64url')}`
    },
  ],
  ['RS256 with a key of their own', () => signed({}, { alg: 'RS256' }, rsa.privateKey)],
  ['ES256 under the kid of the Ed25519 key', () => signed({}, { alg: 'ES256' }, ec.privateKey)],
  ['EdDSA under the kid of the P-256 key', () => signed({}, { kid: 'app-2026' })],
  ['an unknown kid', () => signed({}, { kid: 'web-2025' })],
  ['no kid where there are two keys', () => signed({}, { kid: undefined })],
  ['a kid that is a path', () => signed({}, { kid: '../../etc/passwd' })],
  [
    'a key that the token brings along',
    () => signed({}, { kid: undefined, jwk: stranger.publicKey.export({ format: 'jwk' }) }, stranger.privateKey),
  ],
  ['61 seconds old', () => signed({ iat: seconds() - 61 })],
  ['of the future', () => signed({ iat: seconds() + 11 })],
  ['not good yet', () => signed({ nbf: seconds() + 60 })],
  ['over', () => signed({ exp: seconds() })],
  ['good for more than five minutes', () => signed({ exp: seconds() + 301 })],
  ['without iat', () => signed({ iat: undefined })],
  ['without exp', () => signed({ exp: undefined })],
  ['without jti', () => signed({ jti: undefined })],
  ['from another issuer', () => signed({ iss: 'https://evil.example' })],
  ['for another audience', () => signed({ aud: 'https://evil.example' })],
  ['for us and others', () => signed({ aud: [own.runtime.publicUrl, 'https://evil.example'] })],
  ['with an address that the company never checked', () => signed({ email_verified: false })],
  ['that does not say whether it was checked', () => signed({ email_verified: undefined })],
  ['with two addresses', () => signed({ email: 'a@x.example,b@x.example' })],
  ['with a line break in the address', () => signed({ email: 'a@x.example\r\nBcc: b@x.example' })],
  ['without an address', () => signed({ email: undefined })],
  [
    'changed after signing',
    async () => {
      const [head, , tail] = (await signed()).split('.')
      return [head, Buffer.from(JSON.stringify(claims({ email: 'x@y.example' }))).toString('base64url'), tail].join('.')
    },
  ],
  ['empty', () => ''],
  ['nonsense', () => 'a.b.c'],
  ['very long', () => 'a'.repeat(100_000)],
]

test.each(attacks)('a token that is %s: a plain page, no cookie, nothing kept', async (_name, make) => {
  const browser = new Browser()
  await browser.begin()
  const before = await own.runtime.db.$count(handOff)
  const answered = await browser.post(await make())
  expect([answered.status, await answered.text()]).toEqual([400, expect.stringContaining('refused')])
  expect(answered.headers.getSetCookie()).toEqual([])
  expect(await own.runtime.db.$count(handOff)).toBe(before)
})

test('an attacker’s own valid token signs nobody else’s browser in (log-in CSRF)', async () => {
  const attacker = new Browser()
  const token = await signed({ state: await attacker.begin(), email: 'aanvaller@voorbeeld.example' })
  const victim = new Browser()
  await victim.begin()
  await victim.post(token)
  const shown = await victim.call(confirm.loader, '/nl/hand-off/confirm')
  expect([shown.status, shown.headers.get('Location')]).toEqual([303, '/nl/hand-off'])
  const forced = await victim.call(confirm.action, '/nl/hand-off/confirm', { answer: 'yes' })
  expect(forced.headers.get('Location')).toBe('/nl/hand-off')
  expect(victim.cookies.has('subject')).toBe(false)
})

test('who begins at the company’s side goes round once and gets a state; a log-in that never gives it back ends', async () => {
  const browser = new Browser()
  const first = await browser.post(await signed())
  expect(first.headers.get('Location')).toBe('/nl/hand-off/start?again')
  expect(first.headers.getSetCookie()).toEqual([])
  const round = await browser.call(start.loader, '/nl/hand-off/start?again')
  const state = new URL(round.headers.get('Location') ?? '').searchParams.get('state')
  expect((await browser.post(await signed({ state }))).headers.get('Location')).toBe('/nl/hand-off/confirm')
  // the same log-in, forgetting the state once more
  expect((await browser.post(await signed())).headers.get('Location')).toBe('/nl/hand-off/start?again')
  const ended = await browser.call(start.loader, '/nl/hand-off/start?again')
  expect(ended.headers.get('Location')).toBe('/nl/hand-off')
})

test('a yes is said once, with this browser’s token, and “that is not me” forgets everything', async () => {
  const browser = new Browser()
  await browser.post(await signed({ state: await browser.begin() }))
  const forged = await browser.call(confirm.action, '/nl/hand-off/confirm', { answer: 'yes', csrf: 'forged' })
  expect(forged.status).toBe(400)
  const kept = new Map(browser.cookies)
  await browser.call(confirm.action, '/nl/hand-off/confirm', { answer: 'no' })
  for (const [name, value] of kept) browser.cookies.set(name, value)
  const late = await browser.call(confirm.action, '/nl/hand-off/confirm', { answer: 'yes' })
  expect(late.headers.get('Location')).toBe('/nl/hand-off')
  // an arrival without its signature is none
  browser.cookies.set('hand-off', (kept.get('hand-off') ?? '').replace(/.$/, 'x'))
  expect((await browser.call(confirm.loader, '/nl/hand-off/confirm')).status).toBe(303)
})

test('not set up, there is no such door', async () => {
  await settings({ loginUrl: '', issuer, keys: jwks })
  const browser = new Browser()
  expect((await browser.post(await signed())).status).toBe(404)
  expect((await browser.call(start.loader, '/nl/hand-off/start')).headers.get('Location')).toBe('/nl/hand-off')
  await settings({ loginUrl: 'https://www.despaak.example/inloggen', issuer, keys: jwks })
})

test('sixty tokens an hour from one address, then 429', async () => {
  const browser = new Browser()
  for (let at = 0; at < 60; at++) expect((await browser.post('a.b.c')).status).toBe(400)
  expect((await browser.post('a.b.c')).status).toBe(429)
})

test('only public keys that we can pin are taken as keys', async () => {
  const pem = (key: typeof ed.publicKey) => key.export({ type: 'spki', format: 'pem' }).toString()
  expect(publicKeysFrom('')).toEqual({ ok: true, keys: [] })
  expect(publicKeysFrom(pem(ed.publicKey))).toMatchObject({ ok: true, keys: [{ id: null, algorithm: 'EdDSA' }] })
  expect(publicKeysFrom(`kid: een\n${pem(ed.publicKey)}\nkid: twee\n${pem(ec.publicKey)}`)).toMatchObject({
    keys: [
      { id: 'een', algorithm: 'EdDSA' },
      { id: 'twee', algorithm: 'ES256' },
    ],
  })
  const wrong = [
    pem(rsa.publicKey),
    `${pem(ed.publicKey)}${pem(ec.publicKey)}`,
    ed.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    JSON.stringify({ keys: [ed.privateKey.export({ format: 'jwk' })] }),
    JSON.stringify({ keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'x' }] }),
    JSON.stringify({ keys: [{ ...ec.publicKey.export({ format: 'jwk' }), alg: 'HS256' }] }),
    JSON.stringify({ keys: 'x' }),
    '{',
    'geen sleutel',
  ]
  for (const text of wrong) expect([text, publicKeysFrom(text).ok]).toEqual([text, false])
  const refused = await inTransaction(own.runtime, (tx) =>
    writeSetting(tx, own.runtime, 'handOff.loginUrl', 'javascript:alert(1)', null),
  )
  expect(refused.ok).toBe(false)
})
