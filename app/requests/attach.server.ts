import { attachment } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { uploadLimits } from '~/platform/uploads.server'
import type { UploadedFile } from '~/platform/uploads.server'
import { mediaTypeOf } from './media-type'
import type { MediaType } from './media-type'
import type { RequestRow } from './move.server'
import { requestSealer } from './sealed.server'

/** Where a file's content and name are sealed for. */
export const contentPlace = (id: string) => `attachment.content:${id}`
export const namePlace = (id: string) => `attachment.name:${id}`

export type AttachmentSource = 'letter' | 'authority' | 'colleague' | 'redacted' | 'proof'

export type NewAttachment = { name: string; mediaType: MediaType; content: Uint8Array }

/** What is wrong with a file, and which: its name as it was sent. */
export type FileProblem = { name: string; problem: 'fileType' | 'fileSize' | 'fileEmpty' | 'filesTooMuch' }

/**
 * The files of a form that may be kept: PDF, JPEG and PNG by their content, each up to 10 MB. One that may not is named, and
 * then none is kept.
 */
export function judgeFiles(
  files: readonly UploadedFile[],
): { ok: true; files: NewAttachment[] } | { ok: false; problems: FileProblem[] } {
  const kept: NewAttachment[] = []
  const problems: FileProblem[] = []
  for (const { name, content, tooLarge } of files) {
    const mediaType = mediaTypeOf(content)
    if (tooLarge || content.length > uploadLimits.fileBytes) problems.push({ name, problem: 'fileSize' })
    else if (content.length === 0) problems.push({ name, problem: 'fileEmpty' })
    else if (!mediaType) problems.push({ name, problem: 'fileType' })
    else kept.push({ name: name.slice(0, 200), mediaType, content })
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, files: kept }
}

/**
 * Keeps files with a case, sealed under its data key, so that they are gone with it. Answers their ids, null when the case is
 * purged.
 */
export async function attachFiles(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: {
    request: Pick<RequestRow, 'id' | 'reference'>
    files: readonly NewAttachment[]
    source: AttachmentSource
    actor: Actor
  },
): Promise<string[] | null> {
  const sealer = await requestSealer(tx, runtime, order.request.id)
  if (!sealer) return null
  const ids: string[] = []
  for (const [place, { name, mediaType, content }] of order.files.entries()) {
    const id = crypto.randomUUID()
    await tx.insert(attachment).values({
      id,
      requestId: order.request.id,
      // A list shows them in the order in which they came.
      at: runtime.clock.now().add({ microseconds: place }),
      byStaffId: order.actor.kind === 'staff' ? order.actor.id : null,
      source: order.source,
      nameSealed: sealer.seal(namePlace(id), name),
      mediaType,
      size: content.length,
      contentSealed: sealer.sealBytes(contentPlace(id), content),
    })
    await appendEvidence(tx, runtime, {
      actor: order.actor,
      verb: 'attachment.kept',
      request: order.request,
      data: { attachment: id, source: order.source, mediaType, size: content.length },
    })
    ids.push(id)
  }
  return ids
}
