import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { evidenceEntry } from '~db/schema'
import { inTransaction } from '~/platform/runtime.server'
import { blindIndex } from '~/requests/blind-index.server'
import { enterRequest } from '~/requests/intake.server'
import { messagesOf } from '~/requests/messages.server'
import { viewOwnRequest } from '~/requests/subject-view.server'
import * as advice from '~/routes/desk/requests.$reference.advice'
import * as note from '~/routes/desk/requests.$reference.note'
import { deskVisitor } from '~tests/support/desk-visitor'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
beforeAll(async () => {
  own = await testRuntime()
})
afterAll(() => own.close())

test('the privacy officer’s advice is a record on the case, and the one thing that an auditor may write', async () => {
  const email = 'jan@klant.example'
  const entered = await inTransaction(own.runtime, (tx) =>
    enterRequest(
      tx,
      own.runtime,
      { kinds: ['access'], language: 'nl', filedBy: 'self', channel: 'email', name: 'Jan', email },
      { kind: 'system' },
    ),
  )
  const [row] = entered.ok ? entered.requests : []
  if (!row) throw new Error('not entered')
  const auditor = await deskVisitor(own, 'auditor')
  const agent = await deskVisitor(own, 'agent')
  const at = { reference: row.reference }
  const text = 'Laat de naam van de buurman weg.'
  expect((await auditor.call(advice.action, at, { text: ' ' })).status).toBe(400)
  expect((await auditor.call(advice.action, at, { text })).status).toBe(303)
  expect((await agent.call(advice.action, at, { text })).status).toBe(403)
  expect((await auditor.call(note.action, at, { text })).status).toBe(403)
  const messages = await messagesOf(own.runtime.db, own.runtime, row.id)
  expect(messages.map(({ direction, body, byStaffId }) => [direction, body, byStaffId])).toEqual([
    ['advice', text, auditor.member.id],
  ])
  const entries = await own.runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.requestId, row.id))
  expect(entries.map((entry) => entry.verb)).toContain('request.advised')
  expect(JSON.stringify(entries.map((entry) => entry.data))).not.toContain('buurman')
  const seen = await viewOwnRequest(own.runtime, blindIndex(own.runtime, 'email', email), row.reference, 'nl')
  expect(seen?.messages).toEqual([])
})
