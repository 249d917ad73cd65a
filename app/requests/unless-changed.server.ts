import type { Transaction } from '~db/client'
import { lockRequest } from './move.server'

/**
 * Does something with a case unless it changed since the reader's page was made (`version`, as its form carries it): locks
 * the request, so that two people can't act at once. Without a version it is done.
 */
export async function unlessChanged<T>(
  tx: Transaction,
  { requestId, version }: { requestId: string; version: number | undefined },
  work: () => Promise<T>,
): Promise<T | { ok: false; reason: 'conflict' }> {
  const row = version === undefined ? undefined : await lockRequest(tx, requestId)
  return row && row.version !== version ? { ok: false, reason: 'conflict' } : work()
}
