import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import { decision, evidenceEntry, outbox } from '~db/schema'
import { certificateOf } from '~/erasure/certificate.server'
import { completePartially } from '~/erasure/complete-partially.server'
import { runForApi } from '~/erasure/present.server'
import { retryRun } from '~/erasure/retry-run.server'
import { workRun } from '~/erasure/run.server'
import { findRun } from '~/erasure/run-records.server'
import { skipSystem } from '~/erasure/skip-system.server'
import { composeMail, openMail } from '~/mail/compose.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { findStaff, memberOf } from '~/staff/accounts.server'
import { removeSystem } from '~/systems/registry.server'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, finish, hire, start, type Staff } from './case'
import { refuseDeletion } from './refuse-deletion'
import { engines, map, smallCrm, type SmallCrm } from './small-crm'

describe.each(engines)('an erasure that one of two systems refuses, in %s', (engine) => {
  let test: TestRuntime
  let shop: SmallCrm
  let depot: SmallCrm
  let agent: Staff
  let approver: Staff

  beforeAll(async () => {
    test = await testRuntime()
    agent = await hire(test.runtime, 'agent')
    approver = await hire(test.runtime, 'approver')
  })
  beforeEach(async () => {
    shop = await smallCrm(engine)
    depot = await smallCrm(engine)
    await connect(test.runtime, 'shop', engine, shop.url, map)
    await connect(test.runtime, 'depot', engine, depot.url, map.replace('system: shop', 'system: depot'))
  })
  afterEach(async () => {
    await shop.close()
    await depot.close()
    for (const key of ['shop', 'depot'])
      await inTransaction(test.runtime, (tx) => removeSystem(tx, test.runtime, key, { kind: 'system' }))
  })
  afterAll(() => test.close())

  const refused = async (id: number) => {
    const requestId = await file(test.runtime, agent, { email: `person${String(id)}@shop.example` })
    const started = await start(test.runtime, requestId, agent, approver)
    await refuseDeletion(depot)
    await workRun(test.runtime, started.runId)
    return { requestId, ...started }
  }
  const skip = (of: { requestId: string; runId: string }, system: string, reason = 'De leverancier is weg') =>
    inTransaction(test.runtime, (tx) => skipSystem(tx, test.runtime, { ...of, system, reason, actor: agent }))
  const close = async (requestId: string) => {
    const by = await findStaff(test.runtime.db, agent.id)
    if (!by) throw new Error('nobody')
    const answer = 'Het magazijn weigert nog. Wij lossen dat deze maand op.'
    return inTransaction(test.runtime, (tx) =>
      completePartially(tx, test.runtime, { requestId, answer, by: memberOf(by) }),
    )
  }
  const state = async (requestId: string) => (await findRequest(test.runtime.db, requestId))?.state

  it('is partial, is skipped with a reason, and is closed by a person who says what did not happen', async () => {
    const { runtime } = test
    const run = await refused(5)
    expect(await runForApi(runtime.db, run.runId)).toMatchObject({
      state: 'partial',
      systems: [
        { system: 'depot', state: 'failed', deleted: 0 },
        { system: 'shop', state: 'done' },
      ],
    })
    expect(await state(run.requestId)).toBe('executing')
    expect(await skip(run, 'shop')).toEqual({ ok: false, reason: 'nothing_to_skip' })
    expect(await skip(run, 'depot', ' ')).toEqual({ ok: false, reason: 'reason_missing' })
    expect(await skip(run, 'depot')).toEqual({ ok: true })
    expect(await skip(run, 'depot')).toEqual({ ok: false, reason: 'nothing_to_skip' })
    const staff = await certificateOf(runtime, run.requestId, { copy: 'staff', language: 'nl' })
    if (staff?.copy !== 'staff') throw new Error('no certificate')
    expect(staff.outcome).toBe('partial')
    expect(staff.systems[0]).toMatchObject({ system: 'depot', state: 'skipped', skipReason: 'De leverancier is weg' })

    expect((await close(run.requestId)).ok).toBe(true)
    expect(await state(run.requestId)).toBe('partially_completed')
    const [mail] = await runtime.db.select().from(outbox).where(eq(outbox.template, 'partly_carried_out'))
    if (!mail) throw new Error('no mail')
    const opened = openMail(runtime, mail)
    if (!opened) throw new Error('mail not readable')
    const { text } = await composeMail(runtime, await readOrganisation(runtime.db), opened, mail.createdAt)
    expect(text).toContain('Op 1 van de 2 plaatsen is het niet gelukt')
    expect(text).toContain('Het magazijn weigert nog')
    expect(text).not.toMatch(/alles is gewist|depot/i)
    const [decided] = await runtime.db.select().from(decision).where(eq(decision.requestId, run.requestId))
    expect(decided).toMatchObject({ outcome: 'partially', byStaffId: agent.id })
    const subject = await certificateOf(runtime, run.requestId, { copy: 'subject', language: 'nl' })
    expect(subject).toMatchObject({
      state: 'partially_completed',
      outcome: 'partial',
      places: { searched: 2, finished: 1, unfinished: 1 },
    })
    const evidence = await runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.requestId, run.requestId))
    expect(evidence.map((each) => each.verb)).toEqual(
      expect.arrayContaining(['run.system_skipped', 'request.complete_partially']),
    )
    expect(JSON.stringify(evidence.map((each) => each.data))).not.toMatch(/leverancier|magazijn/)
  })

  it('nothing is erased any more after it was closed partly, whoever asks', async () => {
    const { runtime } = test
    const run = await refused(6)
    expect((await close(run.requestId)).ok).toBe(true)
    await depot.run(depot.engine === 'postgres' ? 'drop trigger refuse on tickets' : 'drop trigger refuse')
    const before = await depot.hashOf({ customers: '1 = 1', tickets: '1 = 1' })
    const again = await inTransaction(runtime, (tx) => retryRun(tx, runtime, { runId: run.runId, actor: agent }))
    expect(again).toBe(false)
    await workRun(runtime, run.runId)
    expect(await depot.hashOf({ customers: '1 = 1', tickets: '1 = 1' })).toEqual(before)
    const row = await findRun(runtime.db, run.runId)
    expect([row?.state, row?.pseudonymKey, row?.keyDestroyedAt === null]).toEqual(['partial', null, false])
    expect(await skip(run, 'depot')).toEqual({ ok: false, reason: 'nothing_to_skip' })
  })

  it('is not closed partly when everything was done, nor twice', async () => {
    const run = await refused(7)
    await depot.run(depot.engine === 'postgres' ? 'drop trigger refuse on tickets' : 'drop trigger refuse')
    await workRun(test.runtime, run.runId)
    expect(await close(run.requestId)).toEqual({ ok: false, reason: 'nothing_left_out' })
    await finish(test.runtime, run.runId)
    expect(await state(run.requestId)).toBe('completed')
    expect(await close(run.requestId)).toEqual({ ok: false, reason: 'not_from_here' })
  })
})
