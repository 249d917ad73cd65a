import { and, asc, desc, eq, inArray, ne } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { retentionFinding, retentionPart, retentionScan } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import type { RowKey } from '~/systems/located'
import type { DueGroup } from './find-due.server'
import { openKeys, openText, ownerIndex, sealKeys, sealText } from './sealed.server'

export type FoundGroup = DueGroup & { /** The first rows that are over. */ keys: readonly RowKey[] }

/** A finding of a system's latest scan. */
export type Finding = {
  id: string
  system: string
  table: string
  step: number
  then: 'delete' | 'pseudonymise'
  owner: string | null
  expired: number
  expiring: number
  firstOn: Temporal.PlainDate | null
  scannedAt: Temporal.Instant
}

/** Keeps what a scan of a system found, and answers its id. Counts stay for good; the keys of the scan before go. */
export async function storeFindings(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  systemKey: string,
  day: Temporal.PlainDate,
  groups: readonly FoundGroup[],
): Promise<string> {
  const scanId = crypto.randomUUID()
  await tx.insert(retentionScan).values({ id: scanId, systemKey, at: runtime.clock.now(), day })
  await removeOldKeys(tx, systemKey, scanId)
  for (const group of groups) {
    const id = crypto.randomUUID()
    await tx.insert(retentionFinding).values({
      id,
      scanId,
      systemKey,
      table: group.table,
      step: group.step,
      then: group.then,
      ownerIndex: group.owner ? ownerIndex(runtime, group.owner) : null,
      ownerSealed: group.owner ? sealText(runtime, `retention_finding.owner:${id}`, group.owner) : null,
      expired: group.expired,
      expiring: group.expiring,
      firstOn: group.firstOn,
    })
    if (group.keys.length === 0) continue
    const sealed = sealKeys(runtime, `retention_part.keys:${id}`, group.keys)
    await tx.insert(retentionPart).values({ findingId: id, ordinal: 0, rows: group.keys.length, sealed })
  }
  await appendEvidence(tx, runtime, {
    actor: { kind: 'system' },
    verb: 'retention.scanned',
    system: systemKey,
    data: {
      scan: scanId,
      expired: groups.reduce((sum, group) => sum + group.expired, 0),
      expiring: groups.reduce((sum, group) => sum + group.expiring, 0),
    },
  })
  return scanId
}

async function removeOldKeys(tx: Transaction, systemKey: string, scanId: string): Promise<void> {
  const older = tx
    .select({ id: retentionFinding.id })
    .from(retentionFinding)
    .where(and(eq(retentionFinding.systemKey, systemKey), ne(retentionFinding.scanId, scanId)))
  await tx.delete(retentionPart).where(inArray(retentionPart.findingId, older))
}

/** What the latest scan of each of these systems found, by owner and table. */
export async function latestFindings(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  systems: readonly string[],
): Promise<Finding[]> {
  const found: Finding[] = []
  for (const key of systems) {
    const [scan] = await db
      .select()
      .from(retentionScan)
      .where(eq(retentionScan.systemKey, key))
      .orderBy(desc(retentionScan.ordinal))
      .limit(1)
    if (!scan) continue
    const rows = await db
      .select()
      .from(retentionFinding)
      .where(eq(retentionFinding.scanId, scan.id))
      .orderBy(asc(retentionFinding.table), asc(retentionFinding.step))
    found.push(...rows.map((row) => findingOf(runtime, row, scan.at)))
  }
  return found.sort((a, b) => (a.owner ?? '').localeCompare(b.owner ?? ''))
}

/** One finding with the keys that it offers; null when it is unknown or a newer scan replaced it. */
export async function findFinding(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  id: string,
): Promise<{ finding: Finding; keys: RowKey[] } | null> {
  const [row] = await db
    .select({ finding: retentionFinding, scan: retentionScan })
    .from(retentionFinding)
    .innerJoin(retentionScan, eq(retentionScan.id, retentionFinding.scanId))
    .where(eq(retentionFinding.id, id))
  if (!row) return null
  const parts = await db
    .select()
    .from(retentionPart)
    .where(eq(retentionPart.findingId, id))
    .orderBy(asc(retentionPart.ordinal))
  const keys = parts.flatMap((part) => openKeys(runtime, `retention_part.keys:${id}`, part.sealed))
  return { finding: findingOf(runtime, row.finding, row.scan.at), keys }
}

function findingOf(
  runtime: Pick<Runtime, 'keys'>,
  row: typeof retentionFinding.$inferSelect,
  scannedAt: Temporal.Instant,
): Finding {
  return {
    id: row.id,
    system: row.systemKey,
    table: row.table,
    step: row.step,
    then: row.then === 'delete' ? 'delete' : 'pseudonymise',
    owner: row.ownerSealed ? openText(runtime, `retention_finding.owner:${row.id}`, row.ownerSealed) : null,
    expired: row.expired,
    expiring: row.expiring,
    firstOn: row.firstOn,
    scannedAt,
  }
}
