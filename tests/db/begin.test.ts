import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase, type DatabaseHandle, type Transaction } from '~db/client'
import { createDatabase, type TestDatabase } from '~tests/support/postgres'

let database: TestDatabase
let handle: DatabaseHandle
let admin: postgres.Sql

beforeAll(async () => {
  database = await createDatabase('begin')
  handle = openDatabase(database.url, { maxConnections: 1 })
  admin = postgres(database.url, { max: 1, onnotice: () => undefined })
  await admin`create table kept (n integer)`
})
afterAll(async () => {
  await handle.close()
  await admin.end()
  await database.drop()
})

const cut = () =>
  admin`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'privacybalie'`

/** Moments at which the connection of a transaction is cut, and what its work goes on to do. */
const moments: Record<string, (tx: Transaction) => Promise<unknown>> = {
  'a statement is on its way': async (tx) => {
    const sleeping = tx.execute(sql`select pg_sleep(30)`)
    sleeping.catch(() => undefined)
    await pause(100)
    await cut()
    await sleeping
  },
  'something else is waited for': async (tx) => {
    await cut()
    await pause(100)
    await tx.execute(sql`select 1`)
  },
  'something else is waited for, and its work is done': async () => {
    await cut()
    await pause(100)
  },
  'a savepoint is open': (tx) =>
    tx.transaction(async (inner) => {
      const sleeping = inner.execute(sql`select pg_sleep(30)`)
      sleeping.catch(() => undefined)
      await pause(100)
      await cut()
      await sleeping.catch(() => undefined)
      await inner.execute(sql`select 1`)
    }),
}

// What the driver throws outside of anybody's reach would fail the run, and end a process.
test.each(Object.keys(moments))(
  'a transaction that is cut while %s ends in an error, and the next one is done',
  async (at) => {
    const work = moments[at]
    const broken = handle.db.transaction(async (tx) => {
      await tx.execute(sql`insert into kept values (1)`)
      await work?.(tx)
    })
    await expect(broken).rejects.toThrow()
    await handle.db.transaction((tx) => tx.execute(sql`insert into kept values (2)`))
    await pause(50)
    expect(await admin`select distinct n from kept`).toEqual([{ n: 2 }])
  },
)
