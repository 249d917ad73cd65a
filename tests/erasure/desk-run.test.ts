import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import { outsideTask } from '~db/schema'
import { handOutLooks } from '~/erasure/elsewhere/look.server'
import { runForApi } from '~/erasure/present.server'
import { workRun } from '~/erasure/run.server'
import { openMail } from '~/mail/compose.server'
import { inTransaction } from '~/platform/runtime.server'
import { completeRequest } from '~/requests/complete.server'
import { findRequest } from '~/requests/find.server'
import { tasksOfRequest } from '~/requests/outside/list-tasks.server'
import { startRequest } from '~/requests/start.server'
import * as execution from '~/routes/desk/requests.$reference.execution'
import * as casePage from '~/routes/desk/requests.$reference'
import * as closing from '~/routes/desk/requests.$reference.partial-completion'
import * as handlingPage from '~/routes/desk/systems.$system.handling'
import * as taskPage from '~/routes/desk/tasks.$task'
import { addSystem, removeSystem } from '~/systems/registry.server'
import { deskVisitor, type DeskVisitor } from '~tests/support/desk-visitor'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, finish, mails, start, type Staff } from './case'
import { refuseDeletion } from './refuse-deletion'
import { map, smallCrm, type SmallCrm } from './small-crm'

const withRecipient = map.replace(
  '    label: {nl: Klantgegevens, en: Customer record}',
  '    label: {nl: Klantgegevens, en: Customer record}\n    recipients: [{name: Bezorger, email: privacy@bezorger.example}]',
)

describe('a run in the hands of the desk', () => {
  let test: TestRuntime
  let shop: SmallCrm
  let depot: SmallCrm
  let agent: DeskVisitor
  let approver: DeskVisitor
  let admin: DeskVisitor
  let auditor: DeskVisitor

  beforeAll(async () => {
    test = await testRuntime()
    agent = await deskVisitor(test, 'agent')
    approver = await deskVisitor(test, 'approver')
    admin = await deskVisitor(test, 'admin')
    auditor = await deskVisitor(test, 'auditor')
  })
  beforeEach(async () => {
    shop = await smallCrm('postgres')
    depot = await smallCrm('postgres')
    await connect(test.runtime, 'shop', 'postgres', shop.url, withRecipient)
    await connect(test.runtime, 'depot', 'postgres', depot.url, map.replace('system: shop', 'system: depot'))
  })
  afterEach(async () => {
    for (const key of ['shop', 'depot'])
      await inTransaction(test.runtime, (tx) => removeSystem(tx, test.runtime, key, { kind: 'system' }))
    await shop.close()
    await depot.close()
  })
  afterAll(() => test.close())

  const staffOf = ({ member }: DeskVisitor): Staff => ({ kind: 'staff', id: member.id })
  const begun = async (id: number) => {
    const requestId = await file(test.runtime, staffOf(agent), { email: `person${String(id)}@shop.example` })
    const run = await start(test.runtime, requestId, staffOf(agent), staffOf(approver))
    const reference = (await findRequest(test.runtime.db, requestId))?.reference ?? ''
    return { requestId, reference, ...run }
  }
  const press = async (who: DeskVisitor, reference: string, form: Record<string, string>) => {
    const { status, to } = await who.call(execution.action, { reference }, form)
    return status === 303 ? to : status
  }
  const run = (runId: string) => runForApi(test.runtime.db, runId)
  const state = async (requestId: string) => (await findRequest(test.runtime.db, requestId))?.state
  const panel = async (reference: string) => JSON.stringify((await agent.call(casePage.loader, { reference })).data)

  it('waits while somebody paused it, goes on when resumed, and refuses both a second time', async () => {
    const { reference, runId } = await begun(5)
    const here = `/desk/requests/${reference}#plan`
    expect(await press(agent, reference, { intent: 'resume' })).toBe(409)
    expect(await press(agent, reference, { intent: 'pause', version: '1' })).toBe(409)
    expect(await press(agent, reference, { intent: 'pause' })).toBe(here)
    expect(await press(admin, reference, { intent: 'pause' })).toBe(409)
    await workRun(test.runtime, runId)
    expect(await run(runId)).toMatchObject({ state: 'running', systems: [{ deleted: 0 }, { deleted: 0 }] })
    expect(await press(admin, reference, { intent: 'resume' })).toBe(here)
    await finish(test.runtime, runId)
    expect(await run(runId)).toMatchObject({ state: 'done' })
    expect(await press(agent, reference, { intent: 'pause' })).toBe(409)
  })

  it('is taken back with a reason before anything was changed, and not afterwards', async () => {
    const { reference, requestId, runId } = await begun(6)
    expect(await press(agent, reference, { intent: 'cancel', reason: ' ' })).toBe(400)
    expect(await press(agent, reference, { intent: 'cancel', reason: 'De klant belde' })).toMatch(/#plan$/)
    await workRun(test.runtime, runId)
    expect(await state(requestId)).toBe('in_progress')
    const later = await begun(7)
    await workRun(test.runtime, later.runId)
    expect(await press(agent, later.reference, { intent: 'cancel', reason: 'Te laat' })).toBe(409)
    expect(await run(later.runId)).toMatchObject({ state: 'done' })
  })

  it('is tried again, leaves a system out with a reason, and is closed by somebody who says what did not happen', async () => {
    const { reference, requestId, runId } = await begun(8)
    await refuseDeletion(shop)
    await workRun(test.runtime, runId)
    expect(await run(runId)).toMatchObject({ state: 'partial', systems: [{ state: 'done' }, { state: 'failed' }] })
    expect(await press(agent, reference, { intent: 'retry' })).toMatch(/#plan$/)
    await workRun(test.runtime, runId)
    expect(await state(requestId)).toBe('executing')
    expect(await press(agent, reference, { intent: 'skip', system: 'shop', reason: '' })).toBe(400)
    expect(await press(agent, reference, { intent: 'skip', system: 'depot', reason: 'Gaat niet' })).toBe(409)
    expect(await press(agent, reference, { intent: 'skip', system: 'shop', reason: 'De leverancier is weg' })).toMatch(
      /#plan$/,
    )
    expect(await panel(reference)).toMatch(/"verb":"run.retried".*"verb":"run.system_skipped".*"state":"skipped"/)
    const close = async (who: DeskVisitor, answer: string) =>
      (await who.call(closing.action, { reference }, { answer, intent: 'send' })).status
    expect(await close(agent, '')).toBe(400)
    expect(await close(agent, 'In de winkel is het niet gelukt.')).toBe(303)
    expect(await state(requestId)).toBe('partially_completed')
    expect(await close(admin, 'In de winkel is het niet gelukt.')).toBe(409)
    expect(await press(agent, reference, { intent: 'retry' })).toBe(409)
  })

  it('is nobody else’s: not an auditor’s, an approver’s, or a form’s without its token', async () => {
    const { reference, runId } = await begun(9)
    for (const intent of ['', 'pause', 'resume', 'cancel', 'skip', 'retry'])
      for (const who of [auditor, approver])
        expect(await press(who, reference, { intent, system: 'shop', reason: 'Omdat het moet' })).toBe(403)
    expect(await press(agent, reference, { intent: 'pause', csrf: 'made up' })).toBe(400)
    for (const who of [auditor, approver])
      expect((await who.call(closing.action, { reference }, { answer: 'Nee', intent: 'send' })).status).toBe(403)
    await finish(test.runtime, runId)
    expect(await run(runId)).toMatchObject({ state: 'done' })
  })

  it('has what goes by hand as a page of its own, which only those who work cases end', async () => {
    const handling = { name: 'Archief', where: 'Kelder', what: 'Map vernietigen', proof: 'Foto', keptDays: null }
    await inTransaction(test.runtime, (tx) =>
      addSystem(tx, test.runtime, {
        key: 'archief',
        engine: 'manual',
        details: { handling },
        actor: { kind: 'system' },
      }),
    )
    const { reference, runId } = await begun(10)
    await workRun(test.runtime, runId)
    const [task] = await test.runtime.db.select().from(outsideTask).where(eq(outsideTask.runId, runId))
    const params = { task: task?.id ?? '' }
    for (const who of [agent, admin, auditor]) {
      const page = await who.call(taskPage.loader, params)
      expect(page.data).toMatchObject({ task: { kind: 'manual', open: true }, mayWork: who !== auditor })
    }
    expect((await agent.call(taskPage.loader, { task: '1' })).status).toBe(404)
    const end = { outcome: 'done', note: 'Versnipperd, foto in de map', doneOn: '2026-03-02', deleted: '1' }
    const ended = async (who: DeskVisitor, form: Record<string, string>) =>
      (await who.call(taskPage.action, params, form)).status
    expect(await ended(auditor, end)).toBe(403)
    expect(await ended(agent, { ...end, csrf: 'made up' })).toBe(400)
    expect(await ended(agent, { ...end, note: '' })).toBe(400)
    expect(await ended(agent, { ...end, doneOn: '2027-01-01' })).toBe(400)
    expect(await ended(agent, end)).toBe(303)
    expect(await ended(admin, end)).toBe(409)
    expect((await agent.call(taskPage.loader, params)).data).toMatchObject({ note: end.note, task: { state: 'done' } })
    await finish(test.runtime, runId)
    expect(await run(runId)).toMatchObject({ state: 'done' })
    expect(await panel(reference)).toContain('Archief')
    for (const who of [agent, approver, auditor])
      expect((await who.call(handlingPage.loader, { system: 'archief' })).status).toBe(403)
    expect((await admin.call(handlingPage.loader, { system: 'archief' })).data).toMatchObject({
      handling: { where: 'Kelder' },
    })
  })
  it('has recipients told by a mail that is shown first, once, after an erasure and after a correction', async () => {
    const { runtime } = test
    const { requestId, runId } = await begun(11)
    await finish(runtime, runId)
    const corrected = await file(runtime, staffOf(agent), { email: 'person12@shop.example', kinds: ['rectification'] })
    await inTransaction(runtime, (tx) =>
      startRequest(tx, runtime, { requestId: corrected, assigneeId: null, by: agent.member }),
    )
    const answer = 'Uw achternaam staat nu goed in onze administratie.'
    const done = await inTransaction(runtime, (tx) =>
      completeRequest(tx, runtime, { requestId: corrected, answer, by: agent.member }),
    )
    expect(done).toMatchObject({ ok: true })
    await handOutLooks(runtime, corrected)
    await handOutLooks(runtime, corrected)
    for (const [id, change] of [
      [requestId, 'erasure'],
      [corrected, 'rectification'],
    ] as const) {
      const [task, ...more] = (await tasksOfRequest(runtime.db, id)).filter(({ kind }) => kind === 'recipient')
      expect(more).toEqual([])
      expect(task).toMatchObject({ cause: change, about: { email: 'privacy@bezorger.example' } })
      const told = (who: DeskVisitor, form: Record<string, string>) =>
        who.call(taskPage.action, { task: task?.id ?? '' }, form)
      const mail = { to: 'privacy@bezorger.example', explanation: 'Met twee s’en.' }
      expect(await told(auditor, { ...mail, intent: 'mail' })).toMatchObject({ status: 403 })
      expect(await told(agent, { ...mail, to: 'de bezorger', intent: 'mail' })).toMatchObject({ status: 400 })
      const shown = await told(agent, { ...mail, intent: 'preview' })
      expect(shown.data).toMatchObject({ preview: { text: expect.stringContaining('Met twee s’en.') as string } })
      expect(await told(agent, { ...mail, intent: 'mail' })).toMatchObject({ status: 303 })
      expect(await told(admin, { ...mail, intent: 'mail' })).toMatchObject({ status: 409 })
      const sent = (await mails(runtime)).filter((row) => row.requestId === id && row.template === 'recipient_told')
      expect(sent.map((row) => openMail(runtime, row))).toMatchObject([{ to: mail.to, props: { kind: change } }])
    }
  })
})
