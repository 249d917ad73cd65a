import { generateHOTP } from '@oslojs/otp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { staff } from '~db/schema'
import { inTransaction } from '~/platform/runtime.server'
import { memberOf } from '~/staff/accounts.server'
import { hashPassword } from '~/staff/passwords.server'
import { enrolAtSignIn, giveSecondFactor } from '~/staff/second-step.server'
import { readSession } from '~/staff/sessions.server'
import { signIn } from '~/staff/sign-in.server'
import { offerTotp } from '~/staff/totp.server'
import { writeSetting } from '~/platform/organisation.server'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
beforeAll(async () => {
  own = await testRuntime()
  await inTransaction(own.runtime, (tx) => writeSetting(tx, own.runtime, 'staff.secondFactor', 'required', null))
})
afterAll(() => own.close())

const password = 'vlinder-tandem-kruiwagen-91'
const browser = (cookies: string[] = []) =>
  new Request('http://localhost:3000/desk', {
    headers: { Cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; ') },
  })

const bytesOfBase32 = (text: string) => {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  return Uint8Array.from(bits.join('').match(/.{8}/g) ?? [], (eight) => Number.parseInt(eight, 2))
}

test('a password alone opens nothing; a code works once, and so does a recovery code', async () => {
  const { runtime, clock } = own
  const [row] = await runtime.db
    .insert(staff)
    .values({
      email: 'a@spaak.example',
      name: 'A',
      role: 'agent',
      passwordHash: await hashPassword(password),
      createdAt: clock.now(),
    })
    .returning()
  if (!row) throw new Error('no account')
  const credentials = { email: row.email, password, clientAddress: '10.0.0.1' }
  const first = await signIn(runtime, browser(), credentials)
  expect(first).toMatchObject({ ok: true, step: 'enrolment' })
  expect(await readSession(runtime, browser(first.ok ? first.cookies : []))).toBeNull()

  const offer = await offerTotp(runtime, memberOf(row), 'De Spaak')
  const key = bytesOfBase32(offer.secret.replaceAll(' ', ''))
  const code = () => generateHOTP(key, BigInt(Math.floor(clock.now().epochMilliseconds / 30_000)), 6)
  const set = await enrolAtSignIn(runtime, browser(), { row, sealed: offer.sealed, code: code() })
  if (!set.ok) throw new Error(set.reason)
  expect((await readSession(runtime, browser(set.cookies)))?.staff.id).toBe(row.id)
  expect(set.recoveryCodes).toHaveLength(10)

  expect(await signIn(runtime, browser(), credentials)).toMatchObject({ ok: true, step: 'second' })
  const give = (typed: string) => giveSecondFactor(runtime, browser(), { row, code: typed })
  expect(await give(code())).toMatchObject({ ok: false, reason: 'wrong_code' })
  clock.advance({ seconds: 30 })
  const fresh = code()
  expect(await give(fresh)).toMatchObject({ ok: true })
  expect(await give(fresh)).toMatchObject({ ok: false, reason: 'wrong_code' })
  const recovery = set.recoveryCodes?.[0] ?? ''
  expect(await give(recovery.toUpperCase())).toMatchObject({ ok: true })
  expect(await give(recovery)).toMatchObject({ ok: false, reason: 'wrong_code' })
  const rest = await Promise.all(Array.from({ length: 8 }, () => give('000000')))
  expect(rest.filter((one) => !one.ok && one.reason === 'too_many').length).toBeGreaterThanOrEqual(4)
})

test('a busy session ends a day after its sign-in all the same', async () => {
  const { runtime, clock } = own
  await inTransaction(runtime, (tx) => writeSetting(tx, runtime, 'staff.secondFactor', 'optional', null))
  await runtime.db.insert(staff).values({
    email: 'b@spaak.example',
    name: 'B',
    role: 'agent',
    passwordHash: await hashPassword(password),
    createdAt: clock.now(),
  })
  const inside = await signIn(runtime, browser(), { email: 'b@spaak.example', password, clientAddress: '10.0.0.2' })
  const request = browser(inside.ok ? inside.cookies : [])
  clock.advance({ hours: 23 })
  expect(await readSession(runtime, request)).not.toBeNull()
  clock.advance({ hours: 1 })
  expect(await readSession(runtime, request)).toBeNull()
})
