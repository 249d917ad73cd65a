import { readFile } from 'node:fs/promises'
import { Temporal } from 'temporal-polyfill'
import { expect, it } from 'vitest'
import { openAdapter } from '~/systems/adapters/open-adapter.server'
import { hostCheck } from '~/systems/check-host.server'
import { parseDataMap } from '~/systems/parse-map'
import { resolveMap } from '~/systems/resolve-map'
import { demoCrmFile, fillDemoCrm } from '~db/demo/fill-crm'
import { createDatabase } from '~tests/support/postgres'

it('the demo’s data map names every table of the demo CRM, and nothing that is not there', async () => {
  const database = await createDatabase('demo_map')
  await fillDemoCrm({ url: database.url, today: Temporal.PlainDate.from('2026-03-11') })
  const adapter = openAdapter({ engine: 'postgres', url: database.url, checkHost: hostCheck(['127.0.0.1']) })
  const catalogue = await adapter.readCatalogue()
  await adapter.close()
  await database.drop()

  const parsed = parseDataMap(await readFile(demoCrmFile('crm-map.yaml'), 'utf8'))
  if (!parsed.ok) expect.fail(JSON.stringify(parsed.problems, null, 2))
  const { problems, warnings } = resolveMap(parsed.map, catalogue)
  expect(problems).toEqual([])
  expect(warnings).toEqual([])
  expect(Object.keys(parsed.map.tables).sort()).toEqual(catalogue.tables.map(({ id }) => id).sort())
})
