import fc from 'fast-check'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Temporal } from 'temporal-polyfill'
import { staff } from '~db/schema'
import { inTransaction } from '~/platform/runtime.server'
import { assignRequest } from '~/requests/assign.server'
import { feedsOf, makeFeed } from '~/requests/calendar-feed.server'
import { calendarText } from '~/requests/calendar-text'
import { enterRequest } from '~/requests/intake.server'
import { action as feeds } from '~/routes/desk/account.calendar'
import { loader as calendar } from '~/routes/desk/calendar.$token'
import type { StaffMember } from '~/staff/accounts.server'
import { cookieOf, deskCall, deskMember } from '~tests/support/desk-reader'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let anna: StaffMember
let reference: string

beforeAll(async () => {
  own = await testRuntime('2026-03-02T09:00:00.123Z')
  const { runtime } = own
  anna = await deskMember(runtime, 'Anna Agent')
  reference = await inTransaction(runtime, async (tx) => {
    const person = { name: 'Jan Geheim', email: 'jan@geheim.example', customerNumber: 'K-77' }
    const entry = { kinds: ['erasure'], language: 'nl', filedBy: 'self', channel: 'letter', ...person } as const
    const filed = await enterRequest(tx, runtime, entry, { kind: 'system' })
    const [row] = filed.ok ? filed.requests : []
    await assignRequest(tx, runtime, { requestId: row?.id ?? '', assigneeId: anna.id, by: anna })
    return row?.reference ?? ''
  })
})
afterAll(() => own.close())

const made = async (member: StaffMember, scope: 'mine' | 'all') => {
  const feed = await inTransaction(own.runtime, (tx) => makeFeed(tx, own.runtime, { staffId: member.id, scope }))
  return feed.ok ? feed.token : ''
}

async function read(token: string): Promise<{ status: number; text: string }> {
  try {
    const answer = await calendar(deskCall(own.runtime, `calendar/${token}`, { params: { token: `${token}.ics` } }))
    return { status: answer.status, text: await answer.text() }
  } catch (thrown) {
    if (thrown instanceof Response) return { status: thrown.status, text: '' }
    throw thrown
  }
}

test('a calendar program gets the due dates as whole days, and nothing of a person', async () => {
  const { text } = await read(await made(anna, 'mine'))
  expect(text.split('\r\n')).toEqual(
    expect.arrayContaining([
      'BEGIN:VEVENT',
      `UID:${reference}@localhost`,
      'DTSTAMP:20260302T090000Z',
      'DTSTART;VALUE=DATE:20260402',
      'DTEND;VALUE=DATE:20260403',
      `URL:http://localhost:3000/desk/requests/${reference}`,
    ]),
  )
  expect(text).not.toMatch(/Jan|Geheim|geheim|K-77/)
  const other = await deskMember(own.runtime, 'Bert Balie')
  expect((await read(await made(other, 'mine'))).text).not.toContain('VEVENT')
  expect((await read(await made(other, 'all'))).text).toContain(`UID:${reference}@localhost`)
})

test('an address that was ended, made up, or whose owner has gone answers nothing', async () => {
  const owner = await deskMember(own.runtime, 'Eva Eigenaar')
  const token = await made(owner, 'all')
  const [feed] = await feedsOf(own.runtime.db, owner.id)
  const end = async (member: StaffMember) => {
    const call = { cookie: await cookieOf(own.runtime, member), form: { feed: feed?.id ?? '' } }
    return feeds(deskCall(own.runtime, 'account/calendar', call)).catch((thrown: Response) => thrown.status)
  }
  expect(await end(await deskMember(own.runtime, 'Carla Collega'))).toBe(404)
  expect((await read(token)).status).toBe(200)
  expect(await end(owner)).toBe(303)
  expect((await read(token)).status).toBe(404)
  expect((await read('x'.repeat(43))).status).toBe(404)
  const gone = await deskMember(own.runtime, 'Gerrit Gegaan')
  const left = await made(gone, 'all')
  await own.runtime.db.update(staff).set({ disabledAt: own.clock.now() }).where(eq(staff.id, gone.id))
  expect((await read(left)).status).toBe(404)
})

test('who tries addresses is stopped, and who asks all the time too', async () => {
  const token = await made(await deskMember(own.runtime, 'Dirk Dienst'), 'all')
  const statuses: number[] = []
  for (let i = 0; i < 61; i++) statuses.push((await read(token)).status)
  expect([statuses.slice(0, 60).every((status) => status === 200), statuses[60]]).toEqual([true, 429])
  const guesses: number[] = []
  for (let i = 0; i < 31; i++) guesses.push((await read(`guess${i}`)).status)
  expect(guesses.at(-1)).toBe(429)
})

test('whatever a name holds, lines stay within 75 octets, no character is cut, and unfolding gives it back', () => {
  const [at, on] = [Temporal.Instant.from('2026-03-02T09:00:00Z'), Temporal.PlainDate.from('2026-12-31')]
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (summary) => {
      const days = [{ uid: 'a@b', on, summary, url: 'http://localhost/' }]
      const text = calendarText({ name: summary, language: 'nl', at, days })
      const lines = text.split('\r\n')
      expect(lines.every((line) => Buffer.byteLength(line) <= 75 && !/[\r\n]/.test(line))).toBe(true)
      expect(text.isWellFormed()).toBe(true)
      const unfolded = text.replaceAll('\r\n ', '').split('\r\n')
      const said = unfolded.find((line) => line.startsWith('SUMMARY'))?.replace(/^SUMMARY;LANGUAGE=nl:/, '')
      expect(said?.replace(/\\([\\;,])/g, '$1')).toBe(summary.replace(/\p{Cc}/gu, ' '))
      expect(unfolded).toContain('DTEND;VALUE=DATE:20270101')
    }),
  )
})
