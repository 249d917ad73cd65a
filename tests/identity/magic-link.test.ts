import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { oneTimeCode, request, subjectSession } from '~db/schema'
import { acceptLink, askedByLink, disownByLink } from '~/identity/answer-link.server'
import { askCodeAgain, askCodeForAddress } from '~/identity/ask-code.server'
import { enterCode } from '~/identity/enter-code.server'
import { fileAndAskCode } from '~/identity/file-request.server'
import { takeCodeMail } from '~/identity/limits.server'
import { newLinkToken } from '~/identity/links.server'
import { sendSignInCode } from '~/identity/send-sign-in-code.server'
import { senderOf } from '~/identity/senders.server'
import { readSession } from '~/identity/session.server'
import { csrfToken } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import { blindIndex } from '~/requests/blind-index.server'
import { acceptInvitation, inviteStaff } from '~/staff/invite.server'
import * as page from '~/routes/portal/confirm.$token'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'
import { mailedCode, mailsOf } from './mailed'

let own: TestRuntime
beforeAll(async () => {
  own = await testRuntime()
})
afterAll(() => own.close())
beforeEach(() => own.clock.advance({ hours: 1 }))

const stranger = '203.0.113.80'
const indexOf = (email: string) => blindIndex(own.runtime, 'email', email)
const file = (email: string, from = stranger) =>
  inTransaction(own.runtime, (tx) =>
    fileAndAskCode(
      tx,
      own.runtime,
      { kinds: ['access', 'erasure'], name: 'Jan de Boer', email, language: 'nl', filedBy: 'self' },
      true,
      senderOf(own.runtime, from, indexOf(email)),
    ),
  )
const accept = (token: string) => inTransaction(own.runtime, (tx) => acceptLink(tx, own.runtime, token))
const disown = (token: string) => inTransaction(own.runtime, (tx) => disownByLink(tx, own.runtime, token))
const statesOf = async (submissionId: string) =>
  (await own.runtime.db.select().from(request).where(eq(request.submissionId, submissionId))).map((row) => row.state)

type Args = Parameters<typeof page.loader>[0]
/** A visit to the page as a route gets it. `form` makes it a POST. */
function visit(token: string, form?: Record<string, string>, method = form ? 'POST' : 'GET'): Args {
  const cookie = 'browser'
  const context = {
    runtime: own.runtime,
    clientAddress: stranger,
    nonce: '',
    requestId: '',
    csrf: csrfToken(own.runtime, cookie),
  }
  const request = new Request(`http://localhost:3000/nl/confirm/${token}`, {
    method,
    headers: { Cookie: `csrf=${cookie}`, 'Content-Type': 'application/x-www-form-urlencoded' },
    ...(form ? { body: new URLSearchParams({ csrf: context.csrf, ...form }).toString() } : {}),
  })
  return { request, context, params: { lng: 'nl', token } }
}

test('the link shows what was asked and when; a mail scanner that opens it, often, changes nothing', async () => {
  const { submissionId, binding } = await file('scanner@voorbeeld.example')
  const { token } = await mailedCode(own, binding.id)
  for (let opened = 0; opened < 5; opened++) {
    const { data } = await page.loader(visit(token, undefined, opened % 2 === 0 ? 'GET' : 'HEAD'))
    expect(data.asked).toMatchObject({ purpose: 'submission', email: 'scanner@voorbeeld.example' })
    expect(data.asked?.requests.map(({ kind }) => kind).sort()).toEqual(['access', 'erasure'])
  }
  expect(await statesOf(submissionId)).toEqual(['unverified', 'unverified'])
  expect(await own.runtime.db.$count(subjectSession)).toBe(0)
  expect((await accept(token)).ok).toBe(true)
})

test('"yes, this request is mine" confirms, and signs in the browser that sends it and no other', async () => {
  const { submissionId, binding } = await file('ander@voorbeeld.example')
  const { token, code } = await mailedCode(own, binding.id)
  const answer = await page.action(visit(token, { answer: 'yes' }))
  if (!(answer instanceof Response)) throw new Error('no redirect')
  expect(answer.status).toBe(303)
  expect(await statesOf(submissionId)).toEqual(['received', 'received'])
  const cookie = answer.headers.getSetCookie().find((line) => line.startsWith('subject=')) ?? ''
  const with_ = (value: string) => new Request('http://localhost:3000/nl', { headers: { Cookie: value } })
  expect(await readSession(own.runtime, with_(cookie.split(';')[0] ?? ''))).not.toBeNull()
  // the browser that filed holds its binding still: that alone is nobody, and its code is spent with the link
  expect(await readSession(own.runtime, with_(`verification=${binding.id}`))).toBeNull()
  expect((await inTransaction(own.runtime, (tx) => enterCode(tx, own.runtime, binding, code))).ok).toBe(false)
  expect((await page.loader(visit(token))).data.asked).toBeNull()
})

test('a link without the token of its page’s form, or with another answer, is not used', async () => {
  const { submissionId, binding } = await file('zonder@voorbeeld.example')
  const { token } = await mailedCode(own, binding.id)
  for (const form of [{ answer: 'yes', csrf: 'x' }, { answer: 'maybe' }, { answer: 'no', csrf: '' }]) {
    const answer = await page.action(visit(token, form))
    expect('init' in answer ? answer.init?.status : 303).toBe(400)
  }
  expect(await statesOf(submissionId)).toEqual(['unverified', 'unverified'])
  expect(await askedByLink(own.runtime, token)).not.toBeNull()
})

test('of twenty who use one link at once, one gets in', async () => {
  const { binding } = await file('tegelijk@voorbeeld.example')
  const { token } = await mailedCode(own, binding.id)
  const tried = await Promise.all(Array.from({ length: 20 }, () => accept(token)))
  expect(tried.filter(({ ok }) => ok)).toHaveLength(1)
})

test('another code voids code and link of the one before; not within half a minute', async () => {
  const { binding } = await file('nogmaals@voorbeeld.example')
  const first = await mailedCode(own, binding.id)
  const again = () =>
    inTransaction(own.runtime, (tx) => askCodeAgain(tx, own.runtime, binding, { language: 'nl', mayMail: true }))
  own.clock.advance({ seconds: 29 })
  expect(await again()).toEqual({ ok: false, reason: 'too_soon' })
  own.clock.advance({ seconds: 2 })
  expect(await again()).toEqual({ ok: true })
  expect((await accept(first.token)).ok).toBe(false)
  expect((await accept((await mailedCode(own, binding.id)).token)).ok).toBe(true)
})

test('a link of a quarter of an hour ago, and one that was made up, work for nothing', async () => {
  const { binding } = await file('oud@voorbeeld.example')
  const { token } = await mailedCode(own, binding.id)
  own.clock.advance({ minutes: 16 })
  for (const dead of [token, newLinkToken(), '', `${token}x`]) {
    expect((await accept(dead)).ok).toBe(false)
    expect((await disown(dead)).ok).toBe(false)
  }
})

test('"that was not me" ends what was asked, mails that sender’s codes no more for a day, and tells the desk', async () => {
  const password = 'vlinder-tandem-kruiwagen-91'
  const invited = await inTransaction(own.runtime, (tx) =>
    inviteStaff(tx, own.runtime, {
      email: 'balie@spaak.example',
      name: 'Balie',
      role: 'agent',
      language: 'nl',
      by: null,
      organisation: 'De Spaak',
    }),
  )
  if (!invited.ok) throw new Error(invited.reason)
  await inTransaction(own.runtime, (tx) =>
    acceptInvitation(tx, own.runtime, { token: invited.token, password, passwordAgain: password }),
  )
  const email = 'slachtoffer@voorbeeld.example'
  const { submissionId, binding } = await file(email)
  const { token, code } = await mailedCode(own, binding.id)
  expect(await disown(token)).toEqual({ ok: true, ended: 2 })
  expect(await statesOf(submissionId)).toEqual(['withdrawn', 'withdrawn'])
  expect((await inTransaction(own.runtime, (tx) => enterCode(tx, own.runtime, binding, code))).ok).toBe(false)
  const told = await mailsOf(own, 'disowned')
  expect(told.map(({ to, props }) => [to, props['why']])).toEqual([['balie@spaak.example', 'closed']])
  expect(JSON.stringify(told)).not.toContain(email)
  const mail = (from: string) => takeCodeMail(own.runtime, from, indexOf(email))
  expect((await mail(stranger)).ok).toBe(false)
  // the person's own network is not the stranger's
  expect((await mail('198.51.100.44')).ok).toBe(true)
  own.clock.advance({ hours: 25 })
  expect((await mail(stranger)).ok).toBe(true)
})

test('"that was not me" about a sign-in begins no session and blocks who asked for it', async () => {
  const email = 'inlog@voorbeeld.example'
  await file(email)
  const binding = await inTransaction(own.runtime, (tx) =>
    askCodeForAddress(tx, own.runtime, {
      purpose: 'sign_in',
      emailIndex: indexOf(email),
      language: 'nl',
      sender: senderOf(own.runtime, '203.0.113.81', indexOf(email)),
    }),
  )
  const [kept] = await own.runtime.db.select().from(oneTimeCode).where(eq(oneTimeCode.bindingId, binding.id))
  await sendSignInCode.run(own.runtime, { codeId: kept?.id ?? '', language: 'nl', mayMail: true })
  const { token } = await mailedCode(own, binding.id)
  const before = await own.runtime.db.$count(subjectSession)
  expect(await disown(token)).toEqual({ ok: true, ended: 0 })
  expect(await own.runtime.db.$count(subjectSession)).toBe(before)
  expect((await takeCodeMail(own.runtime, '203.0.113.81', indexOf(email))).ok).toBe(false)
})

test('ten strangers who ask for codes all day leave a mail for a network that was not seen yet', async () => {
  const index = indexOf('gewild@voorbeeld.example')
  for (let at = 0; at < 10; at++)
    for (let tries = 0; tries < 8; tries++) await takeCodeMail(own.runtime, `203.0.113.${100 + at}`, index)
  for (let tries = 0; tries < 3; tries++) expect((await takeCodeMail(own.runtime, '198.51.100.9', index)).ok).toBe(true)
})

test('links in mails lead to the address that the installation is known by, and carry no digits before the code', async () => {
  const { binding } = await file('kop@voorbeeld.example')
  const { linkUrl } = await mailedCode(own, binding.id)
  expect(linkUrl).toMatch(/^http:\/\/localhost:3000\/nl\/confirm\/[A-Za-z]{43}$/)
})
