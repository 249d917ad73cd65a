import { createHash, createHmac } from 'node:crypto'
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
/** What an attacker knows beforehand: a list of everybody who ever was a customer. */
let listed: Record<string, string | null>[]
const erased: string[] = []

beforeAll(async () => {
  test = await testRuntime()
  crm = await createDatabase('demo_crm')
  await fillDemoCrm({ url: crm.url, today: Temporal.PlainDate.from('2026-03-02') })
  sql = postgres(crm.url, { max: 2, onnotice: () => undefined })
  listed = await sql<
    Record<string, string | null>[]
  >`select email, phone, number::text as number, last_name, first_name || ' ' || last_name as name from customers`
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
      erased.push(email)
      const requestId = await file(runtime, agent, { email })
      const { runId } = await start(runtime, requestId, agent, approver)
      await finish(runtime, runId)
      const run = await runForApi(runtime.db, runId)
      const state = (await findRequest(runtime.db, requestId))?.state ?? ''
      seen[`${run?.state ?? ''} ${state}`] = (seen[`${run?.state ?? ''} ${state}`] ?? 0) + 1
    }
    expect(seen).toEqual({ 'done completed': 6 })
  })

  it('and its desk, both dumped without the keys, confirm nobody of a list of all customers', async () => {
    const own = await dumpOf(test.environment.DATABASE_URL)
    const theirs = await dumpOf(crm.url)
    const known = listed.filter((each) => erased.includes(each['email'] ?? ''))
    expect([listed.length >= 500, known.length]).toEqual([true, 6])
    for (const each of known) expect(own.toLowerCase()).not.toContain(each['email']?.toLowerCase())
    expect(confirmed(own + theirs)).toEqual([])
    // The attack works where there is something to find: hashes without a key, or under a key that lies beside them.
    const email = known[0]?.['email'] ?? ''
    expect(confirmed(`${own} ${createHash('md5').update(email).digest('hex')}`)).toEqual([email])
    const key = 'c0ffee'.repeat(10) + 'abcd'
    const keyed = createHmac('sha256', Buffer.from(key, 'hex')).update(email).digest('hex')
    expect(confirmed(`${own} "${key}" "${keyed.slice(0, 24)}@pseudonym.invalid"`)).toEqual([email])
  })
})

/** Every row of every table, as JSON; binary values in hex. */
async function dumpOf(url: string): Promise<string> {
  const reader = postgres(url, { max: 1, onnotice: () => undefined })
  const tables = await reader<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') and has_table_privilege(format('%I.%I', schemaname, tablename), 'select')`
  const lines: string[] = []
  for (const { name } of tables)
    for (const { row } of await reader.unsafe<{ row: string }[]>(`select row_to_json(t)::text as row from ${name} t`))
      lines.push(row)
  await reader.end()
  return lines.join('\n')
}

const PREFIX = 16

/** Which listed e-mail addresses a dump confirms: by a hash of something of theirs, plain or under a key found in the dump. */
function confirmed(dump: string): string[] {
  const digits = dump.toLowerCase().match(/[0-9a-f]{16,}/g) ?? []
  // A pseudonym of text begins with a letter of its own, which may be a hexadecimal digit to the eye.
  const starts = new Set(digits.flatMap((each) => [each.slice(0, PREFIX), each.slice(1, PREFIX + 1)]))
  const keys = [...new Set(digits.filter((each) => each.length === 64))].map((each) => Buffer.from(each, 'hex'))
  const found = new Set<string>()
  for (const person of listed) {
    const email = person['email']
    if (!email) continue
    const values = Object.values(person).flatMap((value) => (value ? [value, value.toLowerCase()] : []))
    const guesses = new Set([...values, ...values.map((value) => `email:${value}`)])
    for (const guess of guesses) {
      const hashes = ['md5', 'sha1', 'sha256', 'sha512'].map((name) => createHash(name).update(guess).digest('hex'))
      if (hashes.some((hash) => starts.has(hash.slice(0, PREFIX)))) found.add(email)
    }
    if (!erased.includes(email)) continue
    for (const key of keys)
      for (const guess of values)
        if (starts.has(createHmac('sha256', key).update(guess).digest('hex').slice(0, PREFIX))) found.add(email)
  }
  return [...found]
}
