import { drizzle } from 'drizzle-orm/postgres-js'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { preparing } from './prepared'
import * as schema from './schema'

export type Schema = typeof schema
/** The pool: for reads outside a transaction. */
export type Database = PostgresJsDatabase<Schema> & { $client: postgres.Sql }
/** An open transaction: every verb that writes takes one. */
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]
/** Where a read may run: in a transaction or on the pool. */
export type Executor = Database | Transaction

export type DatabaseHandle = { db: Database; sql: postgres.Sql; close(): Promise<void> }

/** Opens the one pool of this process on the own database. */
export function openDatabase(url: string, { maxConnections = 10 } = {}): DatabaseHandle {
  const sql = postgres(url, {
    max: maxConnections,
    connect_timeout: 10,
    onnotice: () => undefined,
    connection: { application_name: 'privacybalie', TimeZone: 'UTC' },
  })
  return { db: drizzle(preparing(sql), { schema, casing: 'snake_case' }), sql, close: () => sql.end({ timeout: 5 }) }
}
