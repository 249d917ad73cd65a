import { and, desc, eq, inArray } from 'drizzle-orm'
import { z } from 'zod'
import { accessPackage } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { preparePackageTask } from '~/erasure/elsewhere/receive.server'
import { subjectOfRequest } from '~/erasure/subject-of-request.server'
import type { Proven } from '~/erasure/subject-of-request.server'
import { appendEvidence } from '~/evidence/append.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { lacksAuthority } from '~/requests/authority.server'
import { isIdentityOpen, recordChoice, standingOf } from '~/requests/identification.server'
import { lockRequest, moveRequest } from '~/requests/move.server'
import type { RequestRow } from '~/requests/move.server'
import { requestSealer } from '~/requests/sealed.server'
import { endPackage } from './end.server'

export const prepareTask = preparePackageTask

export type PackageRecord = typeof accessPackage.$inferSelect
/** A row that staff chose where several persons carry the identifier. */
export type PackageSubject = { system: string; table: string; key: string[] }
export const packageSubjects = z.array(z.object({ system: z.string(), table: z.string(), key: z.array(z.string()) }))

/** What identity/ knows: how something was proven, and which kinds of identifiers it proves. */
export type KnownProof = { method: string; proves: readonly string[] }

export type PrepareRefusal =
  | 'authority_open'
  | 'unknown_request'
  | 'wrong_kind'
  | 'not_open'
  | 'identity_open'
  | 'identity_contested'
  | 'purged'
  | 'already_released'

const kinds: readonly string[] = ['access', 'portability']
const provable: readonly Proven[] = ['email', 'phone', 'customerNumber']

/**
 * Begins a package for a request for access or portability: records it and enqueues the work. Nothing is located by what is
 * not proven; who files for somebody else proves only themselves, so that staff have to have looked at it. A package that
 * was prepared and not released is replaced.
 */
export async function preparePackage(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { requestId: string; actor: Actor; proofs: readonly KnownProof[]; subjects?: readonly PackageSubject[] },
): Promise<{ ok: true; packageId: string } | { ok: false; reason: PrepareRefusal }> {
  const row = await lockRequest(tx, order.requestId)
  if (!row) return { ok: false, reason: 'unknown_request' }
  if (!kinds.includes(row.kind)) return { ok: false, reason: 'wrong_kind' }
  const proves = provenOf(row, order.proofs)
  if (proves.length === 0) return { ok: false, reason: 'identity_open' }
  if (await lacksAuthority(tx, row)) return { ok: false, reason: 'authority_open' }
  const standing = await standingOf(tx, row)
  if (standing.finding === 'contested') return { ok: false, reason: 'identity_contested' }
  const open = isIdentityOpen(standing)
  // Nobody on file: the package says so. Several who share the address: staff are shown between whom to choose.
  if (open && standing.why !== 'not_on_file' && standing.why !== 'shared') return { ok: false, reason: 'identity_open' }
  const sealer = await requestSealer(tx, runtime, row.id)
  const subject = await subjectOfRequest(tx, runtime, row, proves)
  if (!sealer || !subject) return { ok: false, reason: 'purged' }
  if (Object.keys(subject.identifiers).length === 0) return { ok: false, reason: 'identity_open' }
  if (row.state !== 'received' && row.state !== 'in_progress') return { ok: false, reason: 'not_open' }
  const before = await latestPackage(tx, row.id)
  if (before?.state === 'released') return { ok: false, reason: 'already_released' }
  if (row.state === 'received')
    await moveRequest(tx, runtime, { requestId: row.id, move: 'start', actor: order.actor, mover: 'system' })
  if (before && before.state !== 'ended') await endPackage(tx, runtime, before, 'replaced')
  const id = crypto.randomUUID()
  const subjects = order.subjects ?? []
  if (open && standing.why === 'shared' && subjects.length > 0)
    await recordChoice(tx, runtime, row, standing, order.actor)
  await tx.insert(accessPackage).values({
    id,
    requestId: row.id,
    kind: row.kind,
    at: runtime.clock.now(),
    byStaffId: order.actor.kind === 'staff' ? order.actor.id : null,
    proves,
    subjectsSealed: sealer.sealOptional(
      `access_package.subjects:${id}`,
      subjects.length > 0 ? JSON.stringify(subjects) : null,
    ),
  })
  await appendEvidence(tx, runtime, {
    actor: order.actor,
    verb: 'access.preparing',
    request: row,
    data: { package: id, proves, chosen: subjects.length },
  })
  await enqueueJob(tx, prepareTask, { packageId: id }, { jobKey: `${prepareTask}:${id}` })
  return { ok: true, packageId: id }
}

function provenOf(row: RequestRow, proofs: readonly KnownProof[]): Proven[] {
  const counting = row.filedBy === 'self' ? proofs : proofs.filter((proof) => proof.method === 'verified_elsewhere')
  const proven = new Set(counting.flatMap((proof) => proof.proves))
  return provable.filter((kind) => proven.has(kind))
}

/** The newest package of a request, whatever its state. */
export async function latestPackage(db: Executor, requestId: string): Promise<PackageRecord | undefined> {
  const [row] = await db
    .select()
    .from(accessPackage)
    .where(eq(accessPackage.requestId, requestId))
    .orderBy(
      desc(accessPackage.at),
      desc(inArray(accessPackage.state, ['preparing', 'prepared', 'released', 'failed'])),
    )
    .limit(1)
  return row
}

export async function lockPackage(tx: Transaction, id: string): Promise<PackageRecord | undefined> {
  const [row] = await tx
    .select()
    .from(accessPackage)
    .where(and(eq(accessPackage.id, id)))
    .for('update')
  return row
}
