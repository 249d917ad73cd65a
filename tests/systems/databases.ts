import { afterAll } from 'vitest'
import type { DatabaseAdapter } from '~/systems/adapters/adapter'
import { openAdapter } from '~/systems/adapters/open-adapter.server'
import { keyword } from '~/systems/adapters/sql'
import type { Catalogue, Engine } from '~/systems/catalogue'
import { mariadb } from '~tests/support/mariadb'
import { createDatabase } from '~tests/support/postgres'

const open: DatabaseAdapter[] = []
afterAll(() => Promise.all(open.splice(0).map((adapter) => adapter.close())))

/** False where this machine has no MariaDB and can't get one (said on stderr; with CI=true it throws instead). */
export const hasMariadb = (await mariadb()) !== undefined
export const engines: readonly Engine[] = hasMariadb ? ['postgres', 'mysql'] : ['postgres']

/** A fresh database of one engine in which these statements have run. */
export async function databaseWith(engine: Engine, statements: readonly string[]): Promise<DatabaseAdapter> {
  const url = engine === 'postgres' ? (await createDatabase('crm')).url : await (await mariadb())?.createDatabase('crm')
  if (!url) throw new Error('No MariaDB')
  const adapter = openAdapter({ engine, url, maxConnections: 2 })
  open.push(adapter)
  for (const statement of statements) await adapter.run(keyword(statement))
  return adapter
}

/** The statements of a script, cut at semicolons that end a line. */
export function statementsOf(script: string): string[] {
  return script
    .split(/;\s*\n/)
    .map((statement) => statement.trim().replace(/;$/, ''))
    .filter((statement) => statement !== '')
}

/** The database and what it says about itself. */
export async function crm(
  engine: Engine,
  script: string,
): Promise<{ readonly adapter: DatabaseAdapter; readonly catalogue: Catalogue }> {
  const adapter = await databaseWith(engine, statementsOf(script))
  return { adapter, catalogue: await adapter.readCatalogue() }
}
