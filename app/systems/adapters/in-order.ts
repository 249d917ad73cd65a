import { SystemError, type Executor } from './adapter'

/** What PostgreSQL says to every statement after the one that failed: not the reason. */
const isAftermath = (error: unknown) => error instanceof SystemError && error.code === '25P02'

/**
 * Does works of one transaction in their order. PostgreSQL is sent the next before the last has answered, which saves the
 * way there and back: it refuses whatever follows a failure. MySQL gets one after the other, since a deadlock ends its
 * transaction and what follows would be committed by itself. All are through when this returns or throws; it throws the
 * reason of the failure. Each work has to send its statements at once, or the order holds for its first only.
 */
export async function inOrder<T>(executor: Executor, works: readonly (() => Promise<T>)[]): Promise<T[]> {
  const done: T[] = []
  if (executor.engine === 'mysql') {
    for (const work of works) done.push(await work())
    return done
  }
  const failures: unknown[] = []
  for (const settled of await Promise.allSettled(works.map((work) => work()))) {
    if (settled.status === 'fulfilled') done.push(settled.value)
    else failures.push(settled.reason)
  }
  if (failures.length > 0) throw failures.find((failure) => !isAftermath(failure)) ?? failures[0]
  return done
}
