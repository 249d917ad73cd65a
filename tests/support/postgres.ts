import { randomBytes } from 'node:crypto'
import postgres from 'postgres'

/** A database of the run's PostgreSQL that belongs to one test. */
export interface TestDatabase {
  name: string
  /** Connection string of the superuser. */
  url: string
  /** Removes it, also while somebody is connected. Not calling it is no harm: the cluster goes with the run. */
  drop(): Promise<void>
}

/**
 * Makes an empty database (or a copy of `template`) on the run's PostgreSQL.
 * `name` is a word for a person who looks at the cluster; a suffix makes it unique.
 */
export async function createDatabase(name = 'test', template = 'template0'): Promise<TestDatabase> {
  const unique = `${name}_${randomBytes(5).toString('hex')}`
  await maintenance((sql) => sql`create database ${sql(unique)} template ${sql(template)}`)
  return {
    name: unique,
    url: databaseUrl(unique),
    drop: () => maintenance((sql) => sql`drop database if exists ${sql(unique)} with (force)`),
  }
}

/** Connection string of the superuser for a database of the run's PostgreSQL. */
export function databaseUrl(name: string): string {
  const server = process.env.PRIVACYBALIE_TESTS_POSTGRES
  if (!server)
    throw new Error('The tests’ PostgreSQL is not running: tests/support/global-setup.ts is vitest’s globalSetup.')
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

/**
 * Makes the database `name` once per run, whichever worker comes first, by `fill`; later calls find it made.
 * It is meant as a template for `createDatabase`.
 */
export async function templateDatabase(name: string, fill: (url: string) => Promise<void>): Promise<string> {
  await maintenance(async (sql) => {
    // two workers may come at once: the second waits here
    await sql`select pg_advisory_lock(hashtext(${name}))`
    const [made] = await sql`select 1 from pg_database where datname = ${name}`
    if (made) return
    const half = `${name}_${randomBytes(5).toString('hex')}`
    await sql`create database ${sql(half)} template template0`
    await fill(databaseUrl(half))
    // a connection that is just closing would keep the database from being renamed and copied
    await sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = ${half}`
    await sql`alter database ${sql(half)} rename to ${sql(name)}`
  })
  return name
}

async function maintenance(work: (sql: postgres.Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = postgres(databaseUrl('postgres'), { max: 1, onnotice: () => undefined })
  try {
    await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
