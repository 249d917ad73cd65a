import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { runMigrations } from 'graphile-worker'
import postgres from 'postgres'

/** The folder of the repository, found upwards from this file, bundled or not. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'db', 'migrations'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('db/migrations was not found beside the program')
    folder = parent
  }
  return folder
}

/**
 * Brings the own database up to date. `ownerUrl` is a role that owns tables and evidence; `url` the application's role,
 * which may do everything with the tables but alter or remove evidence. With one role for both, insert-only holds by
 * trigger alone. A process that finds the database up to date needs no owner. Safe to run twice at once (advisory lock).
 */
export async function migrateDatabase({
  url,
  ownerUrl,
}: {
  url: string
  ownerUrl?: string | undefined
}): Promise<void> {
  const application = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    await application`select pg_advisory_lock(hashtext('privacybalie.migrate'))`
    if (!(await isUpToDate(application))) await migrateTables(url, ownerUrl ?? url)
    // Graphile's tables have row level security: the application's own role must own that schema.
    await runMigrations({ connectionString: url })
  } finally {
    await application.end({ timeout: 5 })
  }
}

const migrationsFolder = () => join(projectRoot(), 'db', 'migrations')

/** Whether the newest migration of this program has been carried out, as far as the application's role may see. */
async function isUpToDate(application: postgres.Sql): Promise<boolean> {
  const newest = readMigrationFiles({ migrationsFolder: migrationsFolder() }).at(-1)
  const [ledger] = await application<{ readable: boolean }[]>`
    select has_schema_privilege('drizzle', 'usage')
       and coalesce(has_table_privilege(to_regclass('drizzle.__drizzle_migrations'), 'select'), false) as readable
    where to_regnamespace('drizzle') is not null`
  if (!ledger?.readable) return false
  const [done] = await application`select 1 from drizzle.__drizzle_migrations where hash = ${newest?.hash ?? ''}`
  return done !== undefined
}

async function migrateTables(url: string, ownerUrl: string): Promise<void> {
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => undefined })
  try {
    await migrate(drizzle(owner), { migrationsFolder: migrationsFolder() })
    const role = decodeURIComponent(new URL(url).username)
    const [self] = await owner<{ current_user: string }[]>`select current_user`
    if (role && role !== self?.current_user) await grantToApplication(owner, role)
  } finally {
    await owner.end({ timeout: 5 })
  }
}

async function grantToApplication(owner: postgres.Sql, role: string): Promise<void> {
  await owner`grant usage on schema public, drizzle to ${owner(role)}`
  await owner`grant select on drizzle.__drizzle_migrations to ${owner(role)}`
  await owner`grant create on database ${owner(await currentDatabase(owner))} to ${owner(role)}`
  await owner`grant select, insert, update, delete on all tables in schema public to ${owner(role)}`
  await owner`grant usage, select on all sequences in schema public to ${owner(role)}`
  for (const table of ['evidence_entry', 'evidence_link', 'evidence_seal'])
    await owner`revoke update, delete, truncate on ${owner(table)} from ${owner(role)}`
}

async function currentDatabase(owner: postgres.Sql): Promise<string> {
  const [row] = await owner<{ name: string }[]>`select current_database() as name`
  return row?.name ?? 'privacybalie'
}
