import type { Dialect } from '~/systems/adapters/adapter'
import { identifier, join, keyword, sql, type Sql } from '~/systems/adapters/sql'
import type { Catalogue, CatalogueTable } from '~/systems/catalogue'
import type { TableGrant } from './grants'
import { receiptColumnsWritten, receiptDefinition, receiptTable } from './receipt.server'

export interface GrantsOrder {
  readonly dialect: Dialect
  readonly catalogue: Catalogue
  readonly database: string
  /** Names of the two roles. */
  readonly runRole: string
  readonly scanRole: string
}

const names = (columns: readonly string[]) => join(columns.map((column) => identifier(column)))
const tableName = (table: Pick<CatalogueTable, 'schema' | 'name'>) => identifier(table.schema, table.name)
const isOwn = (table: CatalogueTable) => table.kind !== 'view' && table.ofExtension === null

/**
 * The statements by which a DBA makes the role `run` and gives it what it needs and no more. Neither role can sign in before
 * the DBA gives it a password.
 */
export function runGrants(order: GrantsOrder, grants: readonly TableGrant[]): string {
  const { dialect, catalogue } = order
  const role = account(order, order.runRole)
  const receipt = { schema: catalogue.defaultSchema, name: receiptTable }
  const statements = [
    createRole(order, order.runRole),
    ...enter(order, role, [receipt.schema, ...grants.map(({ table }) => table.schema)]),
    receiptDefinition(dialect.engine, catalogue.defaultSchema),
    sql`GRANT SELECT, INSERT ON ${tableName(receipt)} TO ${role}`,
    sql`GRANT UPDATE (${names(receiptColumnsWritten)}) ON ${tableName(receipt)} TO ${role}`,
    ...grants.flatMap((grant) => tableGrants(grant, role)),
    ...grants.filter((grant) => grant.insert).flatMap(({ table }) => sequencesOf(table, role)),
  ]
  return written(order, order.runRole, statements)
}

/** The statements for the role `scan`: it reads everything and writes nothing. */
export function scanGrants(order: GrantsOrder): string {
  const role = account(order, order.scanRole)
  const statements = [createRole(order, order.scanRole)]
  if (order.dialect.engine === 'mysql') {
    // In this place a name is a pattern: without the backslash `_` would stand for any letter.
    const pattern = order.database.replace(/[\\_%]/g, '\\$&')
    // Without a right other than reading, MariaDB shows no foreign keys; REFERENCES writes nothing.
    statements.push(sql`GRANT SELECT, SHOW VIEW, REFERENCES ON ${identifier(pattern)}.* TO ${role}`)
    return written(order, order.scanRole, statements)
  }
  const schemas = [...new Set(order.catalogue.tables.filter(isOwn).map((table) => table.schema))].sort()
  statements.push(...enter(order, role, schemas))
  for (const schema of schemas) {
    statements.push(sql`GRANT SELECT ON ALL TABLES IN SCHEMA ${identifier(schema)} TO ${role}`)
    statements.push(sql`ALTER DEFAULT PRIVILEGES IN SCHEMA ${identifier(schema)} GRANT SELECT ON TABLES TO ${role}`)
  }
  statements.push(sql`ALTER ROLE ${role} SET default_transaction_read_only = on`)
  return written(order, order.scanRole, statements)
}

function tableGrants({ table, update, delete: goes, insert }: TableGrant, role: Sql): Sql[] {
  const verbs = ['SELECT', ...(insert ? ['INSERT'] : []), ...(goes ? ['DELETE'] : [])].join(', ')
  return [
    sql`GRANT ${keyword(verbs)} ON ${tableName(table)} TO ${role}`,
    ...(update.length > 0 ? [sql`GRANT UPDATE (${names(update)}) ON ${tableName(table)} TO ${role}`] : []),
  ]
}

/** Sequences behind a table's defaults, as the catalogue writes them (already quoted where they have to be). */
function sequencesOf(table: CatalogueTable, role: Sql): Sql[] {
  return table.columns.flatMap((column) => {
    const sequence = /^nextval\('((?:[^']|'')+)'::regclass\)$/.exec(column.default ?? '')?.[1]
    return sequence ? [sql`GRANT USAGE ON SEQUENCE ${keyword(sequence.replaceAll("''", "'"))} TO ${role}`] : []
  })
}

function account({ dialect }: GrantsOrder, role: string): Sql {
  return dialect.engine === 'mysql' ? sql`${identifier(role)}@${identifier('%')}` : identifier(role)
}

function createRole(order: GrantsOrder, role: string): Sql {
  const name = account(order, role)
  if (order.dialect.engine === 'mysql') return sql`CREATE USER IF NOT EXISTS ${name} ACCOUNT LOCK`
  return sql`DO $$ BEGIN CREATE ROLE ${name} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$`
}

/** Into the database and its schemas; MySQL knows neither as a right of its own. */
function enter({ dialect, database }: GrantsOrder, role: Sql, schemas: readonly string[]): Sql[] {
  if (dialect.engine === 'mysql') return []
  return [
    sql`GRANT CONNECT ON DATABASE ${identifier(database)} TO ${role}`,
    ...[...new Set(schemas)].sort().map((schema) => sql`GRANT USAGE ON SCHEMA ${identifier(schema)} TO ${role}`),
  ]
}

function written(order: GrantsOrder, role: string, statements: readonly Sql[]): string {
  const password =
    order.dialect.engine === 'mysql'
      ? sql`ALTER USER ${account(order, role)} IDENTIFIED BY '…' ACCOUNT UNLOCK`
      : sql`ALTER ROLE ${account(order, role)} PASSWORD '…'`
  const text = (statement: Sql) => order.dialect.write(statement).text
  return [
    ...statements.map((statement) => `${text(statement).replace(/\s*\n\s*/g, ' ')};`),
    `-- It can sign in once it has a password: ${text(password)};`,
    '',
  ].join('\n')
}
