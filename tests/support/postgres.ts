import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { migrateDatabase } from '~db/migrate'

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

/** A database with the product's own tables. */
export interface MigratedDatabase {
  name: string
  /** Connection string of the application's role, which can't alter evidence. */
  url: string
  /** Connection string of the role that owns the tables. */
  ownerUrl: string
  drop(): Promise<void>
}

/** Makes a database with the product's own tables: a copy of one that is migrated once per run. */
export async function migratedDatabase(name = 'own'): Promise<MigratedDatabase> {
  const template = await templateDatabase('template_migrated', async (url) => {
    await giveToOwner(new URL(url).pathname.slice(1))
    await migrateDatabase({ url: asRole(url, 'privacybalie_app'), ownerUrl: asRole(url, 'privacybalie_owner') })
  })
  const made = await createDatabase(name, template)
  await giveToOwner(made.name)
  return {
    name: made.name,
    url: asRole(made.url, 'privacybalie_app'),
    ownerUrl: asRole(made.url, 'privacybalie_owner'),
    drop: made.drop,
  }
}

// owner and grants of a database are not copied with it
async function giveToOwner(name: string): Promise<void> {
  await maintenance(async (sql) => {
    await sql`alter database ${sql(name)} owner to privacybalie_owner`
    await sql`grant create on database ${sql(name)} to privacybalie_app`
  })
}

function asRole(url: string, role: string): string {
  const changed = new URL(url)
  changed.username = role
  changed.password = 'tests'
  return changed.href
}

/** Connection string of the superuser for a database of the run's PostgreSQL. */
export function databaseUrl(name: string): string {
  const server = process.env.PRIVACYBALIE_TESTS_POSTGRES
  if (!server)
    throw new Error('The tests’ PostgreSQL is not running: tests/support/cluster.ts is vitest’s globalSetup.')
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
    // a connection that is just closing would keep the database from being renamed and copied; most close by themselves
    for (let waited = 0; waited < 2_000; waited += 50) {
      const [open] = await sql`select 1 from pg_stat_activity where datname = ${half}`
      if (!open) break
      await sleep(50)
    }
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
