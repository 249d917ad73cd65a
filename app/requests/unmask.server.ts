import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { lastEntryBy } from '~/evidence/entries.server'
import type { Runtime } from '~/platform/runtime.server'
import type { RequestRow } from './move.server'

const verb = 'request.unmasked'
const minutes = 15

/** Opens the personal data of a case to one staff member for a quarter of an hour; that they looked is evidence. */
export async function unmaskRequest(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { row, staffId }: { row: Pick<RequestRow, 'id' | 'reference'>; staffId: string },
): Promise<void> {
  await appendEvidence(tx, runtime, { actor: { kind: 'staff', id: staffId }, verb, request: row })
}

/** Whether the person opened this case within the last quarter of an hour: the entry itself is the key. */
export async function isUnmasked(
  db: Executor,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { requestId, staffId }: { requestId: string; staffId: string },
): Promise<boolean> {
  const last = await lastEntryBy(db, { requestId, actorId: staffId, verb })
  return last !== undefined && last.at.until(runtime.clock.now()).total('minutes') < minutes
}
