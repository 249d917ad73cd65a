import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runForApi } from '~/erasure/present.server'
import { openAdapter } from '~/systems/adapters/open-adapter.server'
import { keyword } from '~/systems/adapters/sql'
import type { DatabaseAdapter } from '~/systems/adapters/adapter'
import { mariadb } from '~tests/support/mariadb'
import { createDatabase } from '~tests/support/postgres'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, finish, hire, start } from './case'
import { shapesMap, shapesOf } from './shapes-crm'
import { engines } from './small-crm'

/** Every table of the shapes with what is not the person's: Eva has the key 1 wherever a key says whose a row is. */
const tables = {
  Relations: 'Id',
  households: null,
  Relations_cstm: 'id_c',
  Relations_audit: 'relation_id',
  visits: 'relation',
  visit_lines: 'relation',
  invoices: 'relation',
  notes: null,
  suppliers: null,
  events: null,
  event_people: 'relation_id',
  mails: null,
  mail_people: 'relation_id',
  subscriptions: null,
} as const

describe.each(engines)('an erasure over every odd shape of tables, in %s', (engine) => {
  let test: TestRuntime
  let adapter: DatabaseAdapter
  let before: Awaited<ReturnType<typeof everything>>

  const quote = (name: string) => (engine === 'postgres' ? `"${name}"` : `\`${name}\``)
  const everything = async () => {
    const all: Record<string, readonly Readonly<Record<string, string | null>>[]> = {}
    for (const table of Object.keys(tables)) {
      const place = engine === 'postgres' && table === 'visits' ? '"Back Office".visits' : quote(table)
      all[table] = await adapter.query(keyword(`select * from ${place}`))
    }
    return all
  }
  const ofOthers = (all: Awaited<ReturnType<typeof everything>>) =>
    Object.fromEntries(
      Object.entries(tables).flatMap(([table, whose]) =>
        whose ? [[table, (all[table] ?? []).filter((row) => row[whose] !== '1')]] : [],
      ),
    )
  const ids = (rows: readonly Readonly<Record<string, string | null>>[] | undefined) => (rows ?? []).map(({ id }) => id)

  beforeAll(async () => {
    test = await testRuntime()
    const url =
      engine === 'postgres' ? (await createDatabase('shapes')).url : await (await mariadb())?.createDatabase('shapes')
    if (!url) throw new Error('No MariaDB')
    adapter = openAdapter({ engine, url, maxConnections: 2 })
    for (const statement of shapesOf(engine)) await adapter.run(keyword(statement))
    before = await everything()
    await connect(test.runtime, 'shapes', engine, url, shapesMap(engine))
    const [agent, approver] = [await hire(test.runtime, 'agent'), await hire(test.runtime, 'approver')]
    const requestId = await file(test.runtime, agent, { email: 'eva.visser@X.nl', name: 'Eva Visser' })
    const { runId } = await start(test.runtime, requestId, agent, approver)
    await finish(test.runtime, runId)
    expect(await runForApi(test.runtime.db, runId)).toMatchObject({
      state: 'done',
      systems: [{ system: 'shapes', state: 'done', residue: { findings: [] } }],
    })
  })
  afterAll(async () => {
    await adapter.close()
    await test.close()
  })

  it('leaves nothing of the person in any column, and every row of others as it was', async () => {
    const after = await everything()
    const kept = { ...after, invoices: (after['invoices'] ?? []).filter(({ id }) => id !== '1') }
    expect(JSON.stringify(kept)).not.toMatch(/eva\W*visser/i)
    // Cas was referred by Eva, whose row stays.
    expect(ofOthers(after)).toEqual(ofOthers(before))
    expect(after['suppliers']).toEqual(before['suppliers'])
  })

  it('deletes what is hers by type and id, by both parts of a key and by a row beside hers, and keeps what is shared', async () => {
    const after = await everything()
    expect(ids(after['notes'])).toEqual(['2', '3'])
    expect(ids(after['events'])).toEqual(['1'])
    expect(ids(after['mails'])).toEqual(['1'])
    expect(ids(after['subscriptions'])).toEqual(['2'])
    expect(ids(after['households'])).toEqual(['1', '3'])
    expect(ids(after['invoices'])).toEqual(['1', '3'])
    expect(after['mails']?.[0]?.to_addrs).toContain('bob@x.nl')
    for (const table of ['Relations_cstm', 'Relations_audit', 'visits', 'visit_lines', 'event_people', 'mail_people'])
      expect([table, (after[table] ?? []).filter((row) => Object.values(row)[0] === '1').length]).toEqual([
        table,
        ['event_people', 'mail_people'].includes(table) ? 1 : 0,
      ])
  })

  it('rewrites the row that an invoice still needs by the rules of its columns, and the engine follows', async () => {
    const [row] = (await everything())['Relations']?.filter(({ Id }) => Id === '1') ?? []
    const mail = row?.['E-mail Address'] ?? ''
    expect(mail).toMatch(/^[0-9a-f]{24}@pseudonym\.invalid$/)
    expect(row).toMatchObject({ lower_mail: mail, stand: 'gone', order: null, deleted: '1', household: null })
    expect(JSON.parse(row?.profile ?? '')).toEqual({ contact: { email: null }, size: 38 })
    expect(row?.['Say "hi"']).toMatch(/^Mail .+ or call$/)
  })
})
