import { readFile } from 'node:fs/promises'
import postgres from 'postgres'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoCrmFile, fillDemoCrm } from '~db/demo/fill-crm'
import { runForApi } from '~/erasure/present.server'
import { findRequest } from '~/requests/find.server'
import { createDatabase, type TestDatabase } from '~tests/support/postgres'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, finish, hire, start } from './case'

let test: TestRuntime
let crm: TestDatabase
let sql: postgres.Sql

beforeAll(async () => {
  test = await testRuntime()
  crm = await createDatabase('demo_crm')
  await fillDemoCrm({ url: crm.url, today: Temporal.PlainDate.from('2026-03-02') })
  sql = postgres(crm.url, { max: 2, onnotice: () => undefined })
  await connect(test.runtime, 'crm', 'postgres', crm.url, await readFile(demoCrmFile('crm-map.yaml'), 'utf8'))
})

afterAll(async () => {
  await sql.end()
  await test.close()
})

describe('the demo CRM', () => {
  it('erases a customer to verified completion', async () => {
    const { runtime } = test
    const [agent, approver] = [await hire(runtime, 'agent'), await hire(runtime, 'approver')]
    const customers = await sql<{ email: string }[]>`
      select c.email from customers c where email is not null
      and exists (select 1 from invoices i where i.customer_id = c.id)
      and not exists (select 1 from service_contracts s where s.customer_id = c.id)
      and (select count(*) from customers d where lower(d.email) = lower(c.email)) = 1 order by id limit 6`
    const seen: Record<string, number> = {}
    for (const { email } of customers) {
      const requestId = await file(runtime, agent, { email })
      const { runId } = await start(runtime, requestId, agent, approver)
      await finish(runtime, runId)
      const run = await runForApi(runtime.db, runId)
      const state = (await findRequest(runtime.db, requestId))?.state ?? ''
      seen[`${run?.state ?? ''} ${state}`] = (seen[`${run?.state ?? ''} ${state}`] ?? 0) + 1
    }
    expect(seen).toEqual({ 'done completed': 6 })
  })
})
