import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm'
import { z } from 'zod'
import { system } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { forgetAdapters } from './open-adapters.server'
import { fitsEngine, type SystemRefusal, type SystemRow } from './registry.server'

/** What the register of processing has to know of a system (GDPR art. 28 and 30). Empty: not filled in yet. */
export const systemDetailsSchema = z.object({
  provider: z.string().trim().max(200).default(''),
  role: z.enum(['own', 'processor', 'joint_controller', 'controller']).default('own'),
  /** Where the processing agreement is found, or its number. */
  agreement: z.string().trim().max(400).default(''),
  reviewOn: z.union([z.literal(''), z.iso.date()]).default(''),
  country: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^([A-Z]{2})?$/)
    .default(''),
})
export type SystemDetails = z.infer<typeof systemDetailsSchema>

/** The details of a system as they were last saved; what an older version kept otherwise counts as empty. */
export function detailsOf(row: Pick<SystemRow, 'details'>): SystemDetails {
  const parsed = systemDetailsSchema.safeParse(row.details)
  return parsed.success ? parsed.data : systemDetailsSchema.parse({})
}

/** A system that was not removed, also while it is switched off. */
export async function findAnySystem(db: Executor, key: string): Promise<SystemRow | undefined> {
  if (!/^[a-z][a-z0-9_-]{0,62}$/.test(key)) return undefined
  const [row] = await db.select().from(system).where(eq(system.key, key))
  return row
}

/** Systems that are switched off, by key; removed ones are not among them. */
export async function listDisabledSystems(db: Executor): Promise<Pick<SystemRow, 'key' | 'engine'>[]> {
  const rows = await db.select().from(system).where(isNotNull(system.disabledAt)).orderBy(asc(system.key))
  // A removed system's key has a blank in it, which no other may have.
  return rows.filter((row) => !row.key.includes(' ')).map(({ key, engine }) => ({ key, engine }))
}

/** Where a system is, without user and password; null where it has no address. */
export function placeOf(runtime: Pick<Runtime, 'keys'>, row: SystemRow, role: 'run' | 'scan'): string | null {
  const [sealed, name] = role === 'run' ? [row.urlSealed, 'system.url'] : [row.scanUrlSealed, 'system.scan_url']
  if (!sealed) return null
  const url = new URL(Buffer.from(runtime.keys.open('credentials', sealed, `${name}:${row.id}`)).toString('utf8'))
  return `${url.host}${url.pathname}`
}

/** Gives a system other addresses or credentials. Absent: as it was; `scanUrl: null`: no role for reading any more. */
export async function changeConnection(
  tx: Transaction,
  runtime: Runtime,
  order: { row: SystemRow; url?: string; scanUrl?: string | null; actor: Actor },
): Promise<{ ok: true } | { ok: false; reason: SystemRefusal; field: 'url' | 'scanUrl' }> {
  const { row, url, scanUrl } = order
  for (const [field, value] of [['url', url] as const, ['scanUrl', scanUrl] as const])
    if (value !== undefined && value !== null && !fitsEngine(row.engine, value))
      return { ok: false, reason: 'url_wrong', field }
  const seal = (name: string, value: string) => runtime.keys.seal('credentials', value, `${name}:${row.id}`)
  const changed = {
    ...(url === undefined ? {} : { urlSealed: seal('system.url', url) }),
    ...(scanUrl === undefined ? {} : { scanUrlSealed: scanUrl === null ? null : seal('system.scan_url', scanUrl) }),
  }
  if (Object.keys(changed).length === 0) return { ok: true }
  await tx.update(system).set(changed).where(eq(system.id, row.id))
  await appendEvidence(tx, runtime, { actor: order.actor, verb: 'system.changed', system: row.key })
  return { ok: true }
}

export async function changeDetails(
  tx: Transaction,
  runtime: Runtime,
  order: { row: SystemRow; details: SystemDetails; actor: Actor },
): Promise<void> {
  await tx
    .update(system)
    .set({ details: { ...order.row.details, ...order.details } })
    .where(eq(system.id, order.row.id))
  await appendEvidence(tx, runtime, { actor: order.actor, verb: 'system.described', system: order.row.key })
}

/** Switches a system off: it takes part in nothing, and keeps its address, maps and key. Answers false when it is off. */
export async function disableSystem(
  tx: Transaction,
  runtime: Runtime,
  { row, actor }: { row: SystemRow; actor: Actor },
): Promise<boolean> {
  const off = await tx
    .update(system)
    .set({ disabledAt: runtime.clock.now() })
    .where(and(eq(system.id, row.id), isNull(system.disabledAt)))
    .returning({ id: system.id })
  if (off.length === 0) return false
  await appendEvidence(tx, runtime, { actor, verb: 'system.disabled', system: row.key })
  await forgetAdapters(row.id)
  return true
}

/** Switches it on again, as it was. Answers false when it is on. */
export async function enableSystem(
  tx: Transaction,
  runtime: Runtime,
  { row, actor }: { row: SystemRow; actor: Actor },
): Promise<boolean> {
  const on = await tx
    .update(system)
    .set({ disabledAt: null })
    .where(and(eq(system.id, row.id), isNotNull(system.disabledAt)))
    .returning({ id: system.id })
  if (on.length === 0) return false
  await appendEvidence(tx, runtime, { actor, verb: 'system.enabled', system: row.key })
  return true
}
