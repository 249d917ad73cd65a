import type { Temporal } from 'temporal-polyfill'
import { enqueueJob } from '~/jobs/enqueue.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import { staffNames } from '~/staff/accounts.server'
import type { LocalText } from '~/systems/data-map'
import { listAppliedMaps } from '~/systems/registry.server'
import { latestFindings } from './findings.server'
import type { Finding } from './findings.server'
import { listHolds } from './hold-rows.server'
import { listOrders } from './order-erasure.server'
import { retentionDay } from './scan.server'
import { scanTask } from './tasks.server'

type Language = 'nl' | 'en'

export type OverviewGroup = {
  finding: string
  system: string
  label: string
  then: 'delete' | 'pseudonymise'
  expired: number
  expiring: number
  firstOn: string | null
  basis: string | null
}

/** What is over or near, by owner, with the orders and holds: plain values, ready for a page. */
export async function retentionOverview(runtime: Runtime, language: Language) {
  const { db } = runtime
  const labels = await tableLabels(runtime, language)
  const findings = await latestFindings(db, runtime, labels.systems)
  const byOwner = new Map<string | null, OverviewGroup[]>()
  for (const finding of findings) {
    if (finding.expired + finding.expiring === 0) continue
    byOwner.set(finding.owner, [...(byOwner.get(finding.owner) ?? []), groupOf(finding, labels)])
  }
  const { today } = await retentionDay(runtime, db)
  const orders = await listOrders(db)
  const names = await staffNames(
    db,
    orders.map((order) => order.byStaffId),
  )
  return {
    owners: [...byOwner].map(([owner, groups]) => ({ owner, groups })),
    scannedAt: latest(findings)?.toString() ?? null,
    zone: (await readOrganisation(db))['organisation.zone'],
    orders: orders.map((order) => ({
      ...order,
      at: order.at.toString(),
      label: labels.of(order.system, order.table),
      by: names.get(order.byStaffId) ?? null,
    })),
    holds: (await listHolds(db, runtime, today)).map((hold) => ({
      id: hold.id,
      label: labels.of(hold.system, hold.table),
      rows: hold.rows,
      untilOn: hold.untilOn.toString(),
      reason: hold.reason,
    })),
  }
}

function groupOf(finding: Finding, labels: Labels): OverviewGroup {
  return {
    finding: finding.id,
    system: finding.system,
    label: labels.of(finding.system, finding.table),
    then: finding.then,
    expired: finding.expired,
    expiring: finding.expiring,
    firstOn: finding.firstOn?.toString() ?? null,
    basis: labels.basis(finding),
  }
}

function latest(findings: readonly Finding[]): Temporal.Instant | undefined {
  return findings.map((finding) => finding.scannedAt).sort((a, b) => b.epochMilliseconds - a.epochMilliseconds)[0]
}

type Labels = Awaited<ReturnType<typeof tableLabels>>

/** What tables are called in the data maps in force. */
export async function tableLabels(runtime: Pick<Runtime, 'db'>, language: Language) {
  const maps = await listAppliedMaps(runtime.db)
  const tableOf = (system: string, table: string) => maps.find((each) => each.system.key === system)?.map.tables[table]
  return {
    systems: maps.map(({ system }) => system.key),
    of: (system: string, table: string) => textIn(tableOf(system, table)?.label ?? null, language) ?? table,
    basis: ({ system, table, step }: Pick<Finding, 'system' | 'table' | 'step'>) =>
      textIn(tableOf(system, table)?.deleteAfter[step]?.basis ?? null, language),
  }
}

function textIn(text: LocalText | null, language: Language): string | null {
  return text?.[language] ?? text?.['nl'] ?? null
}

/** Has the program look now, as it does every night. */
export function askForScan(runtime: Runtime): Promise<void> {
  return inTransaction(runtime, (tx) => enqueueJob(tx, scanTask, {}, { jobKey: scanTask }))
}
