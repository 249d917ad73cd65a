import { afterAll, beforeAll, expect, test } from 'vitest'
import { eq } from 'drizzle-orm'
import { outbox, staff } from '~db/schema'
import { workRun } from '~/erasure/run.server'
import { findRun } from '~/erasure/run-records.server'
import { openMail } from '~/mail/compose.server'
import { inTransaction } from '~/platform/runtime.server'
import { assignRequest } from '~/requests/assign.server'
import { recordAbsence, staffToday } from '~/staff/absence.server'
import { findStaff, memberOf } from '~/staff/accounts.server'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, hire, start, type Staff } from './case'
import { map, smallCrm, type SmallCrm } from './small-crm'

let own: TestRuntime
let crm: SmallCrm
let agent: Staff
let deputy: Staff
let approver: Staff

beforeAll(async () => {
  own = await testRuntime()
  crm = await smallCrm('postgres')
  await connect(own.runtime, 'shop', 'postgres', crm.url, map)
  agent = await hire(own.runtime, 'agent')
  deputy = await hire(own.runtime, 'agent')
  approver = await hire(own.runtime, 'approver')
  await hire(own.runtime, 'agent')
  await own.runtime.db.update(staff).set({ passwordHash: 'x' })
})
afterAll(async () => {
  await crm.close()
  await own.close()
})

const by = async ({ id }: Staff) => {
  const row = await findStaff(own.runtime.db, id)
  if (!row) throw new Error('nobody')
  return memberOf(row)
}

async function failures() {
  const rows = await own.runtime.db.select().from(outbox).where(eq(outbox.template, 'run_failed'))
  return rows.map((row) => {
    const mail = openMail(own.runtime, row)
    if (!mail || !('again' in mail.props)) throw new Error('unreadable')
    return { to: mail.to, again: mail.props.again, systems: mail.props.systems }
  })
}

test('a run that fails is told when it first fails and when it is not tried any more, to the assignee and their deputy', async () => {
  const { runtime } = own
  const requestId = await file(runtime, agent, { email: 'person5@shop.example' })
  const member = await by(agent)
  await inTransaction(runtime, (tx) => assignRequest(tx, runtime, { requestId, assigneeId: agent.id, by: member }))
  const today = await staffToday(runtime.db, runtime)
  await inTransaction(runtime, (tx) =>
    recordAbsence(tx, runtime, { staffId: agent.id, fromOn: today, untilOn: today, deputyId: deputy.id, by: member }),
  )
  const { runId } = await start(runtime, requestId, agent, approver)
  // A failure that passes: the database asks to be tried again.
  await crm.run(`create function busy() returns trigger language plpgsql as
    $$ begin raise exception using errcode = '40001', message = 'busy'; end $$`)
  await crm.run('create trigger busy before delete on tickets for each row execute function busy()')
  const addresses = [`${agent.id}@example.nl`, `${deputy.id}@example.nl`].sort()
  const told = async (again: boolean) =>
    (await failures())
      .filter((mail) => mail.again === again)
      .map(({ to, systems }) => {
        expect(systems).toEqual(['shop'])
        return to
      })
      .sort()

  await workRun(runtime, runId)
  expect(await told(true)).toEqual(addresses)
  expect(await told(false)).toEqual([])
  for (let tries = 0; tries < 6; tries++) await workRun(runtime, runId)
  expect(await told(true)).toEqual(addresses)
  expect(await told(false)).toEqual(addresses)

  await crm.run('drop trigger busy on tickets')
  await workRun(runtime, runId)
  expect((await findRun(runtime.db, runId))?.state).toBe('done')
  expect(await failures()).toHaveLength(4)
})
