import { createHmac, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import postgres from 'postgres'
import { openDatabase } from '~db/client'
import { joinOrStartEmbedded } from '~db/embedded'
import type { Embedded } from '~db/embedded'
import { migrateDatabase, projectRoot } from '~db/migrate'
import { clockFrom } from '~/platform/clock.server'
import { keysFrom } from '~/platform/keys.server'
import { createLog } from '~/platform/log.server'
import { checkMasterKey, isDemoDatabase } from '~/platform/master-key.server'
import type { Runtime } from '~/platform/runtime.server'
import { readSettings } from '~/platform/settings.server'
import type { EnvironmentSettings, SettingProblem } from '~/platform/settings.server'

export type OpenRuntime = {
  runtime: Runtime
  databaseUrl: string
  dataFolder: string
  embedded: Embedded | null
  close(): Promise<void>
}

/** Settings that stop the program: shown as a list, one line each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  constructor(readonly problems: SettingProblem[]) {
    super(problems.map(({ name, problem }) => `${name} ${problem}`).join('\n'))
  }
}

export function settingsOrThrow(environment: NodeJS.ProcessEnv = process.env): EnvironmentSettings {
  const read = readSettings(environment)
  if (!read.ok) throw new SettingsError(read.problems)
  return read.settings
}

/** The folder of the embedded PostgreSQL, demo.json and, without a setting, the master key. */
export function dataFolderOf(settings: EnvironmentSettings): string {
  return resolve(settings.PRIVACYBALIE_DATA_DIR ?? join(projectRoot(), '.data'))
}

/**
 * Opens what every command works with: the own database (joined or started when DATABASE_URL is absent), migrated, the
 * keys and the clock. Throws SettingsError when the settings are wrong or the master key belongs to another database.
 */
export async function openRuntime(
  settings: EnvironmentSettings,
  options: { demo?: boolean; maxConnections?: number; migrate?: boolean } = {},
): Promise<OpenRuntime> {
  const dataFolder = dataFolderOf(settings)
  const place = await databasePlace(settings, dataFolder)
  const closers: (() => Promise<void>)[] = place.embedded ? [() => place.embedded?.stop() ?? Promise.resolve()] : []
  try {
    if (options.migrate !== false) await migrateDatabase({ url: place.url, ownerUrl: place.ownerUrl })
    const handle = openDatabase(place.url, { maxConnections: options.maxConnections ?? 10 })
    closers.unshift(() => handle.close())
    const keys = keysFrom(masterKey(settings, dataFolder, place.embedded !== null))
    const clock = clockFrom(settings.PRIVACYBALIE_CLOCK)
    if (!(await checkMasterKey(handle.db, keys, clock)))
      throw new SettingsError([{ name: 'PRIVACYBALIE_MASTER_KEY', problem: 'is not the key of this database' }])
    const demo = options.demo ?? (await isDemoDatabase(handle.db))
    const runtime: Runtime = {
      db: handle.db,
      clock,
      keys,
      log: createLog(settings.LOG_LEVEL ?? 'info'),
      settings: demo ? demoSettings(settings) : settings,
      publicUrl: publicUrlOf(settings, demo ? readDemoPort(dataFolder) : undefined),
      demo,
    }
    return { runtime, databaseUrl: place.url, dataFolder, embedded: place.embedded, close: () => closeAll(closers) }
  } catch (error) {
    await closeAll(closers)
    throw error
  }
}

async function closeAll(closers: (() => Promise<void>)[]): Promise<void> {
  for (const close of closers) await close()
}

/** The demo's mails go to its mailbox, and its CRM is on this very machine. */
function demoSettings(settings: EnvironmentSettings): EnvironmentSettings {
  return {
    ...settings,
    MAIL_TRANSPORT: 'mailbox',
    MAIL_FROM: settings.MAIL_FROM ?? 'Privacybalie <privacy@despaak.example>',
    ALLOWED_SYSTEM_HOSTS: [...settings.ALLOWED_SYSTEM_HOSTS, '127.0.0.1', 'localhost'],
  }
}

export function publicUrlOf(settings: EnvironmentSettings, port?: number): string {
  return (settings.PUBLIC_URL ?? `http://localhost:${port ?? settings.PORT ?? 3000}`).replace(/\/+$/, '')
}

/** The command line beside a running demo links to that demo's own port. */
function readDemoPort(dataFolder: string): number | undefined {
  const file = join(dataFolder, 'demo.json')
  if (!existsSync(file)) return undefined
  const parsed = JSON.parse(readFileSync(file, 'utf8')) as { portalUrl?: unknown }
  return typeof parsed.portalUrl === 'string' && URL.canParse(parsed.portalUrl)
    ? Number(new URL(parsed.portalUrl).port) || undefined
    : undefined
}

type Place = { url: string; ownerUrl: string | undefined; embedded: Embedded | null }

async function databasePlace(settings: EnvironmentSettings, dataFolder: string): Promise<Place> {
  if (settings.DATABASE_URL)
    return { url: settings.DATABASE_URL, ownerUrl: settings.DATABASE_OWNER_URL, embedded: null }
  const embedded = await joinOrStartEmbedded({ dataDir: dataFolder })
  const url = await embeddedDatabase(embedded, 'privacybalie', 'privacybalie_app')
  return { url, ownerUrl: embedded.superuserUrl('privacybalie'), embedded }
}

/**
 * A database in the embedded cluster with a role of its own that may log in. The role's password is derived from the
 * superuser's, so that a second process that reads postgres.json finds it, and nobody finds the superuser's from it.
 */
export async function embeddedDatabase(embedded: Embedded, database: string, role: string): Promise<string> {
  const admin = new URL(embedded.superuserUrl('postgres'))
  const sql = postgres(admin.href, { max: 1, onnotice: () => undefined })
  try {
    await sql`select pg_advisory_lock(hashtext('privacybalie.databases'))`
    const password = createHmac('sha256', decodeURIComponent(admin.password)).update(`role:${role}`).digest('base64url')
    const [known] = await sql`select 1 from pg_roles where rolname = ${role}`
    const literal = `'${password.replaceAll("'", "''")}'`
    await sql.unsafe(`${known ? 'alter' : 'create'} role "${role}" login password ${literal}`)
    const [made] = await sql`select 1 from pg_database where datname = ${database}`
    if (!made) await sql`create database ${sql(database)}`
    const url = new URL(embedded.superuserUrl(database))
    url.username = role
    url.password = password
    return url.href
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** The setting, or, beside the embedded database only, a key made once and kept in the data folder for its owner alone. */
function masterKey(settings: EnvironmentSettings, dataFolder: string, embedded: boolean): Uint8Array {
  if (settings.PRIVACYBALIE_MASTER_KEY) return Buffer.from(settings.PRIVACYBALIE_MASTER_KEY, 'base64')
  if (!embedded)
    throw new SettingsError([
      { name: 'PRIVACYBALIE_MASTER_KEY', problem: 'is missing: 32 random bytes in base64 (openssl rand -base64 32)' },
    ])
  const file = join(dataFolder, 'master.key')
  if (!existsSync(file)) {
    mkdirSync(dataFolder, { recursive: true })
    writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' })
    chmodSync(file, 0o600)
  }
  return Buffer.from(readFileSync(file, 'utf8'), 'base64')
}
