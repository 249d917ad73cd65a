import { setTimeout as pause } from 'node:timers/promises'
import { SystemError } from '~/systems/adapters/adapter'

const TRIES = 4

/** Does a transaction again, with back-off, when others were in its way: deadlocks, serialization failures, locks. */
export async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work()
    } catch (error) {
      const again =
        error instanceof SystemError && error.retryable && error.kind !== 'unreachable' && error.kind !== 'timeout'
      if (!again || tried === TRIES) throw error
      await pause(50 * 2 ** tried)
    }
  }
}
