import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrateDatabase } from '~db/migrate'
import { migratedDatabase } from '../support/postgres'

let database: Awaited<ReturnType<typeof migratedDatabase>>

beforeAll(async () => {
  database = await migratedDatabase()
})
afterAll(() => database.drop())

const nobody = 'postgres://nobody:nothing@127.0.0.1:1/none'

test('a process that finds the database up to date needs no owner', async () => {
  await migrateDatabase({ url: database.url, ownerUrl: nobody })
})

test('two processes may bring it up to date at once', async () => {
  await Promise.all([migrateDatabase({ url: database.url }), migrateDatabase({ url: database.url })])
})

test('a database that lacks the newest migration asks for the owner', async () => {
  const owner = postgres(database.ownerUrl, { max: 1 })
  try {
    await owner`delete from drizzle.__drizzle_migrations`
    await expect(migrateDatabase({ url: database.url, ownerUrl: nobody })).rejects.toThrow()
  } finally {
    await owner.end()
  }
})
