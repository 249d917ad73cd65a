import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { subjectSession } from '~db/schema'
import {
  beginSession,
  endSession,
  endSessionsEverywhere,
  isFreshlyProven,
  readSession,
} from '~/identity/session.server'
import { inTransaction } from '~/platform/runtime.server'
import { blindIndex } from '~/requests/blind-index.server'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
beforeAll(async () => {
  own = await testRuntime()
})
afterAll(() => own.close())

const address = () => blindIndex(own.runtime, 'email', 'jan@voorbeeld.example')
const begin = () => inTransaction(own.runtime, (tx) => beginSession(tx, own.runtime, address()))
const browser = (cookie: string) =>
  new Request('http://localhost:3000/nl', { headers: { Cookie: cookie.split(';')[0] ?? '' } })
const read = (cookie: string) => readSession(own.runtime, browser(cookie))

test('a session’s cookie is HttpOnly and SameSite, and the database holds a hash of it only', async () => {
  const cookie = await begin()
  expect(cookie).toMatch(/HttpOnly/)
  expect(cookie).toMatch(/SameSite=Lax/)
  const token = /subject=([^;]+)/.exec(cookie)?.[1] ?? ''
  expect(token.length).toBeGreaterThan(40)
  const rows = await own.runtime.db.select().from(subjectSession)
  expect(rows.some((row) => Buffer.from(row.idHash).toString('latin1').includes(token))).toBe(false)
  const secure = { ...own.runtime, publicUrl: 'https://privacy.example' }
  expect(await inTransaction(secure, (tx) => beginSession(tx, secure, address()))).toMatch(/^__Host-subject=.*Secure/)
})

test('a session ends after half an hour without a click; a click keeps it awake', async () => {
  const cookie = await begin()
  own.clock.advance({ minutes: 29 })
  expect(await read(cookie)).not.toBeNull()
  own.clock.advance({ minutes: 29 })
  expect(await read(cookie)).not.toBeNull()
  own.clock.advance({ minutes: 30 })
  expect(await read(cookie)).toBeNull()
})

test('a cookie kept after signing out is worth nothing', async () => {
  const cookie = await begin()
  await inTransaction(own.runtime, (tx) => endSession(tx, own.runtime, browser(cookie)))
  expect(await read(cookie)).toBeNull()
})

test('a session can end on all devices at once', async () => {
  const [one, other] = [await begin(), await begin()]
  await inTransaction(own.runtime, (tx) => endSessionsEverywhere(tx, own.runtime, address()))
  expect([await read(one), await read(other)]).toEqual([null, null])
})

test('every sign-in is a session of its own: a planted cookie never becomes one', async () => {
  expect(await read('subject=planted')).toBeNull()
  const [one, other] = [await begin(), await begin()]
  expect(one).not.toBe(other)
  expect(await own.runtime.db.$count(subjectSession, eq(subjectSession.emailIndex, address()))).toBeGreaterThan(1)
})

test('a download wants a code of the last ten minutes', async () => {
  const cookie = await begin()
  own.clock.advance({ minutes: 10 })
  const session = await read(cookie)
  expect(session && isFreshlyProven(own.runtime, session)).toBe(true)
  own.clock.advance({ seconds: 1 })
  expect(session && isFreshlyProven(own.runtime, session)).toBe(false)
})
