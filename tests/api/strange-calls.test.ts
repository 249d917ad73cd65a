import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { inTransaction } from '~/platform/runtime.server'
import { requestKinds } from '~/requests/kinds'
import * as requests from '~/routes/api/requests'
import { createToken } from '~/staff/api-token.server'
import { deskMember } from '~tests/support/desk-reader'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let tokens: string[]

beforeAll(async () => {
  own = await testRuntime()
  const { email } = await deskMember(own.runtime, 'Anna Agent')
  const token = async (name: string) => {
    const order = { name, staffEmail: email, scopes: ['requests:write', 'requests:read', 'requests:verified'] }
    const made = await inTransaction(own.runtime, (tx) =>
      createToken(tx, own.runtime, { ...order, actor: { kind: 'system' } }),
    )
    return made.ok ? made.token : ''
  }
  tokens = [await token('writes'), await token('reads')]
})
afterAll(() => own.close())

async function call(init: { body?: string; query?: string; key?: string }) {
  const { body, query = '', key } = init
  const headers = new Headers({ Authorization: `Bearer ${tokens[body === undefined ? 1 : 0] ?? ''}` })
  if (body !== undefined) headers.set('Content-Type', 'application/json')
  if (key !== undefined) headers.set('Idempotency-Key', key)
  const url = `http://localhost:3000/api/v1/requests${query}`
  const request = new Request(url, body === undefined ? { headers } : { method: 'POST', headers, body })
  const context = { runtime: own.runtime, nonce: '', csrf: '', clientAddress: '192.0.2.1', requestId: 'test' }
  const handler = body === undefined ? requests.loader : requests.action
  const response = await handler({ request, params: {}, context })
  return {
    status: response.status,
    type: response.headers.get('Content-Type'),
    json: (await response.json()) as object,
  }
}

const problemSchema = z.object({ type: z.string().startsWith('/api/problems/'), title: z.string(), status: z.number() })

/** What RFC 9457 asks of an answer that is no success. */
function expectProblem({ status, type, json }: Awaited<ReturnType<typeof call>>) {
  expect(type).toBe('application/problem+json')
  expect(problemSchema.parse(json).status).toBe(status)
}

const text = fc.string({ unit: 'binary', maxLength: 300 })
const anything = fc.anything({ withNullPrototype: false, withBigInt: false, maxDepth: 3 })
const field = <T>(right: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 20, arbitrary: right }, { weight: 1, arbitrary: anything })
const word = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('Jan', 'Zoë de Vries', 'K-77') },
  { weight: 1, arbitrary: text },
)
const order = fc.record(
  {
    kind: field(fc.constantFrom(...requestKinds)),
    name: field(word),
    channel: field(fc.constantFrom('letter', 'phone', 'email', 'api')),
    email: field(fc.oneof(fc.emailAddress(), text)),
    phone: field(word),
    customerNumber: field(word),
    details: field(word),
    language: field(fc.constantFrom('nl', 'en')),
    receivedOn: field(
      fc.oneof(
        fc.date({ noInvalidDate: true }).map((day) => day.toISOString().slice(0, 10)),
        text,
      ),
    ),
    objectionTo: field(fc.constantFrom('direct_marketing', 'profiling', 'other')),
    identity: field(
      fc.record({ method: fc.constant('verified_elsewhere'), note: text, proven: fc.subarray(['email']) }),
    ),
  },
  { requiredKeys: ['kind', 'name', 'channel'] },
)

test('whatever is sent as a request, the answer is 201 or a problem that names what is wrong, never 500', async () => {
  const statuses = new Set<number>()
  const body = fc.oneof(
    { weight: 6, arbitrary: order.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: anything.map((value) => JSON.stringify(value) ?? 'null') },
    { weight: 1, arbitrary: text },
  )
  await fc.assert(
    fc.asyncProperty(body, async (sent) => {
      const answer = await call({ body: sent })
      statuses.add(answer.status)
      if (answer.status === 201)
        expect(Object.keys(answer.json).sort()).toEqual(['dueOn', 'receivedAt', 'reference', 'state'])
      else expectProblem(answer)
      expect([201, 400]).toContain(answer.status)
    }),
    { numRuns: 250 },
  )
  expect([...statuses].sort()).toEqual([201, 400])
})

test('whatever stands in the address of the list, the answer is a list or a problem', async () => {
  const name = fc.constantFrom('state', 'kind', 'assignee', 'dueBefore', 'cursor', 'limit', '__proto__')
  const value = fc.oneof(
    text,
    fc.constantFrom('me', 'none', 'received', 'access', '2026-02-30', '1', '-1', '1e3', '0x10'),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 4 }), async (pairs) => {
      const answer = await call({ query: `?${new URLSearchParams(pairs).toString()}` })
      if (answer.status === 200) expect(Object.keys(answer.json).sort()).toEqual(['items', 'nextCursor'])
      else expectProblem(answer)
      expect([200, 400]).toContain(answer.status)
    }),
    { numRuns: 200 },
  )
})

test('a key that many calls use at once makes one request, and of two bodies under it one is refused', async () => {
  const body = (name: string) => JSON.stringify({ kind: 'access', name, channel: 'api' })
  const sent = ['Jan', 'Piet', 'Jan', 'Piet', 'Jan'].map((name) => call({ body: body(name), key: 'at-once' }))
  const answers = await Promise.all(sent)
  const made = answers.filter(({ status }) => status === 201)
  expect(new Set(made.map(({ json }) => ('reference' in json ? json.reference : ''))).size).toBe(1)
  expect(answers.filter(({ status }) => status === 422).length).toBe(5 - made.length)
  expect([2, 3]).toContain(made.length)
})
