import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '~/platform/runtime.server'
import { enterRequest } from '~/requests/intake.server'
import { snippetsFor } from '~/requests/snippets.server'
import * as question from '~/routes/desk/requests.$reference.question'
import * as page from '~/routes/desk/snippets'
import { deskVisitor } from '~tests/support/desk-visitor'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
beforeAll(async () => {
  own = await testRuntime()
})
afterAll(() => own.close())

const titles = async (kind: string, language = 'nl') =>
  (await snippetsFor(own.runtime.db, { kind, language })).map((snippet) => snippet.title)

test('an admin changes, adds and takes away texts; each request is offered those of its kind and language', async () => {
  const admin = await deskVisitor(own, 'admin')
  const agent = await deskVisitor(own, 'agent')
  expect(await titles('rectification')).toContain('Wat klopt er niet?')
  expect(await titles('erasure')).not.toContain('Wat klopt er niet?')
  expect(await titles('rectification', 'en')).toContain('What is wrong?')
  const save = (fields: Record<string, string>) =>
    admin.call(page.action, {}, { id: '', kind: '', language: 'nl', title: 'Groet', body: 'Tot ziens.', ...fields })
  expect((await save({})).status).toBe(303)
  expect((await save({ title: 'Alleen inzage', kind: 'access' })).status).toBe(303)
  expect((await save({ id: 'what_is_wrong', title: 'Weg', body: '' })).status).toBe(303)
  expect(await save({ title: ' ' })).toMatchObject({ status: 400, data: { typed: { body: 'Tot ziens.' } } })
  expect((await save({ id: crypto.randomUUID() })).status).toBe(404)
  expect((await agent.call(page.action, {}, { id: '', title: 'x', body: 'x', language: 'nl' })).status).toBe(403)
  expect(await titles('rectification')).not.toContain('Weg')
  expect(await titles('rectification')).toContain('Groet')
  expect(await titles('rectification')).not.toContain('Alleen inzage')
  expect(await titles('access')).toContain('Alleen inzage')
})

test('a text goes below what was typed, and nothing is sent by that', async () => {
  const agent = await deskVisitor(own, 'agent', 'Anna')
  const entered = await inTransaction(own.runtime, (tx) =>
    enterRequest(
      tx,
      own.runtime,
      { kinds: ['access'], language: 'nl', filedBy: 'self', channel: 'email', name: 'Jan', email: 'j@klant.example' },
      { kind: 'system' },
    ),
  )
  const reference = (entered.ok && entered.requests[0]?.reference) || ''
  const answer = await agent.call(
    question.action,
    { reference },
    { question: 'Beste Jan,', snippet: 'which_address', intent: 'snippet' },
  )
  expect(answer.status).toBe(200)
  expect(answer.data).toMatchObject({ typed: expect.stringMatching(/^Beste Jan,\n\nWij vonden niets/) as string })
})
