import { and, asc, eq, gte, isNotNull } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { erasureRun, runSystem } from '~db/schema'
import { appendEvidence } from '~/evidence/append.server'
import { sendMail } from '~/mail/send.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { activeStaff } from '~/staff/accounts.server'
import { SystemError } from '~/systems/adapters/adapter'
import { databaseKeys, findSystem, openSystem, type OpenSystem } from '~/systems/registry.server'
import { runsWithReceipt } from './receipt.server'
import { lookForReturned } from './returned.server'

/** Looks at every connected database: was it restored, and who stands in it again? One that is away waits for tomorrow. */
export async function lookForRestores(runtime: Runtime): Promise<void> {
  for (const key of await databaseKeys(runtime.db)) {
    const opened = await openSystem(runtime, runtime.db, key)
    if (!opened.ok) continue
    try {
      await noticeRestore(runtime, opened.system)
      await lookForReturned(runtime, opened.system)
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      runtime.log.warn({ system: key, kind: error.kind }, 'the look for returned persons waits')
    }
  }
}

/**
 * A receipt that should be in the system and is not means that it was restored from a backup (design.md "Erasure" 6): the
 * admins are told once, with the moment from which erasures are to be repeated. Answers that moment, or null.
 */
export async function noticeRestore(runtime: Runtime, system: OpenSystem): Promise<Temporal.Instant | null> {
  const zone = (await readOrganisation(runtime.db))['organisation.zone']
  const connected = (await findSystem(runtime.db, system.key))?.createdAt
  const backups = runtime.clock.now().toZonedDateTimeISO(zone).subtract(system.map.map.backups.kept).toInstant()
  const runs = await runtime.db
    .select({ id: erasureRun.id, at: runSystem.executedAt })
    .from(runSystem)
    .innerJoin(erasureRun, eq(erasureRun.id, runSystem.runId))
    .where(
      and(
        eq(runSystem.systemKey, system.key),
        isNotNull(runSystem.executedAt),
        gte(runSystem.executedAt, backups),
        ...(connected ? [gte(runSystem.executedAt, connected)] : []),
      ),
    )
    .orderBy(asc(runSystem.executedAt))
  const present = await runsWithReceipt(
    system.adapter,
    system,
    runs.map((run) => run.id),
  )
  const missing = runs.filter((run) => !present.has(run.id))
  const [first, last] = [missing[0], missing.at(-1)]
  if (!first?.at || !last) return null
  const since = first.at
  await inTransaction(runtime, async (tx) => {
    let told = 0
    for (const admin of await activeStaff(tx, ['admin']))
      if (
        await sendMail(tx, runtime, {
          template: 'system_restored',
          to: admin.email,
          language: admin.language === 'en' ? 'en' : 'nl',
          // The newest receipt that is gone: it stays the same until no backup can hold it.
          idempotencyKey: `system_restored:${last.id}:${system.key}:${admin.id}`,
          props: {
            system: system.key,
            runs: missing.length,
            at: since.toString(),
            url: `${runtime.publicUrl}/desk/systems/${system.key}`,
          },
        })
      )
        told++
    if (told > 0)
      await appendEvidence(tx, runtime, {
        actor: { kind: 'system' },
        verb: 'system.restore_noticed',
        system: system.key,
        data: { runs: missing.length, since: since.toString() },
      })
  })
  return since
}
