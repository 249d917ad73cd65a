import { afterAll, beforeAll, expect, test } from 'vitest'
import { staff, systemHealth } from '~db/schema'
import { translatorFor } from '~/locales/translate'
import { checkMasterKey } from '~/platform/master-key.server'
import { writeSetting } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { safetyLines } from '~/routes/desk/safety.server'
import { changeDetails, detailsOf } from '~/systems/change-system.server'
import { findSystem } from '~/systems/registry.server'
import { safetyChecks } from '~/systems/safety.server'
import { connectDemoCrm } from '~tests/support/demo-crm'
import type { DemoCrm } from '~tests/support/demo-crm'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let crm: DemoCrm

beforeAll(async () => {
  own = await testRuntime('2026-03-02T09:00:00Z')
  crm = await connectDemoCrm(own.runtime)
  await checkMasterKey(own.runtime.db, own.runtime.keys, own.clock)
})
afterAll(async () => {
  await crm.close()
  await own.close()
})

const standing = async () =>
  Object.fromEntries((await safetyChecks(own.runtime)).map(({ check, inOrder }) => [check, inOrder]))
const hire = (role: string, name: string) =>
  own.runtime.db
    .insert(staff)
    .values({ email: `${name}@spaak.example`, name, role, passwordHash: 'x', createdAt: own.clock.now() })

test('each thing that can be wrong is found, and is in order once it was put right', async () => {
  const { runtime } = own
  const row = await findSystem(runtime.db, 'crm')
  if (!row) throw new Error('no system')
  await hire('approver', 'anna')
  await runtime.db.insert(systemHealth).values({
    systemId: row.id,
    at: own.clock.now(),
    answers: false,
    failure: 'unreachable ECONNREFUSED',
    mapVersion: 1,
    added: ['customers.nickname'],
    removed: [],
  })
  const describe = (details: object) =>
    inTransaction(runtime, (tx) =>
      changeDetails(tx, runtime, { row, details: { ...detailsOf(row), ...details }, actor: { kind: 'system' } }),
    )
  await describe({ role: 'processor', reviewOn: '2026-03-20', country: '' })
  expect(await standing()).toMatchObject({
    second_factor_rule: false,
    second_factor_missing: false,
    approvers: false,
    admins: false,
    master_key: true,
    https: false,
    mail: false,
    evidence_owner: true,
    privacy_officer: false,
    system_map: true,
    system_drift: false,
    system_answers: false,
    system_backups: true,
    system_country: false,
    system_agreement: false,
    system_review: false,
  })

  await hire('approver', 'bert')
  await inTransaction(runtime, (tx) => writeSetting(tx, runtime, 'staff.secondFactor', 'required', null))
  await inTransaction(runtime, (tx) => writeSetting(tx, runtime, 'organisation.contact', 'privacy@spaak.example', null))
  await describe({ role: 'processor', agreement: 'VO-12', reviewOn: '2027-03-20', country: 'NL' })
  own.clock.advance({ minutes: 1 })
  await runtime.db
    .insert(systemHealth)
    .values({ systemId: row.id, at: own.clock.now(), answers: true, mapVersion: 1, added: [], removed: [] })
  expect(await standing()).toMatchObject({
    second_factor_rule: true,
    approvers: true,
    privacy_officer: true,
    system_drift: true,
    system_answers: true,
    system_country: true,
    system_agreement: true,
    system_review: true,
  })
  own.clock.advance({ years: 3 })
  expect(await standing()).toMatchObject({ master_key: false, system_review: false })
})

test.each(['nl', 'en'] as const)('every check is told in words, what is open first (%s)', async (language) => {
  const lines = await safetyLines(own.runtime, translatorFor(language))
  const first = lines.findIndex(({ inOrder }) => inOrder)
  expect(lines.slice(first).every(({ inOrder }) => inOrder)).toBe(true)
  expect(first).toBeGreaterThan(0)
  for (const { text } of lines) expect(text).not.toMatch(/\{\{|_|undefined|^$/)
})
