import { newKey } from '~/platform/keys.server'
import { SystemError } from '~/systems/adapters/adapter'
import { batchesOf } from './batches'
import { carryOut } from './carry-out.server'
import type { Obstacle } from './plan'
import type { Proposal } from './propose.server'
import { withFreePseudonyms } from './pseudonym-key'
import { storedCuts } from './row-sets'

class RolledBack extends Error {}

/**
 * Runs a plan's statements in a transaction that is rolled back, so that NOT NULL, UNIQUE, CHECK, triggers and foreign keys
 * speak before anybody approves. A fresh key: a rehearsal's pseudonyms are nobody's. Throws `SystemError` for what is no
 * answer (no connection, a lock held by another).
 */
export async function rehearse(proposal: Proposal, rowsPerBatch: number): Promise<Obstacle[]> {
  const error = await tryOut(proposal, rowsPerBatch)
  if (!error) return []
  const detail = [error.kind, error.code, error.constraint].filter(Boolean).join(' ')
  return [{ kind: 'rehearsal', table: error.table, column: error.column, detail }]
}

/** The same, with what the database objected to; null when it objects to nothing. */
export async function tryOut(proposal: Proposal, rowsPerBatch: number): Promise<SystemError | null> {
  const { system, model, decided, sets, traces } = proposal
  try {
    await withFreePseudonyms(newKey(), (key) =>
      system.adapter.transaction(
        async (executor) => {
          for (const batch of batchesOf(model, { sets, cuts: storedCuts(decided.cuts) }, rowsPerBatch))
            await carryOut(executor, { model, key, traces }, batch)
          throw new RolledBack()
        },
        { lockTimeoutMs: 5_000 },
      ),
    )
    return null
  } catch (error) {
    if (error instanceof RolledBack) return null
    if (!(error instanceof SystemError) || error.retryable || error.kind === 'unreachable' || error.kind === 'refused')
      throw error
    return error
  }
}
