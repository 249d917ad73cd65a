import { eq } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { retentionForecast } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { keptEndingByMonth } from '~/erasure/kept-ending.server'
import { listSystems } from '~/systems/registry.server'

/** Keeps in which months the terms of a system's rows end; what the scan before saw goes. `ending`: rows by first day of a month. */
export async function storeForecast(
  tx: Transaction,
  systemKey: string,
  scanId: string,
  ending: ReadonlyMap<string, number>,
): Promise<void> {
  await tx.delete(retentionForecast).where(eq(retentionForecast.systemKey, systemKey))
  for (const [month, rows] of ending)
    await tx.insert(retentionForecast).values({ systemKey, month: Temporal.PlainDate.from(month), rows, scanId })
}

/** Records whose term ends, in this month and the eleven after it. */
export type EndingMonth = { month: Temporal.PlainDate; inSystems: number; keptRows: number }

/**
 * How many records' terms end per month: those of the data maps' `delete_after`, as the latest scan of each system saw
 * them, and rows that an erasure kept for a term. `today` in the organisation's zone.
 */
export async function endingByMonth(db: Executor, today: Temporal.PlainDate): Promise<EndingMonth[]> {
  const systems = new Set((await listSystems(db)).map(({ key }) => key))
  const rows = await db.select().from(retentionForecast)
  const first = today.with({ day: 1 })
  const kept = await keptEndingByMonth(db, first)
  return Array.from({ length: 12 }, (_, n) => {
    const month = first.add({ months: n })
    const inSystems = rows
      .filter((row) => systems.has(row.systemKey) && row.month.equals(month))
      .reduce((sum, row) => sum + row.rows, 0)
    return { month, inSystems, keptRows: kept.get(month.toString()) ?? 0 }
  })
}
