import { and, asc, eq } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { attachment } from '~db/schema'
import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { contentPlace, namePlace } from './attach.server'
import { safeFileName } from './media-type'
import { requestSealer } from './sealed.server'

export type Attachment = {
  id: string
  at: Temporal.Instant
  byStaffId: string | null
  source: string
  mediaType: string
  size: number
  /** Null once it is destroyed, or the case is purged. */
  name: string | null
  bsnMarked: boolean
  destroyedAt: Temporal.Instant | null
}

// Content is left out: a list must not carry ten megabytes a row.
const columns = {
  id: attachment.id,
  at: attachment.at,
  byStaffId: attachment.byStaffId,
  source: attachment.source,
  mediaType: attachment.mediaType,
  size: attachment.size,
  nameSealed: attachment.nameSealed,
  bsnMarkedAt: attachment.bsnMarkedAt,
  destroyedAt: attachment.destroyedAt,
}

/** The files of a case, oldest first, those that were destroyed among them (without name and content). */
export async function attachmentsOf(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  requestId: string,
): Promise<Attachment[]> {
  const rows = await db
    .select(columns)
    .from(attachment)
    .where(eq(attachment.requestId, requestId))
    .orderBy(asc(attachment.at), asc(attachment.id))
  if (rows.length === 0) return []
  const sealer = await requestSealer(db, runtime, requestId)
  return rows.map(({ nameSealed, bsnMarkedAt, ...row }) => ({
    ...row,
    name: sealer?.openOptional(namePlace(row.id), nameSealed) ?? null,
    bsnMarked: bsnMarkedAt !== null,
  }))
}

/** One file of a case with its content, under a name that is safe to save; null: no such file here, or it is gone. */
export async function openAttachment(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  { requestId, attachmentId }: { requestId: string; attachmentId: string },
): Promise<{ name: string; mediaType: string; content: Uint8Array } | null> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(attachmentId)) return null
  const [row] = await db
    .select()
    .from(attachment)
    .where(and(eq(attachment.id, attachmentId), eq(attachment.requestId, requestId)))
  const sealer = await requestSealer(db, runtime, requestId)
  if (!row?.contentSealed || !sealer) return null
  return {
    name: safeFileName(sealer.openOptional(namePlace(row.id), row.nameSealed) ?? '', row.mediaType),
    mediaType: row.mediaType,
    content: sealer.openBytes(contentPlace(row.id), row.contentSealed),
  }
}
