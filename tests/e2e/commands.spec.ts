import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { answerOf, privacybalie } from '../support/e2e/command'
import { hero } from '../support/e2e/crm'
import { expect, test } from '../support/e2e'

const located = z.object({
  system: z.string(),
  ambiguous: z.boolean(),
  tables: z.array(z.object({ table: z.string(), action: z.string(), rows: z.number(), until: z.string().nullish() })),
})

test('the command line finds a customer in the CRM of the running demo', async () => {
  const found = await answerOf(located, 'locate', 'crm', '--email', 'gerrit.vandam@example.org')
  expect(found.ambiguous).toBe(false)
  expect(found.tables.find(({ table }) => table === 'customers')?.rows).toBe(1)
  const nobody = await answerOf(located, 'locate', 'crm', '--email', 'niemand@example.nl')
  expect(nobody.tables).toEqual([])
})

test('two who share an address are told to be two', async () => {
  expect((await answerOf(located, 'locate', 'crm', '--email', 'familie.bakker@example.nl')).ambiguous).toBe(true)
})

test('the systems that are connected are listed', async () => {
  const answer = await answerOf(
    z.object({
      systems: z.array(z.object({ key: z.string(), engine: z.string(), mapVersion: z.number().nullable() })),
    }),
    'system',
    'list',
  )
  expect(answer.systems).toContainEqual({ key: 'crm', engine: 'postgres', mapVersion: 1 })
})

test('a data map that names a column which does not exist is refused, naming table and column', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'privacybalie-map-'))
  const file = join(folder, 'map.yaml')
  const map = readFileSync('db/demo/crm-map.yaml', 'utf8')
  writeFileSync(file, map.replace('born_on: {', 'geboren: {'))
  const { code, out, err } = await privacybalie('map', 'apply', 'crm', file)
  rmSync(folder, { recursive: true })
  expect(code).toBe(1)
  expect(out + err).toContain('customers')
  expect(out + err).toContain('geboren')
  const after = await privacybalie('system', 'list', '--json')
  expect(after.out).toMatch(/"mapVersion":\s*1\b/)
})

test('a CRM that is down is said to be down, without the words of the database', async () => {
  const url = 'postgres://shop:geheim-wachtwoord@127.0.0.1:9/shop'
  expect((await privacybalie('system', 'add', 'weg', '--engine', 'postgres', '--url', url)).code).toBe(0)
  try {
    for (const command of [
      ['system', 'test', 'weg'],
      ['map', 'draft', 'weg'],
      ['locate', 'weg', '--email', hero.email],
    ]) {
      const { code, out, err } = await privacybalie(...command)
      expect.soft(code, command.join(' ')).toBe(1)
      expect.soft(err.trim().split('\n').length, err).toBeLessThanOrEqual(3)
      expect.soft(out + err, command.join(' ')).not.toMatch(/geheim-wachtwoord|at .*\.(js|ts):\d+|ECONNREFUSED \d/)
    }
  } finally {
    await privacybalie('system', 'remove', 'weg')
  }
})

test('a due date is reckoned with its explanation', async () => {
  const answer = await answerOf(
    z.object({
      dueOn: z.string(),
      extendedDueOn: z.string(),
      strictDueOn: z.string(),
      explanation: z.array(z.object({ step: z.string() })),
    }),
    'deadline',
    '--received',
    '2026-01-31',
  )
  expect(answer).toMatchObject({ dueOn: '2026-03-02', strictDueOn: '2026-02-28' })
  expect(answer.explanation.length).toBeGreaterThan(0)
})

test('wrong use is answered with status 2 and a hint, a refusal with 1', async () => {
  expect((await privacybalie('locate', 'crm')).code).toBe(2)
  expect((await privacybalie('deadline', '--received', 'gisteren')).code).toBe(2)
  expect((await privacybalie('fly')).code).toBe(2)
  const unknown = await privacybalie('locate', 'nergens', '--email', hero.email)
  expect(unknown.code).toBe(1)
  expect(unknown.err).toContain('no such system')
  expect((await privacybalie('locate', '--help')).code).toBe(0)
})
