import { afterAll, beforeAll, expect, it } from 'vitest'
import { closeTask } from '~/erasure/elsewhere/close.server'
import { workRun } from '~/erasure/run.server'
import { inTransaction } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { detailOfTask } from '~/requests/outside/close-task.server'
import { tasksOfRequest } from '~/requests/outside/list-tasks.server'
import { checkMapOf } from '~/systems/apply-map.server'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, finish, hire, plan, start, type Staff } from './case'
import { map, smallCrm, type SmallCrm } from './small-crm'

const withFiles = map.replace(
  '    columns: {body: {category: content, with: empty}}',
  `    columns: {body: {category: content, with: empty}}
    files: [{column: body, path: 'upload/{id}'}, {column: customer_number, path: 'scans/{customer_number}.pdf'}]`,
)

let test: TestRuntime
let crm: SmallCrm
let agent: Staff
let approver: Staff
beforeAll(async () => {
  test = await testRuntime()
  agent = await hire(test.runtime, 'agent')
  approver = await hire(test.runtime, 'approver')
  crm = await smallCrm('postgres')
  await connect(test.runtime, 'shop', 'postgres', crm.url, withFiles)
})
afterAll(async () => {
  await crm.close()
  await test.close()
})

it('each file on disk of an erased row is a task, given out when the row is gone, and where it lies is sealed', async () => {
  const { runtime } = test
  await crm.run(`insert into tickets values (55, 'K-10005', 'brief\tvan Anna5.pdf'), (56, 'K-10005', null)`)
  const requestId = await file(runtime, agent, { email: 'person5@shop.example' })
  const { runId } = await start(runtime, requestId, agent, approver)
  expect(await tasksOfRequest(runtime.db, requestId)).toEqual([])
  await workRun(runtime, runId)
  await workRun(runtime, runId)
  const tasks = await tasksOfRequest(runtime.db, requestId)
  expect(tasks.map(({ kind, systemKey }) => [kind, systemKey])).toEqual([
    ['file', 'shop#1'],
    ['file', 'shop#2'],
    ['file', 'shop#3'],
  ])
  const details = await Promise.all(tasks.map((task) => detailOfTask(runtime.db, runtime, task)))
  expect([...details].sort()).toEqual([
    'scans/K-10005.pdf',
    'upload/5 (Help, person5@shop.example)',
    'upload/55 (brief van Anna5.pdf)',
  ])
  for (const { about, detailSealed } of tasks)
    expect(`${JSON.stringify(about)}${Buffer.from(detailSealed ?? []).toString('latin1')}`).not.toMatch(/upload|scans/)

  await finish(runtime, runId)
  expect((await findRequest(runtime.db, requestId))?.state).toBe('executing')
  for (const { id } of tasks) {
    const end = { outcome: 'done' as const, note: '', doneOn: '2026-03-01', deleted: 0, pseudonymised: 0, kept: 0 }
    expect(
      await inTransaction(runtime, (tx) => closeTask(tx, runtime, { taskId: id, end, actor: agent })),
    ).toMatchObject({
      ok: true,
    })
  }
  await finish(runtime, runId)
  expect((await findRequest(runtime.db, requestId))?.state).toBe('completed')
})

it('a plan whose file got another name meanwhile no longer fits', async () => {
  const { runtime } = test
  const requestId = await file(runtime, agent, { email: 'person6@shop.example' })
  const { runId } = await start(runtime, requestId, agent, approver)
  await crm.run(`update tickets set body = 'andere.pdf' where customer_number = 'K-10006'`)
  await workRun(runtime, runId)
  expect(await tasksOfRequest(runtime.db, requestId)).toEqual([])
  expect((await plan(runtime, requestId, agent)).ok).toBe(true)
})

it('a path that names no column of the table is refused with the table and the column', async () => {
  const checked = await checkMapOf(test.runtime, test.runtime.db, 'shop', withFiles.replace('{id}', '{idd}'))
  expect(JSON.stringify(checked)).toMatch(/tickets.*idd|idd.*tickets/)
})
