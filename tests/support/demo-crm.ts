import { readFile } from 'node:fs/promises'
import postgres from 'postgres'
import { Temporal } from 'temporal-polyfill'
import { demoCrmFile, fillDemoCrm } from '~db/demo/fill-crm'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import { checkMapOf, storeMap } from '~/systems/apply-map.server'
import { forgetAdapters } from '~/systems/open-adapters.server'
import { addSystem } from '~/systems/registry.server'
import { createDatabase, templateDatabase } from './postgres'

const program = { kind: 'system' } as const

export interface DemoCrm {
  url: string
  sql: postgres.Sql
  close(): Promise<void>
}

/** The demo CRM in a database of its own, connected to the runtime as `crm` with its own data map. */
export async function connectDemoCrm(runtime: Runtime, today = '2026-03-02'): Promise<DemoCrm> {
  const template = await templateDatabase(`template_crm_${today.replaceAll('-', '')}`, async (url) => {
    await fillDemoCrm({ url, today: Temporal.PlainDate.from(today) })
  })
  const database = await createDatabase('crm', template)
  runtime.settings.ALLOWED_SYSTEM_HOSTS.push('127.0.0.1', 'localhost')
  await inTransaction(runtime, (tx) =>
    addSystem(tx, runtime, { key: 'crm', engine: 'postgres', url: database.url, details: {}, actor: program }),
  )
  const yaml = await readFile(demoCrmFile('crm-map.yaml'), 'utf8')
  const checked = await checkMapOf(runtime, runtime.db, 'crm', yaml)
  if (!checked.ok) throw new Error(`The demo's map does not fit: ${JSON.stringify(checked)}`)
  await inTransaction(runtime, (tx) =>
    storeMap(tx, runtime, { key: 'crm', yaml, catalogue: checked.catalogue, actor: program }),
  )
  const sql = postgres(database.url, { max: 2, onnotice: () => undefined, connection: { TimeZone: 'UTC' } })
  return {
    url: database.url,
    sql,
    close: async () => {
      await sql.end({ timeout: 5 })
      await forgetAdapters()
      await database.drop()
    },
  }
}
