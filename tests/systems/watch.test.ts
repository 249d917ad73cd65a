import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eq } from 'drizzle-orm'
import { evidenceEntry, outbox, systemHealth } from '~db/schema'
import { inTransaction } from '~/platform/runtime.server'
import { checkMapOf, storeMap } from '~/systems/apply-map.server'
import { diffMaps } from '~/systems/diff-maps'
import { mapText, mapVersions } from '~/systems/map-versions.server'
import { changeSystemUrl, findSystem } from '~/systems/registry.server'
import { latestHealth, watchSystems } from '~/systems/watch.server'
import { connect, hire } from '~tests/erasure/case'
import { engines, map, smallCrm, type SmallCrm } from '~tests/erasure/small-crm'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'

describe.each(engines)('the watch over %s', (engine) => {
  let own: TestRuntime
  let crm: SmallCrm
  let systemId: string
  beforeAll(async () => {
    own = await testRuntime()
    crm = await smallCrm(engine)
    await hire(own.runtime, 'admin')
    await hire(own.runtime, 'agent')
    await connect(own.runtime, 'shop', engine, crm.url, map)
    systemId = (await findSystem(own.runtime.db, 'shop'))?.id ?? ''
  })
  afterAll(async () => {
    await crm.close()
    await own.close()
  })
  const mails = () => own.runtime.db.select().from(outbox).where(eq(outbox.template, 'map_drift'))
  const health = async () => (await latestHealth(own.runtime.db, [systemId])).get(systemId)

  test('finds nothing where nothing changed, and counts receipts as nothing', async () => {
    await crm.run('create table privacybalie_receipt (run varchar(36))')
    await watchSystems(own.runtime)
    expect(await health()).toMatchObject({ answers: true, added: [], removed: [], mapVersion: 1 })
    expect(await mails()).toEqual([])
  })

  test('names what came, went and changed, and tells each admin once', async () => {
    await crm.run('alter table customers add column linkedin varchar(80)')
    await crm.run('alter table tickets drop column body')
    await crm.run(
      'alter table addresses alter column city type varchar(90)'.replace(
        /alter column city type/,
        engine === 'mysql' ? 'modify city' : '$&',
      ),
    )
    await crm.run('create table recordings (id integer primary key)')
    await watchSystems(own.runtime)
    await watchSystems(own.runtime)
    const found = await health()
    expect(found?.added).toEqual([
      expect.stringMatching(/^addresses\.city \(.*90\)\)$/),
      'customers.linkedin',
      'recordings',
    ])
    expect(found?.removed).toEqual([expect.stringMatching(/^addresses\.city \(.*40\)\)$/), 'tickets.body'])
    expect(await mails()).toHaveLength(1)
    await crm.run('drop table recordings')
    await watchSystems(own.runtime)
    expect(await mails()).toHaveLength(2)
    const told = await own.runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.verb, 'map.drift_told'))
    expect(told.map((entry) => entry.data)).toEqual([
      { version: 1, added: 3, removed: 2 },
      { version: 1, added: 2, removed: 2 },
    ])
  })

  test('a map that is applied anew, be it the same text, ends the drift and is the next version', async () => {
    const yaml = map.replace('columns: {body: {category: content, with: empty}}', 'label: Kaartjes')
    for (const version of [2, 2]) {
      const checked = await checkMapOf(own.runtime, own.runtime.db, 'shop', yaml)
      if (!checked.ok) throw new Error(JSON.stringify(checked))
      expect(
        await inTransaction(own.runtime, (tx) =>
          storeMap(tx, own.runtime, { key: 'shop', yaml, catalogue: checked.catalogue, actor: { kind: 'system' } }),
        ),
      ).toEqual({ ok: true, version })
    }
    await watchSystems(own.runtime)
    expect(await health()).toMatchObject({ added: [], removed: [], mapVersion: 2 })
    expect((await mapVersions(own.runtime.db, systemId)).map((each) => each.version)).toEqual([2, 1])
    const [before, after] = [await mapText(own.runtime.db, systemId, 1), await mapText(own.runtime.db, systemId, 2)]
    expect(diffMaps(before ?? '', after ?? '')).toEqual([
      { path: 'tables.tickets.label', before: null, after: '"Kaartjes"' },
      { path: 'tables.tickets.columns.body.category', before: '"content"', after: null },
      { path: 'tables.tickets.columns.body.with', before: '"empty"', after: null },
    ])
  })

  test('a database that does not answer is told from one that changed; when it last answered stays known', async () => {
    const lastOk = own.clock.now()
    const url = new URL(crm.url)
    url.port = '1'
    await inTransaction(own.runtime, (tx) =>
      changeSystemUrl(tx, own.runtime, { key: 'shop', url: url.href, actor: { kind: 'system' } }),
    )
    own.clock.set(lastOk.add({ hours: 24 }).toString())
    await watchSystems(own.runtime)
    const found = await health()
    expect(found).toMatchObject({ answers: false, added: [], removed: [] })
    expect(found?.failure).toMatch(/^unreachable /)
    expect(found?.lastOk?.toString()).toBe(lastOk.toString())
    expect((await own.runtime.db.select().from(systemHealth)).length).toBeGreaterThan(4)
    expect(await mails()).toHaveLength(2)
  })
})
