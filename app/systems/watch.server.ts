import { createHash } from 'node:crypto'
import { and, desc, eq, inArray, lt } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import type { Executor } from '~db/client'
import { systemHealth } from '~db/schema'
import { appendEvidence } from '~/evidence/append.server'
import { sendMail } from '~/mail/send.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { activeStaff } from '~/staff/accounts.server'
import { SystemError } from './adapters/adapter'
import { driftBetween, shapeOf, type Drift } from './catalogue-shape'
import { readWholeCatalogue } from './read-catalogue.server'
import { adaptersOf, findSystem, listSystems, presentMap, type SystemRow } from './registry.server'

/** Records older than this say nothing any more. */
const keptDays = 400

export interface Look extends Drift {
  readonly answers: boolean
  readonly failure: string | null
  readonly mapVersion: number | null
}

/** Whether a database answers, and what changed in it since its map was applied. Null for what is no database. */
export async function lookAtSystem(runtime: Runtime, db: Executor, row: SystemRow): Promise<Look | null> {
  const adapters = adaptersOf(runtime, row)
  if (!adapters) return null
  const none = { added: [], removed: [] }
  try {
    const shape = shapeOf(await readWholeCatalogue(adapters))
    const applied = await presentMap(db, row.id)
    const drift = applied ? driftBetween(applied.catalogueShape, shape) : none
    return { answers: true, failure: null, mapVersion: applied?.version ?? null, ...drift }
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    return { answers: false, failure: `${error.kind} ${error.code}`, mapVersion: null, ...none }
  }
}

/** Looks at every connected database, keeps what it found, and tells the admins once of each change. */
export async function watchSystems(runtime: Runtime): Promise<void> {
  const before = runtime.clock.now().subtract({ hours: 24 * keptDays })
  for (const { key } of await listSystems(runtime.db)) {
    const row = await findSystem(runtime.db, key)
    const look = row ? await lookAtSystem(runtime, runtime.db, row) : null
    if (row && look) await recordLook(runtime, row, look, before)
  }
}

async function recordLook(runtime: Runtime, row: SystemRow, look: Look, before: Temporal.Instant): Promise<void> {
  await inTransaction(runtime, async (tx) => {
    const { answers, failure, mapVersion } = look
    const [added, removed] = [[...look.added], [...look.removed]]
    await tx.insert(systemHealth).values({
      systemId: row.id,
      at: runtime.clock.now(),
      answers,
      failure,
      mapVersion,
      added,
      removed,
    })
    await tx.delete(systemHealth).where(and(eq(systemHealth.systemId, row.id), lt(systemHealth.at, before)))
    if (added.length + removed.length === 0) return
    const drift = createHash('sha256')
      .update(JSON.stringify([mapVersion, added, removed]))
      .digest('hex')
      .slice(0, 32)
    let told = 0
    for (const admin of await activeStaff(tx, ['admin']))
      if (
        await sendMail(tx, runtime, {
          template: 'map_drift',
          to: admin.email,
          language: admin.language === 'en' ? 'en' : 'nl',
          idempotencyKey: `map_drift:${row.id}:${drift}:${admin.id}`,
          props: { system: row.key, added, removed, url: `${runtime.publicUrl}/desk/systems/${row.key}` },
        })
      )
        told++
    if (told > 0)
      await appendEvidence(tx, runtime, {
        actor: { kind: 'system' },
        verb: 'map.drift_told',
        system: row.key,
        data: { version: mapVersion, added: added.length, removed: removed.length },
      })
  })
}

export interface Health {
  readonly at: Temporal.Instant
  readonly answers: boolean
  readonly failure: string | null
  /** When it last answered; null: never, since it is watched. */
  readonly lastOk: Temporal.Instant | null
  readonly mapVersion: number | null
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** The latest record of each of these systems, by id. */
export async function latestHealth(db: Executor, systemIds: readonly string[]): Promise<Map<string, Health>> {
  if (systemIds.length === 0) return new Map()
  const latest = (answering: boolean) =>
    db
      .selectDistinctOn([systemHealth.systemId])
      .from(systemHealth)
      .where(
        and(inArray(systemHealth.systemId, [...systemIds]), ...(answering ? [eq(systemHealth.answers, true)] : [])),
      )
      .orderBy(systemHealth.systemId, desc(systemHealth.at))
  const lastOk = new Map((await latest(true)).map((row) => [row.systemId, row.at]))
  return new Map(
    (await latest(false)).map(({ systemId, at, answers, failure, mapVersion, added, removed }) => [
      systemId,
      { at, answers, failure, lastOk: lastOk.get(systemId) ?? null, mapVersion, added, removed },
    ]),
  )
}
