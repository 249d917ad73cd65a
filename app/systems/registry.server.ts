import { and, asc, desc, eq, isNull, max } from 'drizzle-orm'
import { z } from 'zod'
import { dataMap, system } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { together } from '~/platform/together'
import type { Catalogue } from './catalogue'
import type { DatabaseAdapter } from './adapters/adapter'
import { SystemError } from './adapters/adapter'
import { adapterFor, forgetAdapters } from './open-adapters.server'
import type { DataMap } from './data-map'
import { parseDataMap } from './parse-map'
import { resolvedSystem } from './resolved-system.server'
import type { ResolvedMap } from './resolved-map'
import { callWebhook } from './webhook/call.server'
import { newWebhookSecret, sealSecret } from './webhook/secret.server'

export type SystemRow = typeof system.$inferSelect
export const engines = ['postgres', 'mysql', 'webhook', 'manual', 'listed'] as const
export type SystemEngine = (typeof engines)[number]

/** A connected database with its present data map, ready for locate and erasure. */
export type OpenSystem = {
  id: string
  key: string
  engine: 'postgres' | 'mysql'
  /** Role `run`: mapped tables, the verbs it needs. */
  adapter: DatabaseAdapter
  /** Role `scan`: read-only; null where none was given. */
  scanAdapter: DatabaseAdapter | null
  catalogue: Catalogue
  map: ResolvedMap
  mapVersion: number
}

export type OpenRefusal =
  'unknown_system' | 'disabled' | 'not_a_database' | 'no_map' | 'map_unreadable' | 'map_does_not_fit'
export type Opened = { ok: true; system: OpenSystem } | { ok: false; reason: OpenRefusal }

export const newSystemSchema = z.object({
  key: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,62}$/, 'a key is lower-case letters, digits, - and _, and begins with a letter'),
  engine: z.enum(engines),
  url: z.string().optional(),
  scanUrl: z.string().optional(),
  /** What calls to a webhook are signed with; absent: one is made. */
  secret: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,128}={0,2}$/, 'a secret is whsec_ and at least 24 bytes in base64')
    .optional(),
  details: z.record(z.string(), z.unknown()).default({}),
})

const protocols = {
  postgres: ['postgres:', 'postgresql:'],
  mysql: ['mysql:', 'mariadb:'],
  webhook: ['https:', 'http:'],
  manual: [],
  listed: [],
}

export type SystemRefusal = 'key_taken' | 'url_missing' | 'url_wrong' | 'url_unexpected'

/** Whether a URL is one that this engine can be reached by. */
export function fitsEngine(engine: string, url: string): boolean {
  const allowed = Object.entries(protocols).find(([name]) => name === engine)?.[1] ?? []
  return URL.canParse(url) && allowed.some((protocol) => protocol === new URL(url).protocol)
}

/**
 * Connects a system: its URLs and secret are sealed under the key for credentials and never shown again; `secret` is handed
 * out this once, so that it can be put into the service.
 */
export async function addSystem(
  tx: Transaction,
  runtime: Runtime,
  order: z.infer<typeof newSystemSchema> & { actor: Actor },
): Promise<{ ok: true; id: string; secret: string | null } | { ok: false; reason: SystemRefusal }> {
  const allowed: readonly string[] = protocols[order.engine]
  for (const url of [order.url, order.scanUrl]) {
    if (url === undefined) continue
    if (allowed.length === 0) return { ok: false, reason: 'url_unexpected' }
    if (!fitsEngine(order.engine, url)) return { ok: false, reason: 'url_wrong' }
  }
  if (allowed.length > 0 && !order.url) return { ok: false, reason: 'url_missing' }
  if (order.scanUrl && order.engine === 'webhook') return { ok: false, reason: 'url_unexpected' }
  const id = crypto.randomUUID()
  const secret = order.engine === 'webhook' ? (order.secret ?? newWebhookSecret()) : null
  const [made] = await tx
    .insert(system)
    .values({
      id,
      key: order.key,
      engine: order.engine,
      urlSealed: order.url ? runtime.keys.seal('credentials', order.url, `system.url:${id}`) : null,
      scanUrlSealed: order.scanUrl ? runtime.keys.seal('credentials', order.scanUrl, `system.scan_url:${id}`) : null,
      secretSealed: secret ? sealSecret(runtime, id, secret) : null,
      details: order.details,
      createdAt: runtime.clock.now(),
    })
    .onConflictDoNothing({ target: system.key })
    .returning({ id: system.id })
  if (!made) return { ok: false, reason: 'key_taken' }
  await appendEvidence(tx, runtime, {
    actor: order.actor,
    verb: 'system.added',
    system: order.key,
    data: { engine: order.engine },
  })
  return { ok: true, id, secret }
}

/**
 * Disconnects a system: its credentials are emptied and it takes part in nothing any more. Its row and its maps stay,
 * since certificates name them; the key is free again.
 */
export async function removeSystem(tx: Transaction, runtime: Runtime, key: string, actor: Actor): Promise<boolean> {
  const row = await findSystem(tx, key)
  if (!row) return false
  await tx
    .update(system)
    .set({
      urlSealed: null,
      scanUrlSealed: null,
      secretSealed: null,
      disabledAt: runtime.clock.now(),
      key: `${key} (${row.id.slice(0, 8)})`,
    })
    .where(eq(system.id, row.id))
  await appendEvidence(tx, runtime, { actor, verb: 'system.removed', system: key })
  await forgetAdapters(row.id)
  return true
}

/** Gives a connected system another address or other credentials; its maps and history stay. */
export async function changeSystemUrl(
  tx: Transaction,
  runtime: Runtime,
  order: { key: string; url: string; actor: Actor },
): Promise<boolean> {
  const row = await findSystem(tx, order.key)
  if (!row) return false
  const urlSealed = runtime.keys.seal('credentials', order.url, `system.url:${row.id}`)
  await tx.update(system).set({ urlSealed }).where(eq(system.id, row.id))
  await appendEvidence(tx, runtime, { actor: order.actor, verb: 'system.changed', system: order.key })
  return true
}

export async function findSystem(db: Executor, key: string): Promise<SystemRow | undefined> {
  const [row] = await db
    .select()
    .from(system)
    .where(and(eq(system.key, key), isNull(system.disabledAt)))
  return row
}

export type SystemListed = Pick<SystemRow, 'id' | 'key' | 'engine' | 'createdAt' | 'details'> & {
  mapVersion: number | null
  hasScanRole: boolean
}

/** All systems that take part, by key, with the version of the map in force; no secrets. */
export async function listSystems(db: Executor): Promise<SystemListed[]> {
  const [rows, versions] = await together([
    db.select().from(system).where(isNull(system.disabledAt)).orderBy(asc(system.key)),
    db
      .select({ systemId: dataMap.systemId, version: max(dataMap.version) })
      .from(dataMap)
      .groupBy(dataMap.systemId),
  ])
  const versionOf = new Map(versions.map((row) => [row.systemId, row.version]))
  return rows.map(({ id, key, engine, createdAt, details, scanUrlSealed }) => ({
    id,
    key,
    engine,
    createdAt,
    details,
    mapVersion: versionOf.get(id) ?? null,
    hasScanRole: scanUrlSealed !== null,
  }))
}

/** The newest applied map of a system, as stored. */
export async function presentMap(db: Executor, systemId: string): Promise<typeof dataMap.$inferSelect | undefined> {
  const [row] = await db
    .select()
    .from(dataMap)
    .where(eq(dataMap.systemId, systemId))
    .orderBy(desc(dataMap.version))
    .limit(1)
  return row
}

/** The maps in force of all systems, for the register and the page /privacy. */
export async function listAppliedMaps(
  db: Executor,
): Promise<{ system: SystemListed; version: number; map: DataMap }[]> {
  const [systems, stored] = await together([
    listSystems(db),
    db
      .selectDistinctOn([dataMap.systemId])
      .from(dataMap)
      .innerJoin(system, and(eq(system.id, dataMap.systemId), isNull(system.disabledAt)))
      .orderBy(asc(dataMap.systemId), desc(dataMap.version)),
  ])
  const newest = new Map(stored.map(({ data_map: row }) => [row.systemId, row]))
  return systems.flatMap((listed) => {
    const row = newest.get(listed.id)
    const map = row ? readMap(row.yaml) : null
    return row && map ? [{ system: listed, version: row.version, map }] : []
  })
}

const mapsKept = 20
const mapsRead = new Map<string, DataMap | null>()

/** What a stored map says; null for one that can no longer be read. Its text is the same for months, and read with each case. */
function readMap(yaml: string): DataMap | null {
  const known = mapsRead.get(yaml)
  if (known !== undefined) return known
  const parsed = parseDataMap(yaml)
  const map = parsed.ok ? parsed.map : null
  const oldest = mapsRead.size >= mapsKept ? mapsRead.keys().next().value : undefined
  if (oldest !== undefined) mapsRead.delete(oldest)
  mapsRead.set(yaml, map)
  return map
}

/** The adapters of a connected database: role `run`, and `scan` where one was given. Null for other engines. */
export function adaptersOf(
  runtime: Runtime,
  row: SystemRow,
): { run: DatabaseAdapter; scan: DatabaseAdapter | null } | null {
  if ((row.engine !== 'postgres' && row.engine !== 'mysql') || !row.urlSealed) return null
  const openUrl = (sealed: Uint8Array, place: string) =>
    Buffer.from(runtime.keys.open('credentials', sealed, `${place}:${row.id}`)).toString('utf8')
  const adapter = (role: 'run' | 'scan', url: string) =>
    adapterFor(row.id, role, {
      engine: row.engine === 'mysql' ? 'mysql' : 'postgres',
      url,
      allowedHosts: runtime.settings.ALLOWED_SYSTEM_HOSTS,
    })
  return {
    run: adapter('run', openUrl(row.urlSealed, 'system.url')),
    scan: row.scanUrlSealed ? adapter('scan', openUrl(row.scanUrlSealed, 'system.scan_url')) : null,
  }
}

/** Whether a connected database or service answers; the reason is a class of failure, never the system's words. */
export async function testSystem(
  runtime: Runtime,
  row: SystemRow,
): Promise<{ ok: true; version: string; tables: number } | { ok: false; reason: string }> {
  const adapters = adaptersOf(runtime, row)
  if (!adapters && row.engine !== 'webhook') return { ok: false, reason: 'not_a_database' }
  try {
    if (!adapters) {
      await callWebhook(runtime, row, { id: crypto.randomUUID(), verb: 'ping', order: null })
      return { ok: true, version: 'webhook', tables: 0 }
    }
    const catalogue = await adapters.run.readCatalogue()
    return { ok: true, version: catalogue.version, tables: catalogue.tables.length }
  } catch (error) {
    if (error instanceof SystemError) return { ok: false, reason: `${error.kind} ${error.code}` }
    throw error
  }
}

/**
 * Opens a connected database with its present map. Throws SystemError when the database does not answer; a database that
 * is not there is not the same as a database that holds nothing.
 */
export async function openSystem(runtime: Runtime, db: Executor, key: string): Promise<Opened> {
  const [found] = await db
    .select({ row: system, stored: dataMap })
    .from(system)
    .leftJoin(dataMap, eq(dataMap.systemId, system.id))
    .where(and(eq(system.key, key), isNull(system.disabledAt)))
    .orderBy(desc(dataMap.version))
    .limit(1)
  if (!found) return { ok: false, reason: 'unknown_system' }
  const { row, stored } = found
  const adapters = adaptersOf(runtime, row)
  if (!adapters) return { ok: false, reason: 'not_a_database' }
  if (!stored) return { ok: false, reason: 'no_map' }
  const resolution = await resolvedSystem(adapters, stored.yaml)
  if (!resolution.ok) return resolution
  return {
    ok: true,
    system: {
      id: row.id,
      key: row.key,
      engine: row.engine === 'mysql' ? 'mysql' : 'postgres',
      adapter: adapters.run,
      scanAdapter: adapters.scan,
      catalogue: resolution.catalogue,
      map: resolution.map,
      mapVersion: stored.version,
    },
  }
}

/** Every connected database that has a map; systems that do not answer throw when they are asked for one by one. */
export async function databaseKeys(db: Executor): Promise<string[]> {
  const rows = await listSystems(db)
  return rows
    .filter((row) => (row.engine === 'postgres' || row.engine === 'mysql') && row.mapVersion !== null)
    .map((row) => row.key)
}
