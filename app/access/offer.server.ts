import type { Readable } from 'node:stream'
import { Temporal } from 'temporal-polyfill'
import { accessDownload } from '~db/schema'
import type { Executor } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { equalBytes } from '~/platform/keys.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { noteCollected } from '~/requests/collected.server'
import { addressCorrectedAt } from '~/requests/correct.server'
import type { RequestRow } from '~/requests/move.server'
import { findRequest } from '~/requests/find.server'
import { latestPackage } from './prepare.server'
import type { PackageRecord } from './prepare.server'
import { zipPackage } from './zip.server'

/** A released package as the data subject's status page shows it. */
export type PackageOffer = {
  /** Address of the file without host, signed: `/nl/requests/AVG-…/package/file?…`. */
  path: string
  /** The last instant at which it can be collected. */
  expiresAt: Temporal.Instant
}

const enough = ['completed', 'in_progress', 'partially_completed']

/** What can be collected for a request now; null: nothing released, its days are over, or the request was stopped. */
export async function packageOffer(
  db: Executor,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  requestId: string,
): Promise<PackageOffer | null> {
  const row = await findRequest(db, requestId)
  const record = row && (await latestPackage(db, requestId))
  if (!row || !record?.expiresAt || !isOffered(runtime, row, record)) return null
  if (await isForEarlierAddress(db, record)) return null
  const until = Math.floor(record.expiresAt.epochMilliseconds / 1000)
  const query = new URLSearchParams({ until: String(until), signature: sign(runtime, record.id, until) })
  return {
    path: `/${row.language}/requests/${row.reference}/package/file?${query.toString()}`,
    expiresAt: record.expiresAt,
  }
}

function isOffered(runtime: Pick<Runtime, 'clock'>, row: RequestRow, record: PackageRecord): boolean {
  if (record.state !== 'released' || !record.expiresAt || !enough.includes(row.state)) return false
  return record.expiresAt.epochMilliseconds > runtime.clock.now().epochMilliseconds
}

/** What was released to one address is not handed to the one that staff put in its place. */
async function isForEarlierAddress(db: Executor, { requestId, releasedAt }: PackageRecord): Promise<boolean> {
  const correctedAt = await addressCorrectedAt(db, requestId)
  return correctedAt !== null && (!releasedAt || Temporal.Instant.compare(releasedAt, correctedAt) <= 0)
}

function sign(runtime: Pick<Runtime, 'keys'>, packageId: string, until: number): string {
  return Buffer.from(runtime.keys.hmac('signing', `packages:${packageId}:${until}`)).toString('base64url')
}

export type Opened = { ok: true; file: Readable } | { ok: false; reason: 'not_offered' | 'wrong_signature' }

/**
 * Opens a released package for a download and records it. The caller has made sure who asks: the requester in a session of
 * their own with a fresh code (`link`: what their address carried), or a token of staff (`link` null).
 */
export async function openPackage(
  runtime: Runtime,
  requestId: string,
  { actor, link }: { actor: Actor; link: { until: string; signature: string } | null },
): Promise<Opened> {
  const row = await findRequest(runtime.db, requestId)
  if (!row) return { ok: false, reason: 'not_offered' }
  const record = await latestPackage(runtime.db, row.id)
  if (!record || !isOffered(runtime, row, record)) return { ok: false, reason: 'not_offered' }
  if (link && (await isForEarlierAddress(runtime.db, record))) return { ok: false, reason: 'not_offered' }
  if (link && !isSigned(runtime, record, link)) return { ok: false, reason: 'wrong_signature' }
  return recorded(runtime, { row, record, actor, verb: 'access.downloaded' })
}

/** The package as it would be released now, for staff who review it. */
export async function openDraft(runtime: Runtime, row: RequestRow, staffId: string): Promise<Opened> {
  const record = await latestPackage(runtime.db, row.id)
  if (record?.state !== 'prepared') return { ok: false, reason: 'not_offered' }
  return recorded(runtime, { row, record, actor: { kind: 'staff', id: staffId }, verb: 'access.draft_opened' })
}

async function recorded(
  runtime: Runtime,
  { row, record, actor, verb }: { row: RequestRow; record: PackageRecord; actor: Actor; verb: string },
): Promise<Opened> {
  const file = await zipPackage(runtime, record, row)
  if (!file) return { ok: false, reason: 'not_offered' }
  await inTransaction(runtime, async (tx) => {
    const byStaffId = actor.kind === 'staff' ? actor.id : null
    await tx.insert(accessDownload).values({ packageId: record.id, at: runtime.clock.now(), byStaffId })
    await appendEvidence(tx, runtime, { actor, verb, request: row, data: { package: record.id } })
    if (verb === 'access.downloaded') await noteCollected(tx, row.id)
  })
  return { ok: true, file }
}

function isSigned(
  runtime: Pick<Runtime, 'keys'>,
  record: PackageRecord,
  link: { until: string; signature: string },
): boolean {
  const until = Math.floor((record.expiresAt?.epochMilliseconds ?? 0) / 1000)
  if (link.until !== String(until)) return false
  return equalBytes(Buffer.from(link.signature), Buffer.from(sign(runtime, record.id, until)))
}
