import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import { dayOf } from '~/deadlines/pauses'
import { attachmentsOf } from '~/requests/attachments.server'
import type { RequestRow } from '~/requests/move.server'
import { isUnmasked } from '~/requests/unmask.server'

/** The files of a case as a page lists them. What the sender called them is shown to whoever opened the case. */
export async function attachmentsShape(
  runtime: Pick<Runtime, 'db' | 'clock' | 'keys'>,
  row: RequestRow,
  staffId: string,
) {
  const unmasked = await isUnmasked(runtime.db, runtime, { requestId: row.id, staffId })
  const zone = (await readOrganisation(runtime.db))['organisation.zone']
  const files = await attachmentsOf(runtime.db, runtime, row.id)
  return files.map((file) => ({
    id: file.id,
    on: dayOf(file.at, zone).toString(),
    source: file.source,
    mediaType: file.mediaType,
    kilobytes: Math.max(1, Math.round(file.size / 1024)),
    name: unmasked ? file.name : null,
    /** False once it was destroyed or purged. */
    there: file.name !== null,
    bsnMarked: file.bsnMarked,
  }))
}

export type ListedFile = Awaited<ReturnType<typeof attachmentsShape>>[number]
