import { lettersOfRequest } from '~/mail/letters.server'
import type { Runtime } from '~/platform/runtime.server'
import type { RequestRow } from '~/requests/move.server'
import { attachmentsShape } from './attachments.server'

/** What the case page shows of files and letters. */
export async function papersOf(runtime: Pick<Runtime, 'db' | 'clock' | 'keys'>, row: RequestRow, staffId: string) {
  const letters = await lettersOfRequest(runtime.db, row.id)
  return {
    files: await attachmentsShape(runtime, row, staffId),
    toPost: letters.filter((letter) => letter.state === 'to_post').length,
    posted: letters.filter((letter) => letter.state === 'posted').length,
  }
}
