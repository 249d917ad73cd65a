import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { and, eq, like } from 'drizzle-orm'
import { evidenceEntry, outbox, planSystem } from '~db/schema'
import { certificatePdf } from '~/erasure/certificate-pdf.server'
import { certificateOf } from '~/erasure/certificate.server'
import { openReviews } from '~/erasure/alone-approvals.server'
import { remindReviews } from '~/erasure/remind-reviews.server'
import { reviewApproval } from '~/erasure/review-approval.server'
import { inTransaction } from '~/platform/runtime.server'
import { writeSetting } from '~/platform/organisation.server'
import { findRequest } from '~/requests/find.server'
import { certificateSchema } from '~/routes/api/schemas'
import { loader as casePage } from '~/routes/desk/requests.$reference'
import { action as approval } from '~/routes/desk/requests.$reference.approval'
import { action as alone, loader as alonePage } from '~/routes/desk/requests.$reference.approval.alone'
import { action as execution } from '~/routes/desk/requests.$reference.execution'
import { action as review } from '~/routes/desk/requests.$reference.review'
import { loader as queue } from '~/routes/desk/queue'
import { loader as reports } from '~/routes/desk/reports'
import { loader as reviews } from '~/routes/desk/reviews'
import { deskVisitor, type DeskVisitor } from '~tests/support/desk-visitor'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, finish, plan, type Staff } from './case'
import { map, smallCrm, type SmallCrm } from './small-crm'

const password = 'vlinder-tandem-kruiwagen-91'
const reason = 'De goedkeurder is ziek en morgen loopt de termijn af'

describe('a plan that one person made and approves', () => {
  let test: TestRuntime
  let crm: SmallCrm
  let agent: DeskVisitor
  let approver: DeskVisitor
  let admin: DeskVisitor

  beforeAll(async () => {
    test = await testRuntime()
    crm = await smallCrm('postgres')
    await connect(test.runtime, 'shop', 'postgres', crm.url, map)
    agent = await deskVisitor(test, 'agent')
    approver = await deskVisitor(test, 'approver')
    admin = await deskVisitor(test, 'admin')
  })
  afterAll(async () => {
    await crm.close()
    await test.close()
  })

  const planned = async (id: number, more: Parameters<typeof plan>[3] = {}) => {
    const by: Staff = { kind: 'staff', id: agent.member.id }
    const requestId = await file(test.runtime, by, { email: `person${String(id)}@shop.example` })
    const made = await plan(test.runtime, requestId, by, more)
    if (!made.ok) throw new Error(JSON.stringify(made))
    const reference = (await findRequest(test.runtime.db, requestId))?.reference ?? ''
    return { requestId, reference, ...made.plan }
  }
  const setting = (value: 'never' | 'no_other_approver' | 'always') =>
    inTransaction(test.runtime, (tx) => writeSetting(tx, test.runtime, 'erasure.approvalAlone', value, null))
  const state = async (requestId: string) => (await findRequest(test.runtime.db, requestId))?.state
  const verbs = async (requestId: string) =>
    (await test.runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.requestId, requestId))).map(
      ({ verb }) => verb,
    )
  const mailsTo = async (stage: string) =>
    (
      await test.runtime.db
        .select({ key: outbox.idempotencyKey })
        .from(outbox)
        .where(and(eq(outbox.template, 'approval_review'), like(outbox.idempotencyKey, `approval_review:${stage}%`)))
    ).map(({ key }) => key.split(':').at(-1))
  const approvalId = async (reference: string) => {
    const page = await admin.call(casePage, { reference })
    return (page.data as { alone: { id: string }[] }).alone[0]?.id ?? ''
  }

  it('waits for another where one is there; the exception is refused, and never is a setting', async () => {
    const { reference, hash } = await planned(1)
    const page = await agent.call(alonePage, { reference })
    expect(page.data).toMatchObject({ refused: 'other_approver' })
    const refused = await agent.call(alone, { reference }, { hash, reason })
    expect(refused).toMatchObject({ status: 403, data: { problem: 'other_approver', reason } })
    await setting('never')
    expect(await agent.call(alone, { reference }, { hash, reason })).toMatchObject({
      status: 403,
      data: { problem: 'alone_never' },
    })
    await setting('always')
    expect(await admin.call(alone, { reference }, { hash, reason })).toMatchObject({
      status: 403,
      data: { problem: 'not_your_plan' },
    })
  })

  it('is approved only with a reason, a fresh password, for one person and at most 1,000 rows', async () => {
    await setting('always')
    const { reference, hash, id, requestId } = await planned(2)
    expect(await agent.call(alone, { reference }, { hash, reason: ' ' })).toMatchObject({
      status: 400,
      data: { problem: 'reason_missing' },
    })
    test.clock.advance({ minutes: 16 })
    expect(await agent.call(alone, { reference }, { hash, reason })).toMatchObject({
      status: 400,
      data: { problem: 'password_needed', reason },
    })
    await test.runtime.db.update(planSystem).set({ changes: 1_001 }).where(eq(planSystem.planId, id))
    expect(await agent.call(alone, { reference }, { hash, reason, password })).toMatchObject({
      data: { problem: 'too_many_rows' },
    })
    await test.runtime.db.update(planSystem).set({ changes: 1_000 }).where(eq(planSystem.planId, id))
    expect((await agent.call(alone, { reference }, { hash, reason, password })).status).toBe(303)
    expect(await verbs(requestId)).toContain('plan.approved_alone')
    // At once to all admins, and to who may look at it; not to the one who approved.
    expect((await mailsTo('asked')).toSorted()).toEqual([admin.member.id, approver.member.id].toSorted())

    await crm.run('alter table customers drop constraint customers_email_key')
    await crm.run(`update customers set email = 'person9@shop.example' where id = 10`)
    const both = ['9', '10'].map((key) => ({ system: 'shop', table: 'customers', key: [key] }))
    const two = await planned(9, { subjects: both })
    expect((await agent.call(alonePage, { reference: two.reference })).data).toMatchObject({
      refused: 'several_persons',
    })
    expect(await agent.call(alone, { reference: two.reference }, { hash: two.hash, reason })).toMatchObject({
      data: { problem: 'several_persons' },
    })
  })

  it('is reviewed by another person, who may still send it back, and shown wherever the case is', async () => {
    const { reference, requestId, hash } = await planned(5)
    await setting('always')
    expect((await agent.call(alone, { reference }, { hash, reason })).status).toBe(303)
    const page = await approver.call(casePage, { reference })
    expect(page.data).toMatchObject({ alone: [{ by: 'agent', reason, reviewBy: '2026-03-16', mayReview: true }] })
    expect((await approver.call(queue, { path: 'desk/queue' })).data).toMatchObject({ reviews: 2 })
    const of = { approval: await approvalId(reference) }
    expect((await agent.call(review, { reference }, { ...of, verdict: 'accepted' })).status).toBe(403)
    expect(await approver.call(review, { reference }, { ...of, verdict: 'objected' })).toMatchObject({
      status: 400,
      data: { problem: 'reason_missing' },
    })
    const objected = { ...of, verdict: 'objected', reason: 'Er was geen haast' }
    expect((await approver.call(review, { reference }, objected)).status).toBe(303)
    expect(await state(requestId)).toBe('in_progress')
    expect((await admin.call(review, { reference }, { ...of, verdict: 'accepted' })).status).toBe(409)
    expect(await verbs(requestId)).toEqual(expect.arrayContaining(['approval.objected', 'plan.rejected']))
    expect(await mailsTo('objected')).toEqual([admin.member.id])
    // Whoever planned it reads why it came back.
    expect((await agent.call(casePage, { reference })).data).toMatchObject({
      plan: { state: 'rejected', returned: { kind: 'rejected', by: 'approver', reason: 'Er was geen haast' } },
    })
    expect((await approver.call(reviews, { path: 'desk/reviews' })).data).toMatchObject({
      approvals: [{ reference, by: 'agent', outcome: 'objected', reviewer: 'approver' }, { outcome: 'open' }],
    })
    expect((await approver.call(reports, {})).data).toMatchObject({ alone: { all: 2, open: 1, objected: 1 } })
  })

  it('is not approved on a page that showed an older plan; the answer says what changed', async () => {
    const { reference, requestId, hash } = await planned(11)
    await crm.run(`insert into tickets values (900, 'K-10011', 'One more')`)
    const again = await plan(test.runtime, requestId, { kind: 'staff', id: agent.member.id })
    if (!again.ok) throw new Error('not planned')
    const changed = {
      gone: false,
      changes: [{ system: 'shop', table: 'tickets', action: 'delete', before: 1, now: 2 }],
    }
    const sent = { hash, reason: 'Klopt niet', password }
    expect(await approver.call(approval, { reference }, { ...sent, intent: 'approve' })).toMatchObject({
      status: 409,
      data: { problem: 'hash_mismatch', changed },
    })
    expect(await approver.call(approval, { reference }, { ...sent, intent: 'reject' })).toMatchObject({
      status: 409,
      data: { problem: 'hash_mismatch', changed, reason: 'Klopt niet' },
    })
    expect(await agent.call(alone, { reference }, sent)).toMatchObject({ status: 409, data: { changed } })
    expect(await state(requestId)).toBe('awaiting_approval')
  })

  it('goes to the admins every week once the fourteen days are over, until somebody looks', async () => {
    const { reference, requestId, hash } = await planned(6)
    expect((await agent.call(alone, { reference }, { hash, reason })).status).toBe(303)
    expect((await agent.call(execution, { reference }, {})).status).toBe(303)
    const page = await agent.call(casePage, { reference })
    const { runId } = (page.data as { plan: { runId: string } }).plan
    await finish(test.runtime, runId)
    expect(await state(requestId)).toBe('completed')

    test.clock.advance({ days: 11 })
    await remindReviews(test.runtime)
    await remindReviews(test.runtime)
    expect(await mailsTo('due')).toHaveLength(4)
    test.clock.advance({ days: 3 })
    await remindReviews(test.runtime)
    expect(await verbs(requestId)).not.toContain('approval.review_lapsed')
    test.clock.advance({ days: 1 })
    await remindReviews(test.runtime)
    await remindReviews(test.runtime)
    expect((await verbs(requestId)).filter((verb) => verb === 'approval.review_lapsed')).toHaveLength(1)
    expect(await mailsTo('lapsed')).toEqual([admin.member.id, admin.member.id])
    test.clock.advance({ days: 7 })
    await remindReviews(test.runtime)
    expect(await mailsTo('lapsed')).toHaveLength(4)

    const [open] = await openReviews(test.runtime.db)
    if (!open) throw new Error('nothing to review')
    const order = { requestId: open.requestId, approvalId: open.id, verdict: 'accepted', reason: '' } as const
    const own = { ...order, by: agent.member }
    expect(await inTransaction(test.runtime, (tx) => reviewApproval(tx, test.runtime, own))).toMatchObject({
      reason: 'not_yours',
    })
    for (const each of await openReviews(test.runtime.db))
      await inTransaction(test.runtime, (tx) =>
        reviewApproval(tx, test.runtime, {
          ...order,
          requestId: each.requestId,
          approvalId: each.id,
          by: admin.member,
        }),
      )
    expect(await verbs(requestId)).toContain('approval.accepted')
    const copy = await certificateOf(test.runtime, requestId, { copy: 'staff', language: 'nl' })
    if (copy?.copy !== 'staff') throw new Error('no certificate')
    expect(certificateSchema.parse(copy)).toEqual(copy)
    expect(copy.plan).toMatchObject({
      alone: true,
      by: agent.member.id,
      approvedBy: agent.member.id,
      review: { reason, reviewBy: '2026-03-16', lapsed: true, verdict: 'accepted', by: admin.member.id },
    })
    expect((await certificatePdf(copy)).byteLength).toBeGreaterThan(1_000)
    await remindReviews(test.runtime)
    expect(await mailsTo('lapsed')).toHaveLength(4)
  })
})
