import { spawnSync } from 'node:child_process'
import postgres from 'postgres'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '~db/client'
import { describeError } from '~/platform/log.server'
import { createDatabase } from '~tests/support/postgres'
import type { TestDatabase } from '~tests/support/postgres'

const secret = 'jan.jansen@example.nl'
let database: TestDatabase
let client: postgres.Sql

beforeAll(async () => {
  database = await createDatabase('log')
  client = postgres(database.url, { max: 1, onnotice: () => undefined })
  await client`create table people (email text primary key, born date, constraint adult check (born < '2010-01-01'))`
  await client`insert into people values (${secret}, '1980-01-01')`
})

afterAll(async () => {
  await client.end()
  await database.drop()
})

/** What a statement that goes wrong throws. */
async function errorOf(work: () => PromiseLike<unknown>): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    return error
  }
  throw new Error('the statement went through')
}

/** Everything that could be read of a described error. */
const written = (error: unknown) => JSON.stringify(describeError(error))

describe('what is written of a database error', () => {
  test('is SQLSTATE, table and constraint, never the row that it quotes', async () => {
    const twice = await errorOf(() => client`insert into people values (${secret}, '1980-01-01')`)
    expect(String((twice as { detail?: string }).detail)).toContain(secret)
    expect(describeError(twice)).toMatchObject({ sqlState: '23505', table: 'people', constraint: 'people_pkey' })
    expect(written(twice)).not.toContain('jansen')
    const young = await errorOf(() => client`insert into people values ('kind@example.nl', '2020-05-05')`)
    expect(describeError(young)).toMatchObject({ sqlState: '23514', constraint: 'adult' })
    expect(written(young)).not.toMatch(/kind@|2020-05-05/)
    const noDate = await errorOf(() => client`select ${secret}::text::date`)
    expect(describeError(noDate)).toMatchObject({ sqlState: '22007' })
    expect(written(noDate)).not.toContain('jansen')
  })

  test('stays so when drizzle wraps it with the statement and its parameters', async () => {
    const handle = openDatabase(database.url, { maxConnections: 1 })
    try {
      const error = await errorOf(() => handle.db.execute(sql`insert into people values (${secret}, '1980-01-01')`))
      expect(written(error)).toContain('23505')
      expect(written(error)).not.toMatch(/jansen|insert into/)
    } finally {
      await handle.close()
    }
  })

  test('stays so when somebody wraps it once more', async () => {
    const inner = await errorOf(() => client`insert into people values (${secret}, '1980-01-01')`)
    const outer = new Error('The job failed', { cause: inner })
    expect(describeError(outer)).toMatchObject({ message: 'The job failed', causes: [{ sqlState: '23505' }] })
    expect(written(outer)).not.toContain('jansen')
  })

  test('stays so for MySQL and MariaDB', () => {
    const message = `Duplicate entry '${secret}' for key 'PRIMARY'`
    const error = Object.assign(new Error(message), { code: 'ER_DUP_ENTRY', errno: 1062, sqlMessage: message })
    expect(describeError(error)).toMatchObject({ sqlState: 'ER_DUP_ENTRY' })
    expect(written(error)).not.toContain('jansen')
  })
})

test('an error of our own keeps its message and stack', () => {
  expect(describeError(new TypeError('x is not a function'))).toMatchObject({
    type: 'TypeError',
    message: 'x is not a function',
    stack: expect.stringContaining('log.test') as string,
  })
})

test('something that was thrown and is no error tells its type alone', () => {
  for (const thrown of [secret, { email: secret }, null, undefined, 42])
    expect(written(thrown)).toBe(JSON.stringify({ type: typeof thrown }))
})

test('the code of an error that is no database’s survives the redaction of one-time codes', () => {
  const error = Object.assign(new Error('no'), { code: 'ECONNREFUSED' })
  expect(describeError(error)).toMatchObject({ errorCode: 'ECONNREFUSED' })
  expect(describeError(error)).not.toHaveProperty('code')
})

test('an error that is its own cause is described all the same', () => {
  const error = new Error('round and round')
  error.cause = error
  expect(describeError(error)).toMatchObject({ message: 'round and round' })
})

test('the log of a process holds neither the row nor fields that carry secrets', () => {
  const program = `
    import postgres from 'postgres'
    import { createLog } from './app/platform/log.server'
    const log = createLog('info')
    const sql = postgres(process.env.TEST_URL, { max: 1 })
    try { await sql\`insert into people values (\${process.env.TEST_SECRET}, '1980-01-01')\` }
    catch (error) { log.error({ err: error, email: process.env.TEST_SECRET, mail: { token: process.env.TEST_SECRET } }, 'failed') }
    log.debug('below the level')
    await sql.end()`
  const { stderr, stdout, status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', program],
    { encoding: 'utf8', env: { ...process.env, TEST_URL: database.url, TEST_SECRET: secret } },
  )
  expect(status, stderr).toBe(0)
  expect(stdout).toBe('')
  const lines = stderr.trim().split('\n')
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'failed', err: { sqlState: '23505', table: 'people' } })
  expect(stderr).not.toContain('jansen')
})
