import type { Executor } from '~db/client'
import { lettersOfRequest } from '~/mail/letters.server'
import type { Runtime } from '~/platform/runtime.server'
import { authorityOf, lacksAuthority } from '~/requests/authority.server'
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

/** What is on record of a representative's authority. */
export async function authorityShape(db: Executor, row: RequestRow) {
  const last = row.filedBy === 'self' ? null : await authorityOf(db, row.id)
  return { lacks: await lacksAuthority(db, row), outcome: last?.outcome ?? null, joint: last?.joint ?? false }
}
