import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import { evidenceEntry, outsideTask, staff } from '~db/schema'
import { answerRun } from '~/erasure/answer.server'
import { certificateOf } from '~/erasure/certificate.server'
import { closeTask, reopenTask } from '~/erasure/elsewhere/close.server'
import { handOutLooks } from '~/erasure/elsewhere/look.server'
import { planForApi, runForApi } from '~/erasure/present.server'
import { workRun } from '~/erasure/run.server'
import { proveElsewhere } from '~/identity/prove-elsewhere.server'
import { inTransaction } from '~/platform/runtime.server'
import { certificateSchema, planSchema, runSchema } from '~/routes/api/schemas'
import { completeRequest } from '~/requests/complete.server'
import { findRequest } from '~/requests/find.server'
import { moveRequest } from '~/requests/move.server'
import { noteOfTask, type TaskEnd } from '~/requests/outside/close-task.server'
import { openTasks, tasksOfRequest } from '~/requests/outside/list-tasks.server'
import { remindOfTasks } from '~/requests/outside/remind.server'
import { addSystem, removeSystem } from '~/systems/registry.server'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, finish, hire, mails, plan, start, type Staff } from './case'
import { map, smallCrm, type SmallCrm } from './small-crm'

const withOthers = map
  .replace(
    'backups: {kept: P35D}',
    `backups: {kept: P35D}
copies: [{what: {nl: Maandexport, en: Monthly export}, reach: task, gone_after: P60D}, {what: Archief, reach: none}]`,
  )
  .replace(
    'label: {nl: Klantgegevens, en: Customer record}',
    `label: {nl: Klantgegevens, en: Customer record}
    recipients: [{name: PostNL Pakketten Benelux B.V., label: {nl: Bezorgdienst, en: Parcels}, role: processor, country: NL}]`,
  )

describe('what people do by hand for a case', () => {
  let test: TestRuntime
  let crm: SmallCrm
  let agent: Staff
  let approver: Staff
  beforeAll(async () => {
    test = await testRuntime()
    agent = await hire(test.runtime, 'agent')
    approver = await hire(test.runtime, 'approver')
    crm = await smallCrm('postgres')
    await connect(test.runtime, 'shop', 'postgres', crm.url, withOthers)
    await add('ledger', 'manual', {
      name: 'Grootboek',
      where: 'Kast 3',
      what: 'Zoek op naam',
      proof: 'Foto',
      keptDays: 10,
    })
    await add('paper', 'listed', { name: 'Papieren dossiers', where: 'Kelder', what: '', proof: '', keptDays: null })
  })
  afterAll(async () => {
    await crm.close()
    await test.close()
  })

  const add = (key: string, engine: 'manual' | 'listed', handling: Record<string, string | number | null>) =>
    inTransaction(test.runtime, (tx) =>
      addSystem(tx, test.runtime, { key, engine, details: { handling }, actor: { kind: 'system' } }),
    )
  const begin = async (id: number) => {
    const requestId = await file(test.runtime, agent, { email: `person${String(id)}@shop.example` })
    return { requestId, ...(await start(test.runtime, requestId, agent, approver)) }
  }
  const taskOf = async (requestId: string, kind: string) => {
    const task = (await tasksOfRequest(test.runtime.db, requestId)).find((each) => each.kind === kind)
    if (!task) throw new Error(`no task ${kind}`)
    return task
  }
  const end = async (requestId: string, kind: string, how: Partial<TaskEnd> & Pick<TaskEnd, 'outcome'>) => {
    const { id } = await taskOf(requestId, kind)
    const day = { note: '', doneOn: '2026-03-01', deleted: 0, pseudonymised: 0, kept: 0 }
    return inTransaction(test.runtime, (tx) =>
      closeTask(tx, test.runtime, { taskId: id, end: { ...day, ...how }, actor: agent }),
    )
  }
  const states = async (runId: string) => {
    const run = runSchema.parse(await runForApi(test.runtime.db, runId))
    return [run.state, ...run.systems.map((each) => `${each.system} ${each.state}`)]
  }
  const state = async (requestId: string) => (await findRequest(test.runtime.db, requestId))?.state

  it('a plan names the system, the run waits for the person, and their word with proof ends it', async () => {
    const { runtime } = test
    const { requestId, runId, planId } = await begin(5)
    const planned = planSchema.parse(await planForApi(runtime.db, planId))
    expect(planned.systems.map((each) => [each.system, each.elsewhere?.by])).toEqual([
      ['ledger', 'person'],
      ['shop', undefined],
    ])
    expect(planned.systems[0]).toMatchObject({ tables: [], elsewhere: { where: 'Kast 3', proof: 'Foto' } })
    expect(await tasksOfRequest(runtime.db, requestId)).toEqual([])

    await workRun(runtime, runId)
    await workRun(runtime, runId)
    expect(await states(runId)).toEqual(['running', 'ledger running', 'shop done'])
    expect(
      (await tasksOfRequest(runtime.db, requestId)).map((each) => `${each.kind} ${each.systemKey}`).sort(),
    ).toEqual(['copy shop#1', 'listed paper', 'manual ledger', 'recipient PostNL Pakketten Benelux B.V.'])
    const { tasks: listed } = await openTasks(runtime.db)
    expect(listed.map((each) => each.requestId)).toContain(requestId)
    const paged: string[] = []
    for (let after: string | null | undefined; after !== null;) {
      const page = await openTasks(runtime.db, { after, limit: 1 })
      paged.push(...page.tasks.map(({ id }) => id))
      after = page.next
    }
    expect(paged).toEqual(listed.map(({ id }) => id))

    expect(await end(requestId, 'manual', { outcome: 'done' })).toEqual({ ok: false, reason: 'note_missing' })
    const tomorrow = { outcome: 'done', note: 'Foto 12', doneOn: '2026-03-03' } as const
    expect(await end(requestId, 'manual', tomorrow)).toEqual({ ok: false, reason: 'in_future' })
    expect(await end(requestId, 'manual', { outcome: 'done', note: 'Foto 12', deleted: 3 })).toMatchObject({ ok: true })
    expect(await end(requestId, 'manual', { outcome: 'nothing_found' })).toEqual({ ok: false, reason: 'already_so' })
    await workRun(runtime, runId)
    expect(await states(runId)).toEqual(['done', 'ledger done', 'shop done'])
    const task = await taskOf(requestId, 'manual')
    expect(Buffer.from(task.noteSealed ?? []).toString()).not.toContain('Foto')
    expect(await noteOfTask(runtime.db, runtime, task)).toBe('Foto 12')
    const entries = await runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.requestId, requestId))
    expect(JSON.stringify(entries.map((each) => each.data))).not.toContain('Foto')
    expect(entries.find((each) => each.verb === 'task.closed')?.data).toMatchObject({ outcome: 'done', deleted: 3 })
  })

  it('open places keep the request from being completed, not the run; ticked off, it answers by itself', async () => {
    const { runtime } = test
    const { requestId, runId } = await begin(6)
    await workRun(runtime, runId)
    await end(requestId, 'manual', { outcome: 'nothing_found' })
    await finish(runtime, runId)
    expect(await states(runId)).toEqual(['done', 'ledger nothing_found', 'shop done'])
    expect(await state(requestId)).toBe('executing')
    const before = (await mails(runtime)).length
    await answerRun(runtime, runId)
    expect(await mails(runtime)).toHaveLength(before)
    await end(requestId, 'listed', { outcome: 'done', note: 'Map B' })
    await finish(runtime, runId)
    expect(await state(requestId)).toBe('completed')
    const reopened = await inTransaction(runtime, async (tx) =>
      reopenTask(tx, runtime, { taskId: (await taskOf(requestId, 'manual')).id, actor: agent }),
    )
    expect(reopened).toEqual({ ok: false, reason: 'run_through' })

    const copy = await certificateOf(runtime, requestId, { copy: 'staff', language: 'nl' })
    if (copy?.copy !== 'staff') throw new Error('no copy for staff')
    expect(certificateSchema.parse(copy)).toEqual(copy)
    expect(copy.tasks).toContainEqual({
      place: 'Papieren dossiers',
      kind: 'listed',
      state: 'done',
      doneOn: '2026-03-01',
      by: agent.id,
      note: 'Map B',
    })
    expect(copy.systems.find((each) => each.system === 'ledger')?.residue?.notSearched).toEqual(['Grootboek'])
    const subject = await certificateOf(runtime, requestId, { copy: 'subject', language: 'en' })
    if (subject?.copy !== 'subject') throw new Error('no copy for the subject')
    expect(certificateSchema.parse(subject)).toEqual(subject)
    expect(subject).toMatchObject({
      scanDue: false,
      places: { searched: 3, finished: 3, unfinished: 0 },
      recipients: [{ name: 'PostNL Pakketten Benelux B.V.', label: 'Parcels', told: false }],
    })
    expect(subject.remaining).toContainEqual({ what: 'Monthly export', lastDay: '2026-05-01' })
    for (const word of ['Grootboek', 'Papieren', 'ledger', 'paper']) expect(JSON.stringify(subject)).not.toContain(word)
  })

  it('whoever has the case is reminded of what is open, every week, in one mail', async () => {
    const { runtime, clock } = test
    const { requestId, runId } = await begin(2)
    await workRun(runtime, runId)
    const reminders = async () => (await mails(runtime)).filter((each) => each.template === 'tasks_waiting').length
    await runtime.db.update(staff).set({ passwordHash: 'x' }).where(eq(staff.id, agent.id))
    const [before, now] = [await reminders(), clock.now()]
    await remindOfTasks(runtime)
    expect(await reminders()).toBe(before)
    clock.advance({ hours: 24 * 8 })
    await remindOfTasks(runtime)
    const told = await reminders()
    expect(told).toBeGreaterThan(before)
    await remindOfTasks(runtime)
    expect(await reminders()).toBe(told)
    expect(await taskOf(requestId, 'manual')).toMatchObject({ reminders: 1 })
    clock.set(now.toString())
  })

  it('what a person refuses makes the run partial until they take it back; what they skip can not be done any more', async () => {
    const { runtime } = test
    const { requestId, runId } = await begin(7)
    await workRun(runtime, runId)
    expect(await end(requestId, 'listed', { outcome: 'refused', note: 'Nee' })).toEqual({
      ok: false,
      reason: 'not_by_hand',
    })
    await end(requestId, 'manual', { outcome: 'refused', note: 'Systeem op slot' })
    await workRun(runtime, runId)
    expect(await states(runId)).toEqual(['partial', 'ledger refused', 'shop done'])
    await workRun(runtime, runId)
    expect(await states(runId)).toEqual(['partial', 'ledger refused', 'shop done'])
    const { id } = await taskOf(requestId, 'manual')
    await inTransaction(runtime, (tx) => reopenTask(tx, runtime, { taskId: id, actor: agent }))
    expect(await states(runId)).toEqual(['running', 'ledger running', 'shop done'])
    await end(requestId, 'manual', { outcome: 'skipped', note: 'Opgeheven' })
    await workRun(runtime, runId)
    expect(await states(runId)).toEqual(['partial', 'ledger skipped', 'shop done'])
    const copy = await certificateOf(runtime, requestId, { copy: 'staff', language: 'nl' })
    if (copy?.copy !== 'staff') throw new Error('no copy for staff')
    expect(copy.systems.find((each) => each.system === 'ledger')?.skipReason).toBe('Opgeheven')
  })

  it('a plan that no longer fits gives nothing out', async () => {
    const { runtime } = test
    const { requestId, runId } = await begin(8)
    await crm.run(`insert into tickets values (900, 'K-10008', 'Nog iets')`)
    await workRun(runtime, runId)
    expect(await states(runId)).toMatchObject({ 0: 'stale' })
    expect(await tasksOfRequest(runtime.db, requestId)).toEqual([])
  })

  it('an access and a rectification ask for a look everywhere, once, and are not closed before', async () => {
    const { runtime } = test
    const requestId = await file(runtime, agent, { email: 'person9@shop.example', kinds: ['rectification'] })
    await inTransaction(runtime, (tx) =>
      proveElsewhere(tx, runtime, { requestId, proves: ['email'], note: 'Aan de balie gezien', actor: agent }),
    )
    const [waiting] = await runtime.db.execute<{ payload: { requestId: string } }>(
      `select payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
         where t.identifier = 'erasure.look' and j.key = 'erasure.look:${requestId}'`,
    )
    expect(waiting?.payload).toEqual({ requestId })
    await handOutLooks(runtime, requestId)
    await handOutLooks(runtime, requestId)
    expect((await tasksOfRequest(runtime.db, requestId)).map((each) => `${each.kind} ${each.cause}`).sort()).toEqual([
      'listed rectification',
      'manual rectification',
    ])
    const by = { id: agent.id, email: 'a@example.nl', name: 'agent', role: 'agent', language: 'nl' } as const
    const complete = () =>
      inTransaction(runtime, (tx) => completeRequest(tx, runtime, { requestId, answer: 'Alles is verbeterd.', by }))
    await inTransaction(runtime, (tx) =>
      moveRequest(tx, runtime, { requestId, move: 'start', actor: agent, mover: 'agent' }),
    )
    expect(await complete()).toEqual({ ok: false, reason: 'places_open' })
    await end(requestId, 'listed', { outcome: 'nothing_found' })
    await end(requestId, 'manual', { outcome: 'done', note: 'Adres verbeterd' })
    expect(await complete()).toMatchObject({ ok: true })
  })

  it('a restriction and an objection are carried out by hand as well', async () => {
    const { runtime } = test
    for (const [kind, more] of [
      ['restriction', {}],
      ['objection', { objectionTo: 'profiling' as const }],
    ] as const) {
      const requestId = await file(runtime, agent, { email: 'person10@shop.example', kinds: [kind], ...more })
      const made = await plan(runtime, requestId, agent)
      if (!made.ok) throw new Error(JSON.stringify([kind, made]))
      expect(made.plan.systems.map((each) => [each.system, each.elsewhere?.by])).toEqual([
        ['shop', undefined],
        ['ledger', 'person'],
      ])
    }
  })

  it('a system that was removed meanwhile leaves its task to be ended', async () => {
    const { runtime } = test
    const { requestId, runId } = await begin(11)
    await workRun(runtime, runId)
    await inTransaction(runtime, (tx) => removeSystem(tx, runtime, 'ledger', { kind: 'system' }))
    await end(requestId, 'manual', { outcome: 'done', note: 'Foto' })
    await workRun(runtime, runId)
    expect(await states(runId)).toEqual(['done', 'ledger done', 'shop done'])
    expect(await runtime.db.select().from(outsideTask).where(eq(outsideTask.runId, runId))).toHaveLength(4)
  })
})
