import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '~/platform/runtime.server'
import { enterRequest } from '~/requests/intake.server'
import { queueViews } from '~/requests/queue-views'
import { savedViewsOf } from '~/requests/saved-views.server'
import { searchQueue } from '~/requests/queue.server'
import { loader as rows } from '~/routes/desk/queue.rows'
import { action as views } from '~/routes/desk/queue.views'
import type { QueuePageData } from '~/routes/desk/queue-page.server'
import type { StaffMember } from '~/staff/accounts.server'
import { cookieOf, deskCall, deskMember } from '~tests/support/desk-reader'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let anna: StaffMember
let cookie: string
let others: string

beforeAll(async () => {
  own = await testRuntime()
  anna = await deskMember(own.runtime, 'Anna Agent')
  cookie = await cookieOf(own.runtime, anna)
  others = await cookieOf(own.runtime, await deskMember(own.runtime, 'Bert Balie'))
})
afterAll(() => own.close())

const entered = (order: { email?: string; customerNumber?: string } = {}) =>
  inTransaction(own.runtime, async (tx) => {
    const entry = { kinds: ['access'], language: 'nl', filedBy: 'self', channel: 'letter', ...order } as const
    const filed = await enterRequest(tx, own.runtime, entry, { kind: 'system' })
    return (filed.ok && filed.requests[0]?.reference) || ''
  })

async function send(form: Record<string, string>, by = cookie): Promise<unknown> {
  try {
    return await views(deskCall(own.runtime, 'queue/views', { cookie: by, form: { view: '', name: '', ...form } }))
  } catch (thrown) {
    return thrown instanceof Response ? thrown.status : Promise.reject(thrown)
  }
}
const shown = async (parameters = '', by = cookie) => {
  const answer = await rows(deskCall(own.runtime, `queue/rows?${parameters}`, { cookie: by }))
  return (await answer.json()) as QueuePageData
}

test('a person keeps filters under a name, counted up to a bound, renames them and lets them go', async () => {
  for (let i = 0; i < 102; i++) await entered()
  expect(await send({ name: ' Inzage ', parameters: 'kind=access&after=&view=all' })).toBe(303)
  expect(await send({ name: 'Wissen', parameters: 'kind=erasure' })).toBe(303)
  const { saved } = await shown()
  expect(saved).toMatchObject([
    { name: 'Inzage', parameters: 'kind=access', count: 99, more: true },
    { name: 'Wissen', parameters: 'kind=erasure', count: 0, more: false },
  ])
  const [first, second] = saved
  expect(await send({ view: first?.id ?? '', name: 'Inzage en kopie' })).toBe(303)
  expect(await send({ view: first?.id ?? '', name: 'Wissen' })).toMatchObject({ data: { problem: 'name_taken' } })
  expect(await send({ view: second?.id ?? '', intent: 'remove' })).toBe(303)
  expect((await savedViewsOf(own.runtime.db, anna.id)).map(({ name }) => name)).toEqual(['Inzage en kopie'])
})

test.each([
  [{ name: '', parameters: 'kind=access' }, 'name_missing'],
  [{ name: 'x'.repeat(61), parameters: 'kind=access' }, 'name_too_long'],
  [{ name: 'Niets', parameters: '' }, 'no_filters'],
  [{ name: 'Onzin', parameters: 'kind=everything' }, 'no_filters'],
])('what is no view is not kept, and what was typed stays: %j', async (form, problem) => {
  expect(await send(form)).toMatchObject({ data: { problem, typed: form }, init: { status: 400 } })
})

test('nobody sees, renames or removes another person’s view', async () => {
  await send({ name: 'Van Anna', parameters: 'state=received' })
  const view = (await savedViewsOf(own.runtime.db, anna.id)).find(({ name }) => name === 'Van Anna')?.id ?? ''
  expect((await shown('', others)).saved).toEqual([])
  expect(await send({ view, name: 'Van Bert' }, others)).toBe(404)
  expect(await send({ view, intent: 'remove' }, others)).toBe(404)
  expect(await send({ view: "' or 1=1", name: 'x' })).toBe(400)
})

test('a case is found by its reference however it is typed, by address and by customer number, whole only', async () => {
  const reference = await entered({ email: 'José+web@Klant.Example', customerNumber: 'K-2048' })
  const find = async (words: string) => (await searchQueue(own.runtime, words)).map((row) => row.reference)
  const [year, code] = [reference.slice(4, 8), reference.slice(9)]
  for (const words of [
    reference,
    ` ${reference.toLowerCase()} `,
    `${year} ${code}`,
    `avg${year}${code}`,
    'jose\u0301+WEB@klant.example ',
    ' K-2048',
  ])
    expect([words, await find(words)]).toEqual([words, [reference]])
  for (const words of ['klant.example', 'K-20', 'José', '%', `AVG-${year}-`]) expect(await find(words)).toEqual([])
})

test('whatever stands in an address of the queue, the answer is a page or 400', async () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('', 'me', 'none', 'access', 'received', '2026-02-30', '0000-01-01', '9999-12-31', '\u0000', '1e9'),
    fc.constantFrom(...queueViews),
    fc.uuid(),
    fc.tuple(fc.date({ noInvalidDate: true }), fc.uuid()).map(([day, id]) => `${day.toISOString().slice(0, 10)}.${id}`),
  )
  const name = fc.constantFrom('view', 'state', 'kind', 'assignee', 'dueBefore', 'after', 'before', 'q', '__proto__')
  const statuses = new Set<number>()
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, word), { maxLength: 4 }), async (pairs) => {
      const parameters = new URLSearchParams(pairs).toString()
      try {
        await shown(parameters)
        statuses.add(200)
      } catch (thrown) {
        if (!(thrown instanceof Response)) throw thrown
        expect(thrown.status).toBe(400)
        statuses.add(400)
      }
    }),
    { numRuns: 300 },
  )
  // both were met, so that neither is all there is
  expect([...statuses].sort()).toEqual([200, 400])
})
