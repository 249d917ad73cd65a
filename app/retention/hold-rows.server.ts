import { and, desc, eq, gte, isNull } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { retentionHold } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import type { RowKey } from '~/systems/located'
import { findFinding } from './findings.server'
import { openKeys, openText, sealKeys, sealText } from './sealed.server'

export const holdSchema = z.object({ reason: z.string().trim().min(5).max(2_000), untilOn: z.iso.date() })

export type HoldRefusal = 'unknown_finding' | 'nothing_selected' | 'until_in_past' | 'until_too_far'

/** Nobody promises more than this at once: whoever needs it longer says so again. */
const longest = { years: 2 }

/**
 * Keeps offered rows for a while: with the reason (sealed) and the last day. They come back by themselves the day after.
 * `places`: positions among the rows that the finding offers.
 */
export async function holdRows(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: {
    findingId: string
    places: readonly number[]
    reason: string
    untilOn: Temporal.PlainDate
    today: Temporal.PlainDate
    staffId: string
  },
): Promise<{ ok: true; rows: number } | { ok: false; reason: HoldRefusal }> {
  const offered = await findFinding(tx, runtime, order.findingId)
  if (!offered) return { ok: false, reason: 'unknown_finding' }
  const chosen = [...new Set(order.places)].flatMap((place) => (offered.keys[place] ? [offered.keys[place]] : []))
  if (chosen.length === 0) return { ok: false, reason: 'nothing_selected' }
  if (Temporal.PlainDate.compare(order.untilOn, order.today) <= 0) return { ok: false, reason: 'until_in_past' }
  if (Temporal.PlainDate.compare(order.untilOn, order.today.add(longest)) > 0)
    return { ok: false, reason: 'until_too_far' }
  const id = crypto.randomUUID()
  await tx.insert(retentionHold).values({
    id,
    systemKey: offered.finding.system,
    table: offered.finding.table,
    at: runtime.clock.now(),
    byStaffId: order.staffId,
    untilOn: order.untilOn,
    reasonSealed: sealText(runtime, `retention_hold.reason:${id}`, order.reason),
    keysSealed: sealKeys(runtime, `retention_hold.keys:${id}`, chosen),
    rows: chosen.length,
  })
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: order.staffId },
    verb: 'retention.held',
    system: offered.finding.system,
    data: { hold: id, table: offered.finding.table, rows: chosen.length, untilOn: order.untilOn.toString() },
  })
  return { ok: true, rows: chosen.length }
}

/** Rows of a system that are held on this day, by table. */
export async function heldRows(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  systemKey: string,
  today: Temporal.PlainDate,
): Promise<(table: string) => readonly RowKey[]> {
  const rows = await db
    .select()
    .from(retentionHold)
    .where(
      and(eq(retentionHold.systemKey, systemKey), gte(retentionHold.untilOn, today), isNull(retentionHold.liftedAt)),
    )
  const byTable = new Map<string, RowKey[]>()
  for (const row of rows) {
    const keys = openKeys(runtime, `retention_hold.keys:${row.id}`, row.keysSealed)
    byTable.set(row.table, [...(byTable.get(row.table) ?? []), ...keys])
  }
  return (table) => byTable.get(table) ?? []
}

export type HoldListed = {
  id: string
  system: string
  table: string
  rows: number
  untilOn: Temporal.PlainDate
  reason: string
  staffId: string
}

/** Holds that run on this day, the last to end first. */
export async function listHolds(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  today: Temporal.PlainDate,
): Promise<HoldListed[]> {
  const rows = await db
    .select()
    .from(retentionHold)
    .where(and(gte(retentionHold.untilOn, today), isNull(retentionHold.liftedAt)))
    .orderBy(desc(retentionHold.untilOn))
  return rows.map((row) => ({
    id: row.id,
    system: row.systemKey,
    table: row.table,
    rows: row.rows,
    untilOn: row.untilOn,
    reason: openText(runtime, `retention_hold.reason:${row.id}`, row.reasonSealed),
    staffId: row.byStaffId,
  }))
}
