import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { staff } from '~db/schema'
import type { RequestContext } from '~/platform/context.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { loader as begin } from '~/routes/desk/login.oidc'
import { loader as comeBack } from '~/routes/desk/login.oidc.callback'
import { disableStaff, findStaffByEmail, memberOf } from '~/staff/accounts.server'
import type { Role } from '~/staff/roles'
import { readSession } from '~/staff/sessions.server'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'
import { startIssuer } from './issuer'
import type { Issuer } from './issuer'

let own: TestRuntime
let issuer: Issuer
/** OIDC_ROLES set: the issuer decides. */
let decides: Runtime
/** Only who was invited comes in. */
let invites: Runtime

beforeAll(async () => {
  own = await testRuntime(new Date().toISOString())
  issuer = await startIssuer(`${own.runtime.publicUrl}/desk/login/oidc/callback`)
  const settings = {
    ...own.runtime.settings,
    OIDC_ISSUER: issuer.url,
    OIDC_CLIENT_ID: issuer.clientId,
    OIDC_CLIENT_SECRET: issuer.clientSecret,
  }
  invites = { ...own.runtime, settings }
  decides = { ...own.runtime, settings: { ...settings, OIDC_ROLES: ['team=agent', 'lead=admin'] } }
})
afterAll(async () => {
  await issuer.close()
  await own.close()
})

const cookiesIn = (headers: Headers) =>
  headers
    .getSetCookie()
    .filter((line) => !/max-age=0/i.test(line))
    .map((line) => line.split(';')[0])
    .join('; ')

async function ask(loader: typeof begin, runtime: Runtime, address: string, cookies = '') {
  const context: RequestContext = { runtime, nonce: 'n', csrf: 'c', clientAddress: '127.0.0.1', requestId: 'r' }
  const request = new Request(address, { headers: { Cookie: cookies } })
  const thrown: unknown = await loader({ request, params: {}, context }).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(thrown instanceof Response)) throw thrown
  return { to: thrown.headers.get('location') ?? '', cookies: cookiesIn(thrown.headers) }
}

const start = (runtime: Runtime, query = '?next=/desk/systems') =>
  ask(begin, runtime, `http://localhost:3000/desk/login/oidc${query}`)

/** The whole way: from our log-in to the issuer's and back; answers where it led and who is signed in then. */
async function signInAs(runtime: Runtime, sub: string) {
  const begun = await start(runtime)
  const back = await issuer.logIn(begun.to, sub)
  const entered = await ask(comeBack, runtime, back.href, begun.cookies)
  const session = await readSession(
    runtime,
    new Request('http://localhost:3000/desk', { headers: { Cookie: entered.cookies } }),
  )
  return { back, begun, to: entered.to, cookies: entered.cookies, session }
}

async function invite(email: string, role: Role) {
  const [row] = await own.runtime.db
    .insert(staff)
    .values({ email, name: email, role, createdAt: own.clock.now() })
    .returning()
  if (!row) throw new Error('no account')
  return row
}

test('who was invited signs in by the issuer, in the role of the invitation, and lands where they were going', async () => {
  const row = await invite('ine@spaak.example', 'approver')
  issuer.people.set('ine', { email: 'Ine@Spaak.example', email_verified: true, name: 'Ine', roles: ['lead'] })
  const entered = await signInAs(invites, 'ine')
  expect(entered.to).toBe('/desk/systems')
  expect(entered.session?.staff).toMatchObject({ id: row.id, role: 'approver' })
})

test('a way back works once, only in the browser that set out, and only with its own state', async () => {
  issuer.people.set('once', { email: 'once@spaak.example', email_verified: true })
  await invite('once@spaak.example', 'agent')
  const { back, begun } = await signInAs(invites, 'once')
  const refused = '/desk/login?said=sso_refused'
  expect((await ask(comeBack, invites, back.href, begun.cookies)).to).toBe(refused)
  const second = await start(invites)
  const fresh = await issuer.logIn(second.to, 'once')
  expect((await ask(comeBack, invites, fresh.href)).to).toBe(refused)
  // somebody else's answer put upon this browser
  expect((await ask(comeBack, invites, fresh.href, begun.cookies)).to).toBe(refused)
  const forged = new URL(fresh)
  forged.searchParams.set('state', 'made-up')
  expect((await ask(comeBack, invites, forged.href, second.cookies)).to).toBe(refused)
})

test('an address that the issuer did not verify, or that nobody was invited at, opens nothing', async () => {
  await invite('unsure@spaak.example', 'admin')
  issuer.people.set('unsure', { email: 'unsure@spaak.example', email_verified: false })
  expect(await signInAs(invites, 'unsure')).toMatchObject({ to: '/desk/login?said=sso_no_email', session: null })
  issuer.people.set('stranger', { email: 'stranger@spaak.example', email_verified: true })
  expect(await signInAs(invites, 'stranger')).toMatchObject({ to: '/desk/login?said=sso_no_account', session: null })
})

test('an address that the issuer gave to somebody else does not open the account of who had it before', async () => {
  await invite('desk@spaak.example', 'admin')
  issuer.people.set('first', { email: 'desk@spaak.example', email_verified: true })
  expect((await signInAs(invites, 'first')).session?.staff.role).toBe('admin')
  issuer.people.set('second', { email: 'desk@spaak.example', email_verified: true })
  expect(await signInAs(invites, 'second')).toMatchObject({ to: '/desk/login?said=sso_no_account', session: null })
})

test('where the issuer decides, its claim gives the role at every sign-in, and losing it ends the sessions', async () => {
  issuer.people.set('ro', { email: 'ro@spaak.example', email_verified: true, name: 'Ro', roles: ['team', 'lead'] })
  const first = await signInAs(decides, 'ro')
  expect(first.session?.staff).toMatchObject({ email: 'ro@spaak.example', name: 'Ro', role: 'agent' })
  issuer.people.set('ro', { email: 'ro@spaak.example', email_verified: true, name: 'Ro', roles: ['lead'] })
  const second = await signInAs(decides, 'ro')
  expect(second.session?.staff.role).toBe('admin')
  const still = (cookies: string) =>
    readSession(decides, new Request('http://localhost:3000/desk', { headers: { Cookie: cookies } }))
  expect(await still(first.cookies)).toBeNull()
  issuer.people.set('ro', { email: 'ro@spaak.example', email_verified: true, roles: ['other'] })
  expect(await signInAs(decides, 'ro')).toMatchObject({ to: '/desk/login?said=sso_no_role', session: null })
  expect(await still(second.cookies)).toBeNull()
})

test('a disabled account stays closed, also by the issuer', async () => {
  const row = await invite('gone@spaak.example', 'agent')
  const boss = memberOf(await invite('boss@spaak.example', 'admin'))
  issuer.people.set('gone', { email: 'gone@spaak.example', email_verified: true, roles: ['lead'] })
  expect((await signInAs(invites, 'gone')).session?.staff.id).toBe(row.id)
  await inTransaction(own.runtime, (tx) => disableStaff(tx, own.runtime, { by: boss, staffId: row.id }))
  for (const runtime of [invites, decides])
    expect(await signInAs(runtime, 'gone')).toMatchObject({ to: '/desk/login?said=sso_no_account', session: null })
})

test('to show their presence somebody logs in at the issuer anew, as the same person', async () => {
  const row = await invite('here@spaak.example', 'admin')
  issuer.people.set('here', { email: 'here@spaak.example', email_verified: true })
  issuer.people.set('other', { email: 'other@spaak.example', email_verified: true })
  await invite('other@spaak.example', 'admin')
  const { cookies } = await signInAs(invites, 'here')
  const request = () => new Request('http://localhost:3000/desk', { headers: { Cookie: cookies } })
  const lastSeen = async () => (await readSession(invites, request()))?.authenticatedAt.epochMilliseconds ?? 0
  own.clock.advance({ minutes: 2 })
  const before = await lastSeen()
  for (const [sub, moved] of [
    ['other', false],
    ['here', true],
  ] as const) {
    const begun = await ask(
      begin,
      invites,
      'http://localhost:3000/desk/login/oidc?presence&next=/desk/settings',
      cookies,
    )
    expect(new URL(begun.to).searchParams.get('prompt')).toBe('login')
    const back = await issuer.logIn(begun.to, sub)
    const returned = await ask(comeBack, invites, back.href, `${cookies}; ${begun.cookies}`)
    expect(returned.to).toBe('/desk/settings')
    expect((await lastSeen()) > before).toBe(moved)
  }
  expect((await findStaffByEmail(own.runtime.db, 'here@spaak.example'))?.id).toBe(row.id)
  expect((await own.runtime.db.select().from(staff).where(eq(staff.email, 'here@spaak.example'))).length).toBe(1)
})

test('an issuer that does not answer leaves the other ways open', async () => {
  const away = { ...invites, settings: { ...invites.settings, OIDC_ISSUER: 'http://127.0.0.1:9' } }
  expect((await start(away)).to).toBe('/desk/login?said=sso_away')
})
