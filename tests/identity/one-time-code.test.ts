import { asc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { identityProof, oneTimeCode, outbox, request, setting } from '~db/schema'
import { askCodeAgain, askCodeForAddress } from '~/identity/ask-code.server'
import { bindBrowser, readBinding } from '~/identity/binding-cookie.server'
import type { Binding } from '~/identity/binding-cookie.server'
import { newCode, typedCode } from '~/identity/codes.server'
import { enterCode } from '~/identity/enter-code.server'
import { fileAndAskCode } from '~/identity/file-request.server'
import { takeCodeMail, takeSubmission } from '~/identity/limits.server'
import { sendSignInCode } from '~/identity/send-sign-in-code.server'
import { inTransaction } from '~/platform/runtime.server'
import { blindIndex } from '~/requests/blind-index.server'
import type { Submission } from '~/requests/intake.server'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'
import { mailedCode } from './mailed'

let own: TestRuntime
beforeAll(async () => {
  own = await testRuntime()
})
afterAll(() => own.close())
beforeEach(() => own.clock.advance({ hours: 1 }))

const input: Submission & { email: string } = {
  kinds: ['erasure'],
  name: 'Jan de Boer',
  email: 'jan@voorbeeld.example',
  language: 'nl',
  filedBy: 'self',
}
const file = (changes: Partial<typeof input> = {}, mayMail = true) =>
  inTransaction(own.runtime, (tx) => fileAndAskCode(tx, own.runtime, { ...input, ...changes }, mayMail))
const enter = (binding: Binding, code: string) =>
  inTransaction(own.runtime, (tx) => enterCode(tx, own.runtime, binding, code))
const again = (binding: Binding) =>
  inTransaction(own.runtime, (tx) => askCodeAgain(tx, own.runtime, binding, { language: 'nl', mayMail: true }))
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

/** The code that was last mailed for a binding, as the addressee reads it. */
const codeOf = async ({ id }: Binding) => (await mailedCode(own, id)).code
const stateOf = async (submissionId: string) =>
  (
    await own.runtime.db
      .select()
      .from(request)
      .where(eq(request.submissionId, submissionId))
      .orderBy(asc(request.reference))
  ).map((row) => row.state)

test('the right code confirms every request of its submission, keeps the first day of receipt, and records the proof', async () => {
  const { submissionId, binding, requests } = await file({ kinds: ['access', 'erasure'] })
  const code = await codeOf(binding)
  own.clock.advance({ minutes: 10 })
  const entered = await enter(binding, code)
  expect(entered.ok).toBe(true)
  expect(await stateOf(submissionId)).toEqual(['received', 'received'])
  for (const before of requests) {
    const [after] = await own.runtime.db.select().from(request).where(eq(request.id, before.id))
    expect(String(after?.receivedAt)).toBe(String(before.receivedAt))
    const proofs = await own.runtime.db.select().from(identityProof).where(eq(identityProof.requestId, before.id))
    expect(proofs.map(({ method, proves }) => [method, proves])).toEqual([['email_code', ['email']]])
    const receipts = await own.runtime.db
      .select()
      .from(outbox)
      .where(eq(outbox.idempotencyKey, `receipt:${before.id}`))
    expect(receipts).toHaveLength(1)
  }
})

test('a code is stored as keyed hash only: the table holds neither the digits nor the address', async () => {
  const { binding } = await file()
  const code = await codeOf(binding)
  const [row] = await own.runtime.db.select().from(oneTimeCode).where(eq(oneTimeCode.bindingId, binding.id))
  const stored = [row?.codeHash, row?.emailIndex].map((bytes) => Buffer.from(bytes ?? []).toString('latin1')).join()
  expect(stored).not.toContain(code)
  expect(stored).not.toContain(input.email)
  expect(row?.codeHash).toHaveLength(32)
})

test('a code is never used twice', async () => {
  const { binding } = await file()
  const code = await codeOf(binding)
  expect((await enter(binding, code)).ok).toBe(true)
  expect(await enter(binding, code)).toEqual({ ok: false, reason: 'wrong_or_expired' })
})

test('of two browsers that enter the same code at once, one gets in', async () => {
  const { binding } = await file()
  const code = await codeOf(binding)
  const results = await Promise.all([1, 2, 3, 4].map(() => enter(binding, code)))
  expect(results.filter((result) => result.ok)).toHaveLength(1)
})

test('parallel guesses are counted one by one: exactly five tries, and the sixth fails though it is right', async () => {
  const { submissionId, binding } = await file()
  const code = await codeOf(binding)
  const guesses = await Promise.all(Array.from({ length: 40 }, () => enter(binding, wrong(code))))
  expect(guesses.every((guess) => !guess.ok)).toBe(true)
  const [row] = await own.runtime.db.select().from(oneTimeCode).where(eq(oneTimeCode.bindingId, binding.id))
  expect(row?.attempts).toBe(5)
  expect((await enter(binding, code)).ok).toBe(false)
  expect(await stateOf(submissionId)).toEqual(['unverified'])
})

test('the fifth try may still be the right one', async () => {
  const { binding } = await file()
  const code = await codeOf(binding)
  for (let tries = 0; tries < 4; tries++) await enter(binding, wrong(code))
  expect((await enter(binding, code)).ok).toBe(true)
})

test('a code ends after fifteen minutes', async () => {
  const { binding } = await file()
  const code = await codeOf(binding)
  own.clock.advance({ minutes: 15 })
  expect((await enter(binding, code)).ok).toBe(false)
})

test('a new code comes after thirty seconds at the earliest, and makes the old one void', async () => {
  const { binding } = await file()
  const first = await codeOf(binding)
  own.clock.advance({ seconds: 29 })
  expect(await again(binding)).toEqual({ ok: false, reason: 'too_soon' })
  own.clock.advance({ seconds: 1 })
  expect(await again(binding)).toEqual({ ok: true })
  const second = await codeOf(binding)
  if (second !== first) expect((await enter(binding, first)).ok).toBe(false)
  expect((await enter(binding, second)).ok).toBe(true)
})

test('a code fits its own submission only', async () => {
  const mine = await file()
  const code = await codeOf(mine.binding)
  const other = await file({ email: 'ander@voorbeeld.example' })
  if ((await codeOf(other.binding)) !== code) expect((await enter(other.binding, code)).ok).toBe(false)
  expect((await enter(mine.binding, code)).ok).toBe(true)
})

test('a browser’s binding can’t be forged', () => {
  const binding: Binding = { purpose: 'submission', id: crypto.randomUUID() }
  const cookie = bindBrowser(own.runtime, binding).split(';')[0] ?? ''
  const read = (value: string) =>
    readBinding(own.runtime, new Request('http://localhost:3000', { headers: { Cookie: value } }))
  expect(read(cookie)).toEqual(binding)
  const forged = Buffer.from(JSON.stringify({ purpose: 'submission', id: crypto.randomUUID() })).toString('base64url')
  expect(read(`verification=${forged}.${cookie.split('.')[1] ?? ''}`)).toBeNull()
  expect(read('verification=x')).toBeNull()
})

test('a stranger who files with somebody’s address neither blocks, merges nor delays that person’s own request', async () => {
  const victim = 'slachtoffer@voorbeeld.example'
  const stranger = await file({ email: victim, name: 'Vreemde' })
  for (let tries = 0; tries < 6; tries++) await enter(stranger.binding, '000000')
  const theirs = await file({ email: victim, name: 'Echt' })
  expect((await enter(theirs.binding, await codeOf(theirs.binding))).ok).toBe(true)
  expect(await stateOf(theirs.submissionId)).toEqual(['received'])
  expect(await stateOf(stranger.submissionId)).toEqual(['unverified'])
})

test('a stranger uses up his own share of code mails, not that of the person whose address it is', async () => {
  const index = blindIndex(own.runtime, 'email', 'veel@voorbeeld.example')
  let refusals = 0
  for (let asked = 0; asked < 12; asked++) if (!(await takeCodeMail(own.runtime, '203.0.113.9', index)).ok) refusals++
  expect(refusals).toBe(4)
  expect((await takeCodeMail(own.runtime, '198.51.100.7', index)).ok).toBe(true)
})

test('beyond the limit of mails the request is kept all the same, and no code opens it', async () => {
  const before = await own.runtime.db.$count(outbox)
  const { submissionId, binding } = await file({ email: 'stil@voorbeeld.example' }, false)
  expect(await own.runtime.db.$count(outbox)).toBe(before)
  expect(await stateOf(submissionId)).toEqual(['unverified'])
  expect((await enter(binding, '123456')).ok).toBe(false)
})

test('so many submissions an hour from one client address as the organisation allows', async () => {
  await own.runtime.db
    .insert(setting)
    .values({ key: 'identity.submissionsPerAddressPerHour', value: 3, updatedAt: own.clock.now() })
  const taken = []
  for (let sent = 0; sent < 4; sent++) taken.push((await takeSubmission(own.runtime, '192.0.2.55')).ok)
  expect(taken).toEqual([true, true, true, false])
  expect((await takeSubmission(own.runtime, '192.0.2.56')).ok).toBe(true)
})

test('signing in does the same work for a known and an unknown address; only the known one gets a mail', async () => {
  await file({ email: 'bekend@voorbeeld.example' })
  for (const [email, mails] of [
    ['bekend@voorbeeld.example', 1],
    ['onbekend@voorbeeld.example', 0],
  ] as const) {
    const before = await own.runtime.db.$count(outbox)
    const binding = await inTransaction(own.runtime, (tx) =>
      askCodeForAddress(tx, own.runtime, {
        purpose: 'sign_in',
        emailIndex: blindIndex(own.runtime, 'email', email),
        language: 'nl',
      }),
    )
    expect(await own.runtime.db.$count(outbox)).toBe(before)
    const [row] = await own.runtime.db.select().from(oneTimeCode).where(eq(oneTimeCode.bindingId, binding.id))
    await sendSignInCode.run(own.runtime, { codeId: row?.id, language: 'nl', mayMail: true })
    expect((await own.runtime.db.$count(outbox)) - before).toBe(mails)
    if (mails) expect(await enter(binding, await codeOf(binding))).toMatchObject({ ok: true, confirmed: [] })
    else expect((await enter(binding, '000000')).ok).toBe(false)
  }
})

test('a job that runs twice after a crash mails one code, and that one works', async () => {
  await file({ email: 'dubbel@voorbeeld.example' })
  const binding = await inTransaction(own.runtime, (tx) =>
    askCodeForAddress(tx, own.runtime, {
      purpose: 'sign_in',
      emailIndex: blindIndex(own.runtime, 'email', 'dubbel@voorbeeld.example'),
      language: 'en',
    }),
  )
  const [row] = await own.runtime.db.select().from(oneTimeCode).where(eq(oneTimeCode.bindingId, binding.id))
  const before = await own.runtime.db.$count(outbox)
  for (let run = 0; run < 2; run++)
    await sendSignInCode.run(own.runtime, { codeId: row?.id, language: 'en', mayMail: true })
  expect((await own.runtime.db.$count(outbox)) - before).toBe(1)
})

test('10,000 codes are six digits each and spread over the whole range', () => {
  const codes = Array.from({ length: 10_000 }, newCode)
  expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true)
  expect(new Set(codes).size).toBeGreaterThan(9_800)
  const firstDigits = new Set(codes.map((code) => code[0]))
  expect(firstDigits.size).toBe(10)
})

test('a code copied with spaces or a hyphen is understood; anything else is not', () => {
  expect(['123456', ' 123 456', '123-456', '12345', '1234567', 'abcdef', ''].map(typedCode)).toEqual([
    '123456',
    '123456',
    '123456',
    null,
    null,
    null,
    null,
  ])
})

test('an expired request revives by its code within thirty days of receipt, with its first date', async () => {
  const { binding, requests } = await file({ email: 'laat@voorbeeld.example' })
  const [row] = requests
  if (!row) throw new Error('nothing filed')
  await own.runtime.db.update(request).set({ state: 'expired' }).where(eq(request.id, row.id))
  own.clock.advance({ days: 20 })
  await again(binding)
  const entered = await enter(binding, await codeOf(binding))
  expect(entered).toMatchObject({ ok: true, confirmed: [{ state: 'received' }] })
  expect(entered.ok && String(entered.confirmed[0]?.receivedOn)).toBe(String(row.receivedOn))
})
