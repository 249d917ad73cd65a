import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
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
 * trigger alone. Safe to run twice at once (advisory lock).
 */
export async function migrateDatabase({
  url,
  ownerUrl,
}: {
  url: string
  ownerUrl?: string | undefined
}): Promise<void> {
  const owner = postgres(ownerUrl ?? url, { max: 1, onnotice: () => undefined })
  try {
    await owner`select pg_advisory_lock(hashtext('privacybalie.migrate'))`
    await migrate(drizzle(owner), { migrationsFolder: join(projectRoot(), 'db', 'migrations') })
    const role = decodeURIComponent(new URL(url).username)
    const [self] = await owner<{ current_user: string }[]>`select current_user`
    if (role && role !== self?.current_user) await grantToApplication(owner, role)
    // Graphile's tables have row level security: the application's own role must own that schema.
    await runMigrations({ connectionString: url })
  } finally {
    await owner.end({ timeout: 5 })
  }
}

async function grantToApplication(owner: postgres.Sql, role: string): Promise<void> {
  await owner`grant usage on schema public to ${owner(role)}`
  await owner`grant create on database ${owner(await currentDatabase(owner))} to ${owner(role)}`
  await owner`grant select, insert, update, delete on all tables in schema public to ${owner(role)}`
  await owner`grant usage, select on all sequences in schema public to ${owner(role)}`
  for (const table of ['evidence_entry', 'evidence_link'])
    await owner`revoke update, delete, truncate on ${owner(table)} from ${owner(role)}`
}

async function currentDatabase(owner: postgres.Sql): Promise<string> {
  const [row] = await owner<{ name: string }[]>`select current_database() as name`
  return row?.name ?? 'privacybalie'
}
