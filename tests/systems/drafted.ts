import { Temporal } from 'temporal-polyfill'
import { expect } from 'vitest'
import { rehearseMap } from '~/erasure/rehearse-map.server'
import type { Engine } from '~/systems/catalogue'
import { checkMap } from '~/systems/check-map'
import { draftMap } from '~/systems/draft/draft-map'
import { locate } from '~/systems/locate/locate'
import { parseDataMap } from '~/systems/parse-map'
import { crm } from './databases'

/** The draft of this database, its own check and rehearsal, and how many rows of whom it finds by jan@x.nl. */
export async function drafted(engine: Engine, script: string) {
  const { adapter, catalogue } = await crm(engine, script)
  const parsed = parseDataMap(await draftMap(adapter, catalogue, 'crm'))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const { problems, resolved } = checkMap(parsed.map, catalogue)
  expect(problems).toEqual([])
  const person = await locate(adapter, resolved, { email: ['jan@x.nl'] })
  expect(person.ambiguous).toBe(false)
  const { failures } = await rehearseMap({
    system: { id: 'crm', key: 'crm', engine, adapter, scanAdapter: null, catalogue, map: resolved, mapVersion: 1 },
    persons: 4,
    today: Temporal.PlainDate.from('2026-03-02'),
    rules: { fiscalYearEnd: '12-31', zone: 'Europe/Amsterdam' },
  })
  expect(failures).toEqual([])
  const counts = Object.fromEntries([...person.rows].map(([table, rows]) => [table, rows.length]))
  const subjects = Object.values(parsed.map.tables).flatMap((table) => (table.subject ? [table.id] : []))
  return { map: parsed.map, counts, subjects }
}
