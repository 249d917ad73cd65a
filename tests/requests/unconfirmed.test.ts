import { eq, inArray } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dataKey, outbox, request, requestIndex, submission, suppressionEntry } from '~db/schema'
import { answerRun } from '~/erasure/answer.server'
import { stopMarketingInSystems } from '~/erasure/by-itself.server'
import { newestRunOfRequest } from '~/erasure/run-records.server'
import { workRun } from '~/erasure/run.server'
import { askCodeForAddress } from '~/identity/ask-code.server'
import { enterCode } from '~/identity/enter-code.server'
import { fileAndAskCode } from '~/identity/file-request.server'
import { sendSignInCode } from '~/identity/send-sign-in-code.server'
import { inTransaction } from '~/platform/runtime.server'
import { blindIndex } from '~/requests/blind-index.server'
import type { Submission } from '~/requests/intake.server'
import { viewOwnRequest } from '~/requests/subject-view.server'
import { unconfirmedRound } from '~/requests/unconfirmed/tasks.server'
import * as confirm from '~/routes/portal/requests.$reference.confirm'
import { mailedCode, mailsOf } from '~tests/identity/mailed'
import { caller } from '~tests/support/desk-visitor'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
beforeAll(async () => {
  own = await testRuntime('2026-01-31T22:30:00Z')
})
afterAll(() => own.close())

const file = (email: string, more: Partial<Omit<Submission, 'email'>> = {}, mayMail = true) =>
  inTransaction(own.runtime, (tx) =>
    fileAndAskCode(
      tx,
      own.runtime,
      {
        kinds: ['access'],
        name: 'Jan de Boer',
        email,
        phone: '0612345678',
        customerNumber: 'K-7',
        details: 'Ik zoek mijn brieven.',
        language: 'nl',
        filedBy: 'self',
        ...more,
      },
      mayMail,
    ),
  )
const rowOf = async (id: string) => {
  const [row] = await own.runtime.db.select().from(request).where(eq(request.id, id))
  if (!row) throw new Error('gone')
  return row
}
const mailsTo = async (template: 'confirm_reminder' | 'expired', to: string) =>
  (await mailsOf(own, template)).filter((mail) => mail.to === to)
const pass = async (days: number) => {
  own.clock.advance({ hours: 24 * days })
  await unconfirmedRound(own.runtime)
  await unconfirmedRound(own.runtime)
}

/** Signs in with a code to the address, and answers a browser that carries the session. */
async function signIn(email: string) {
  const emailIndex = blindIndex(own.runtime, 'email', email)
  const binding = await inTransaction(own.runtime, (tx) =>
    askCodeForAddress(tx, own.runtime, { purpose: 'sign_in', emailIndex, language: 'nl' }),
  )
  const codes = await own.runtime.db.execute<{ id: string }>(
    `select id from one_time_code where binding_id = '${binding.id}'`,
  )
  await sendSignInCode.run(own.runtime, { codeId: codes[0]?.id, language: 'nl', mayMail: true })
  const { code } = await mailedCode(own, binding.id)
  const entered = await inTransaction(own.runtime, (tx) => enterCode(tx, own.runtime, binding, code))
  if (!entered.ok) throw new Error(entered.reason)
  return caller(own, `csrf=desk-test; ${entered.sessionCookie.split(';')[0] ?? ''}`)
}

test('who does not confirm is reminded once after three days, for everything that waits at the address', async () => {
  const email = 'vergeten@klant.example'
  const first = await file(email, { kinds: ['access', 'erasure'] })
  await file(email)
  await pass(2)
  expect(await mailsTo('confirm_reminder', email)).toEqual([])
  await pass(1)
  await pass(1)
  const mails = await mailsTo('confirm_reminder', email)
  expect(mails.map((mail) => mail.props['cases'])).toHaveLength(1)
  expect(mails[0]?.props).toMatchObject({ receivedOn: '2026-01-31', expiresOn: '2026-02-14' })
  expect(mails[0]?.props['cases']).toHaveLength(3)
  expect((await rowOf(first.requests[0]?.id ?? '')).state).toBe('unverified')
})

test('after 14 days it ends with a last mail; what was typed is gone, the rest stays, and a confirmation revives it', async () => {
  const email = 'laat@klant.example'
  const receivedOn = '2026-02-04'
  const { requests, submissionId } = await file(email)
  const id = requests[0]?.id ?? ''
  await pass(13)
  expect((await rowOf(id)).state).toBe('unverified')
  await pass(1)
  const ended = await rowOf(id)
  expect(ended).toMatchObject({
    state: 'expired',
    kind: 'access',
    nameSealed: null,
    phoneSealed: null,
    customerNumberSealed: null,
    detailsSealed: null,
  })
  expect(String(ended.receivedOn)).toBe(receivedOn)
  expect(ended.emailSealed).not.toBeNull()
  const indexes = await own.runtime.db.select().from(requestIndex).where(eq(requestIndex.requestId, id))
  expect(indexes.map((index) => index.kind)).toEqual(['email'])
  const [last] = await mailsTo('expired', email)
  expect(last?.props).toMatchObject({ receivedOn, reviveUntil: '2026-03-05' })
  await pass(10)
  const call = await signIn(email)
  const at = { lng: 'nl', reference: ended.reference }
  const view = () => viewOwnRequest(own.runtime, blindIndex(own.runtime, 'email', email), ended.reference, 'nl')
  expect(await view()).toMatchObject({ mayConfirm: true, asksAgain: false })
  expect(await call(confirm.action, at, { answer: 'yes' })).toMatchObject({
    status: 303,
    to: `/nl/requests/${ended.reference}?receipt`,
  })
  const revived = await rowOf(id)
  expect(revived).toMatchObject({ state: 'received', closedAt: null })
  expect([String(revived.receivedOn), String(revived.dueOn)]).toEqual([receivedOn, '2026-03-04'])
  expect(await view()).toMatchObject({ mayConfirm: false, asksAgain: true })
  await pass(20)
  expect((await rowOf(id)).state).toBe('received')
  expect(
    (await own.runtime.db.select().from(submission).where(eq(submission.id, submissionId)))[0]?.emailIndex,
  ).not.toBe(null)
})

test('30 days after receipt its key is destroyed and nobody finds it by its address any more', async () => {
  const email = 'weg@klant.example'
  const { requests, submissionId } = await file(email)
  const id = requests[0]?.id ?? ''
  await pass(3)
  await pass(11)
  await pass(15)
  expect((await rowOf(id)).purgedAt).toBeNull()
  await pass(1)
  const row = await rowOf(id)
  expect(row).toMatchObject({ state: 'expired', emailSealed: null, reference: requests[0]?.reference })
  expect(row.purgedAt).not.toBeNull()
  const [key] = await own.runtime.db.select().from(dataKey).where(eq(dataKey.requestId, id))
  expect(key).toMatchObject({ wrapped: null })
  expect(await own.runtime.db.$count(requestIndex, eq(requestIndex.requestId, id))).toBe(0)
  const [sent] = await own.runtime.db.select().from(submission).where(eq(submission.id, submissionId))
  expect(sent?.emailIndex).toBeNull()
  const mails = await own.runtime.db.select().from(outbox).where(eq(outbox.requestId, id))
  expect(mails.map((mail) => mail.template).sort()).toEqual(['code', 'confirm_reminder', 'expired'])
})

test('whoever says "that was not me" gets no more mail about it, and the request ends', async () => {
  const email = 'nietik@klant.example'
  const { requests } = await file(email)
  const row = requests[0]
  if (!row) throw new Error('not filed')
  const call = await signIn(email)
  expect(await call(confirm.action, { lng: 'nl', reference: row.reference }, { answer: 'no' })).toMatchObject({
    to: '/nl/not-me',
  })
  expect((await rowOf(row.id)).state).toBe('withdrawn')
  await pass(20)
  expect([...(await mailsTo('confirm_reminder', email)), ...(await mailsTo('expired', email))]).toEqual([])
})

test('a stranger who files again and again fills nobody’s mailbox', async () => {
  const email = 'doelwit@klant.example'
  // Over the limit of code mails nothing was sent, so nothing follows either.
  const silent = await file(email, {}, false)
  for (let at = 0; at < 5; at++) await file(email)
  await pass(3)
  await pass(0)
  expect(await mailsTo('confirm_reminder', email)).toHaveLength(1)
  await pass(11)
  expect(await mailsTo('expired', email)).toHaveLength(1)
  expect((await rowOf(silent.requests[0]?.id ?? '')).state).toBe('expired')
})

test('a stop to marketing is on the suppression list at once, and its mails to one address are bounded', async () => {
  const email = 'reclame@klant.example'
  const ids: string[] = []
  for (let at = 0; at < 5; at++) {
    const { requests } = await file(email, { kinds: ['objection'], objectionTo: 'direct_marketing' })
    ids.push(requests[0]?.id ?? '')
  }
  const listed = await own.runtime.db.select().from(suppressionEntry).where(inArray(suppressionEntry.requestId, ids))
  expect(listed.length).toBeGreaterThan(0)
  for (const id of ids) {
    await stopMarketingInSystems(own.runtime, id)
    const run = await newestRunOfRequest(own.runtime.db, id)
    await workRun(own.runtime, run?.id ?? '')
    await answerRun(own.runtime, run?.id ?? '')
  }
  const mails = (await mailsOf(own, 'marketing_stopped')).filter((mail) => mail.to === email)
  expect(mails).toHaveLength(3)
  const states = await Promise.all(ids.map(async (id) => (await rowOf(id)).state))
  expect(states).toEqual(['executing', 'executing', 'executing', 'completed', 'completed'])
})
