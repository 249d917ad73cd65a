import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { accessPackage } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import { mailRequester } from '~/requests/answer-mail.server'
import { releaseStop, standingOf } from '~/requests/identification.server'
import type { ReleaseStop } from '~/requests/identification.server'
import { lacksAuthority } from '~/requests/authority.server'
import { lockRequest, moveRequest } from '~/requests/move.server'
import { awaitsTasks } from '~/requests/outside/list-tasks.server'
import { requestSealer } from '~/requests/sealed.server'
import type { RequestSealer } from '~/requests/sealed.server'
import { statusUrl } from '~/requests/status-url'
import type { StaffMember } from '~/staff/accounts.server'
import { contentsSchema, ownSystem } from './contents'
import type { LeftOut, PackageContents, PackageRow } from './contents'
import { readParts, removeParts, rewritePart } from './parts.server'
import { latestPackage, lockPackage } from './prepare.server'

/** So long an erasure of the same person waits for a copy that is not collected. */
const ERASURE_WAITS_DAYS = 14

const place = z.coerce.number().int().min(0)

/** What is left out because of the rights of others (art. 15(4)): whole tables, columns of a table, single rows. */
export const leaveOutSchema = z.object({
  tables: z.array(place),
  columns: z.array(z.object({ place, column: z.string() })),
  /** A row: its part, and its position in it. */
  rows: z.array(z.object({ ordinal: place, index: place })),
})
export type LeaveOut = z.infer<typeof leaveOutSchema>

export type ReleaseRefusal =
  | 'unknown_request'
  | 'not_prepared'
  | 'replaced'
  | 'authority_open'
  | 'places_open'
  | 'purged'
  | 'unknown_part'
  | 'not_from_here'
  | 'not_yours'
  | 'conflict'
  | ReleaseStop

/**
 * Releases a reviewed package: what was to be left out is removed for good, the request is completed, and the mail that it
 * is ready goes out. `packageId` is the one that was reviewed: another one meanwhile is refused.
 */
export async function releasePackage(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { requestId: string; packageId: string; leaveOut: LeaveOut; by: StaffMember; version?: number | undefined },
): Promise<
  { ok: true; /** False: no address; a letter has to go. */ mailed: boolean } | { ok: false; reason: ReleaseRefusal }
> {
  const row = await lockRequest(tx, order.requestId)
  if (!row) return { ok: false, reason: 'unknown_request' }
  const present = await latestPackage(tx, row.id)
  if (!present || present.state !== 'prepared') return { ok: false, reason: 'not_prepared' }
  if (present.id !== order.packageId) return { ok: false, reason: 'replaced' }
  if (await lacksAuthority(tx, row)) return { ok: false, reason: 'authority_open' }
  if (await awaitsTasks(tx, row.id)) return { ok: false, reason: 'places_open' }
  const record = await lockPackage(tx, present.id)
  const sealer = await requestSealer(tx, runtime, row.id)
  if (!record || !sealer) return { ok: false, reason: 'purged' }
  const contents = contentsSchema.parse(record.contents)
  const stop = releaseStop(await standingOf(tx, row), runtime.clock.now())
  // What holds nothing of the connected systems says "nothing found at this address", to that address.
  if (stop && !(stop === 'identity_open' && contents.tables.every(({ system }) => system === ownSystem)))
    return { ok: false, reason: stop }
  if (!fits(order.leaveOut, contents)) return { ok: false, reason: 'unknown_part' }
  const days = (await readOrganisation(tx))['access.downloadDays']
  const now = runtime.clock.now()
  const moved = await moveRequest(tx, runtime, {
    requestId: row.id,
    version: order.version,
    move: 'complete',
    actor: { kind: 'staff', id: order.by.id },
    mover: order.by.role === 'admin' ? 'admin' : 'agent',
    set: {
      decidedAt: row.decidedAt ?? now,
      firstAnswerAt: row.firstAnswerAt ?? now,
      closedAt: now,
      offeredUntil: now.add({ hours: 24 * Math.min(days, ERASURE_WAITS_DAYS) }),
    },
  })
  if (!moved.ok) return moved
  const leftOut = await takeOut(tx, sealer, record.id, contents, order.leaveOut)
  await tx
    .update(accessPackage)
    .set({
      state: 'released',
      contents: contentsAfter(contents, leftOut),
      leftOut,
      releasedAt: now,
      releasedByStaffId: order.by.id,
      expiresAt: now.add({ hours: 24 * days }),
    })
    .where(eq(accessPackage.id, record.id))
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: order.by.id },
    verb: 'access.released',
    request: row,
    data: {
      package: record.id,
      days,
      leftOutRows: leftOut.reduce((sum, each) => sum + each.rows, 0),
      leftOutColumns: leftOut.reduce((sum, each) => sum + each.columns.length, 0),
    },
  })
  const mailed = await mailRequester(tx, runtime, moved.request, 'access_ready', ({ name }) => ({
    reference: row.reference,
    name,
    days,
    statusUrl: statusUrl(runtime, row),
  }))
  return { ok: true, mailed }
}

function fits(leaveOut: LeaveOut, { tables }: PackageContents): boolean {
  return (
    leaveOut.tables.every((at) => at < tables.length) &&
    leaveOut.columns.every(({ place: at, column }) => tables[at]?.columns.some((each) => each.name === column))
  )
}

async function takeOut(
  tx: Transaction,
  sealer: RequestSealer,
  packageId: string,
  contents: PackageContents,
  leaveOut: LeaveOut,
): Promise<LeftOut> {
  const gone = new Map<number, { rows: number; columns: Set<string> }>()
  const of = (at: number) => {
    const known = gone.get(at) ?? { rows: 0, columns: new Set<string>() }
    gone.set(at, known)
    return known
  }
  for (const at of new Set(leaveOut.tables)) {
    of(at).rows += contents.tables[at]?.rows ?? 0
    await removeParts(tx, packageId, at)
  }
  for (const { place: at, column } of leaveOut.columns) of(at).columns.add(column)
  if (leaveOut.columns.length + leaveOut.rows.length > 0)
    for await (const part of readParts(tx, sealer, packageId)) {
      const rows = new Set(leaveOut.rows.filter((row) => row.ordinal === part.ordinal).map((row) => row.index))
      const positions = (contents.tables[part.place]?.columns ?? []).flatMap((column, at) =>
        gone.get(part.place)?.columns.has(column.name) ? [at] : [],
      )
      if (rows.size + positions.length === 0) continue
      const kept = part.rows.filter((_, at) => !rows.has(at)).map((row) => blanked(row, positions))
      of(part.place).rows += part.rows.length - kept.length
      await rewritePart(tx, sealer, packageId, { ordinal: part.ordinal, rows: kept })
    }
  return [...gone].map(([at, { rows, columns }]) => ({ place: at, rows, columns: [...columns] }))
}

function blanked(row: PackageRow, positions: readonly number[]): PackageRow {
  return positions.length === 0 ? row : row.map((value, at) => (positions.includes(at) ? null : value))
}

/** The counts after the leaving out; places stay what they are. */
function contentsAfter(contents: PackageContents, leftOut: LeftOut): PackageContents {
  return {
    ...contents,
    tables: contents.tables.map((table, at) => {
      const out = leftOut.find((each) => each.place === at)
      return out ? { ...table, rows: Math.max(0, table.rows - out.rows) } : table
    }),
  }
}
