import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { evidenceEntry, staff, typedDraft } from '~db/schema'
import { packageOffer } from '~/access/offer.server'
import { preparePackage } from '~/access/prepare.server'
import { releasePackage } from '~/access/release.server'
import { accessTasks } from '~/access/tasks.server'
import { beginSession } from '~/identity/session.server'
import { purgeTyped } from '~/identity/typed-draft.server'
import { csrfToken } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import { blindIndex } from '~/requests/blind-index.server'
import { requestOfAddress } from '~/requests/of-address.server'
import { enterRequest } from '~/requests/intake.server'
import type { RequestRow } from '~/requests/move.server'
import { memberOf } from '~/staff/accounts.server'
import * as answer from '~/routes/portal/requests.$reference.answer'
import * as identity from '~/routes/portal/requests.$reference.identity'
import * as file from '~/routes/portal/requests.$reference.package.file'
import * as proof from '~/routes/portal/requests.$reference.proof'
import * as one from '~/routes/portal/requests.$reference'
import * as withdrawal from '~/routes/portal/requests.$reference.withdrawal'
import * as list from '~/routes/portal/requests'
import * as filing from '~/routes/portal/requests.new'
import * as signOut from '~/routes/portal/sign-out'
import * as verify from '~/routes/portal/verify'
import { connectDemoCrm } from '~tests/support/demo-crm'
import type { DemoCrm } from '~tests/support/demo-crm'
import { identified } from '~tests/support/identified'
import { readZip } from '~tests/support/read-zip'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let crm: DemoCrm
let row: RequestRow
let email: string

beforeAll(async () => {
  own = await testRuntime('2026-03-02T09:00:00Z')
  crm = await connectDemoCrm(own.runtime)
  const [customer] = await crm.sql<{ email: string }[]>`
    select c.email from customers c where c.email is not null and c.deleted_at is null
      and (select count(*) from customers d where lower(trim(d.email)) = lower(trim(c.email))) = 1
      and exists (select 1 from orders o where o.customer_id = c.id) and c.id > 100 order by c.id limit 1`
  email = customer?.email ?? ''
  row = await entered(email)
})
afterAll(async () => {
  await crm.close()
  await own.close()
})

async function entered(address: string): Promise<RequestRow> {
  const result = await inTransaction(own.runtime, (tx) =>
    enterRequest(
      tx,
      own.runtime,
      { kinds: ['access'], language: 'nl', filedBy: 'self', channel: 'email', name: 'Jan', email: address },
      { kind: 'system' },
    ),
  )
  const [made] = result.ok ? result.requests : []
  if (!made) throw new Error('nothing entered')
  return made
}

const sessionOf = async (address: string) =>
  (
    await inTransaction(own.runtime, (tx) => beginSession(tx, own.runtime, blindIndex(own.runtime, 'email', address)))
  ).split(';')[0] ?? ''

type Ask = { cookie?: string; form?: Record<string, string>; reference?: string; search?: string; csrf?: boolean }
type Handler = (args: LoaderFunctionArgs & ActionFunctionArgs) => unknown

/** What one loader or action answers when it is called by itself, as Remix does. Thrown answers count as answers. */
async function call(
  handler: Handler,
  { cookie = '', form, reference = row.reference, search = '', csrf = true }: Ask,
): Promise<Response> {
  const cookies = [cookie, 'csrf=browser'].filter(Boolean).join('; ')
  const token = csrf ? csrfToken(own.runtime, 'browser') : 'forged'
  const body = form ? new URLSearchParams({ csrf: token, ...form }) : null
  const request = new Request(`http://localhost:3000/nl${search}`, {
    headers: { Cookie: cookies, ...(body ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}) },
    ...(body ? { method: 'POST', body } : {}),
  })
  const context = { runtime: own.runtime, clientAddress: '192.0.2.1', csrf: token, nonce: '', requestId: 'test' }
  try {
    const answered = await handler({ request, params: { lng: 'nl', reference }, context })
    if (answered instanceof Response) return answered
    const init =
      typeof answered === 'object' && answered !== null && 'init' in answered ? (answered.init as ResponseInit) : {}
    return new Response(JSON.stringify(answered), init)
  } catch (thrown) {
    if (thrown instanceof Response) return thrown
    throw thrown
  }
}

const guarded: [string, Handler, Record<string, string>?][] = [
  ['one request', one.loader],
  ['stop, page', withdrawal.loader],
  ['stop', withdrawal.action, {}],
  ['answer', answer.action, { text: 'Ja graag' }],
  ['fresh code', proof.action, {}],
  ['package', file.loader],
  ['who one is, page', identity.loader],
  ['who one is', identity.action, { birthDate: '1980-12-31' }],
]

test.each(guarded)('%s: without a session one is led to sign in, and back', async (_name, handler, form) => {
  const answered = await call(handler, form ? { form } : {})
  expect([answered.status, answered.headers.get('Location')]).toEqual([
    303,
    `/nl/sign-in?expired&reference=${row.reference}`,
  ])
})

test.each(guarded)('%s: another’s request is as unknown as one that does not exist', async (_name, handler, form) => {
  const cookie = await sessionOf('ander@voorbeeld.example')
  for (const reference of [row.reference, 'AVG-2026-AAAAAA'])
    expect((await call(handler, { cookie, reference, ...(form ? { form } : {}) })).status).toBe(404)
})

test('the list of requests wants a session, and holds one’s own only', async () => {
  expect((await call(list.loader as Handler, {})).status).toBe(303)
  const others = await call(list.loader, { cookie: await sessionOf('ander@voorbeeld.example') })
  expect(await others.text()).not.toContain(row.reference)
  expect(await (await call(list.loader as Handler, { cookie: await sessionOf(email) })).text()).toContain(row.reference)
})

test('a form without this browser’s token changes nothing and keeps what was typed', async () => {
  const form = { kind: 'erasure', name: 'Bewaar deze naam', email: 'a@voorbeeld.example' }
  const answered = await call(filing.action, { form, csrf: false })
  expect(answered.status).toBe(400)
  expect(await answered.text()).toContain('Bewaar deze naam')
  const cookie = await sessionOf(email)
  expect((await call(withdrawal.action as Handler, { cookie, form: {}, csrf: false })).status).toBe(400)
  await call(signOut.action, { cookie, form: {}, csrf: false })
  expect((await call(list.loader, { cookie })).status).toBe(200)
})

test('a form that is too large is answered with everything typed', async () => {
  const form = {
    kind: 'erasure',
    name: 'Bewaar deze naam',
    email: 'a@voorbeeld.example',
    details: 'x'.repeat(1_000_000),
  }
  const answered = await call(filing.action, { form })
  expect(answered.status).toBe(413)
  expect(await answered.text()).toContain('Bewaar deze naam')
})

test('a filing leads straight to the code; the 21st of an hour is 429 with everything typed', async () => {
  const form = { kind: 'erasure', name: 'Bewaar deze naam', email: 'vol@voorbeeld.example' }
  const answers: Response[] = []
  for (let sent = 0; sent < 21; sent++) answers.push(await call(filing.action, { form }))
  expect(
    answers.slice(0, 20).every((each) => each.status === 303 && each.headers.get('Location') === '/nl/verify'),
  ).toBe(true)
  expect(answers[20]?.status).toBe(429)
  expect(await answers[20]?.text()).toContain('Bewaar deze naam')
})

test('a code without a browser that asked for it is wrong like any other', async () => {
  expect((await call(verify.action as Handler, { form: { code: '123456' } })).status).toBe(400)
})

test('a reply that holds what looks like a BSN is pointed out before it is kept, and its text stays in the form', async () => {
  const cookie = await sessionOf(email)
  const received = () => own.runtime.db.$count(evidenceEntry, eq(evidenceEntry.verb, 'request.message_received'))
  const before = await received()
  const text = 'Mijn nummer is 111222333, kunt u daarmee zoeken?'
  const pointedOut = await call(answer.action, { cookie, form: { text } })
  expect(pointedOut.status).toBe(400)
  const shown = await pointedOut.text()
  expect(shown).toContain('filing:error.bsn')
  expect(shown).toContain('111222333')
  expect(await received()).toBe(before)
  const kept = await call(answer.action, { cookie, form: { text, keepNumber: 'yes' } })
  expect(kept.status).toBe(303)
  expect(await received()).toBe(before + 1)
})

test('what was typed when the session had ended is kept for that browser, sealed, until it is sent', async () => {
  const text = 'Mijn klantnummer is 10023, ik bestelde in mei.'
  const lost = await call(answer.action, { form: { text } })
  expect(lost.headers.get('Location')).toBe(`/nl/sign-in?expired&reference=${row.reference}`)
  const kept = (lost.headers.get('Set-Cookie') ?? '').split(';')[0] ?? ''
  expect(lost.headers.get('Set-Cookie')).toMatch(/^typed=.+; HttpOnly; SameSite=Lax$/)
  const [stored] = await own.runtime.db.select().from(typedDraft)
  expect(Buffer.from(stored?.sealed ?? []).toString('latin1')).not.toContain('klantnummer')
  const session = await sessionOf(email)
  const typedIn = async (cookie: string, reference = row.reference) => {
    const shown: unknown = await (await call(one.loader, { cookie, reference })).json()
    return z.object({ typed: z.record(z.string(), z.string()) }).parse(shown).typed['text']
  }
  expect(await typedIn(`${session}; ${kept}`)).toBe(text)
  expect(await typedIn(session)).toBeUndefined()
  expect(await typedIn(`${session}; typed=verzonnen`)).toBeUndefined()
  const second = await entered(email)
  expect(await typedIn(`${session}; ${kept}`, second.reference)).toBeUndefined()
  expect((await call(answer.action, { cookie: `${session}; ${kept}`, form: { text } })).status).toBe(303)
  expect(await typedIn(`${session}; ${kept}`)).toBeUndefined()
  // a form from elsewhere plants nothing
  const forged = await call(answer.action, { form: { text: 'geplant' }, csrf: false })
  expect(forged.headers.get('Set-Cookie')).toBeNull()
  await call(answer.action, { form: { text } })
  own.clock.advance({ minutes: 61 })
  await purgeTyped(own.runtime)
  expect(await own.runtime.db.$count(typedDraft)).toBe(0)
})

test('the form that asks who one is answers the same to everybody, whatever was found of them', async () => {
  const stranger = await entered('nergens-op-file@voorbeeld.example')
  const answers: unknown[] = []
  for (const [address, reference] of [
    [email, row.reference],
    ['nergens-op-file@voorbeeld.example', stranger.reference],
  ] as const) {
    const cookie = await sessionOf(address)
    const page: unknown = await (await call(identity.loader, { cookie, reference })).json()
    const wrong = await call(identity.action, { cookie, reference, form: { birthDate: 'gisteren' } })
    const empty = await call(identity.action, { cookie, reference, form: {} })
    const sent = await call(identity.action, { cookie, reference, form: { birthDate: '31-12-1980' } })
    answers.push([
      JSON.stringify(page).replace(reference, 'REF'),
      wrong.status,
      empty.status,
      sent.status,
      sent.headers.get('Location')?.replace(reference, 'REF'),
    ])
  }
  expect(answers[0]).toEqual(answers[1])
  expect(answers[0]).toMatchObject([expect.any(String), 400, 400, 303, '/nl/requests/REF?said=identity'])
})

test('signing out everywhere ends one’s sessions on all devices, and nobody else’s', async () => {
  const [phone, computer, other] = [
    await sessionOf(email),
    await sessionOf(email),
    await sessionOf('x@voorbeeld.example'),
  ]
  const alive = async (cookie: string) => (await call(list.loader, { cookie })).status !== 303
  expect((await call(signOut.action, { cookie: other, form: { everywhere: 'yes' }, csrf: false })).status).toBe(303)
  expect([await alive(phone), await alive(computer), await alive(other)]).toEqual([true, true, true])
  expect((await call(signOut.action, { cookie: phone, form: { everywhere: 'yes' } })).status).toBe(303)
  expect([await alive(phone), await alive(computer), await alive(other)]).toEqual([false, false, true])
})

test('a package is collected in one’s own session with a fresh code, by its signed address only', async () => {
  const [made] = await own.runtime.db
    .insert(staff)
    .values({ email: 'anouk@despaak.example.nl', name: 'Anouk', role: 'agent', createdAt: own.clock.now() })
    .returning()
  if (!made) throw new Error('no staff')
  const by = memberOf(made)
  await identified(own.runtime, row.id)
  const begun = await inTransaction(own.runtime, (tx) =>
    preparePackage(tx, own.runtime, {
      requestId: row.id,
      actor: { kind: 'staff', id: by.id },
      proofs: [{ method: 'email_code', proves: ['email'] }],
      subjects: [],
    }),
  )
  if (!begun.ok) throw new Error(begun.reason)
  await accessTasks[0]?.run(own.runtime, { packageId: begun.packageId })
  const leaveOut = { tables: [], columns: [], rows: [] }
  await inTransaction(own.runtime, (tx) =>
    releasePackage(tx, own.runtime, { requestId: row.id, packageId: begun.packageId, leaveOut, by }),
  )
  const offer = await packageOffer(own.runtime.db, own.runtime, row.id)
  const search = new URL(offer?.path ?? '', 'http://localhost:3000').search
  const cookie = await sessionOf(email)
  const answered = await call(file.loader, { cookie, search })
  expect(answered.headers.get('Content-Disposition')).toBe(`attachment; filename="${row.reference}.zip"`)
  const { Readable } = await import('node:stream')
  const names = [...(await readZip(Readable.from(Buffer.from(await answered.arrayBuffer())))).keys()]
  expect(names).toContain('data.json')
  expect((await call(file.loader as Handler, { cookie, search: '?until=1&signature=x' })).status).toBe(404)
  own.clock.advance({ minutes: 11 })
  const stale = await call(file.loader, { cookie, search })
  expect(stale.headers.get('Location')).toBe(`/nl/requests/${row.reference}#download`)
})

test('one stops one’s own request from its page', async () => {
  const mine = await entered('stop@voorbeeld.example')
  const cookie = await sessionOf('stop@voorbeeld.example')
  const answered = await call(withdrawal.action, { cookie, reference: mine.reference, form: {} })
  expect(answered.headers.get('Location')).toBe(`/nl/requests/${mine.reference}?said=stopped`)
  const now = await requestOfAddress(
    own.runtime.db,
    blindIndex(own.runtime, 'email', 'stop@voorbeeld.example'),
    mine.reference,
  )
  expect(now?.state).toBe('withdrawn')
})
