import { together } from '~/platform/together'
import type { Executor } from './adapter'

/**
 * Does works of one transaction in their order. PostgreSQL is sent the next before the last has answered, which saves the
 * way there and back: it refuses whatever follows a failure. MySQL gets one after the other, since a deadlock ends its
 * transaction and what follows would be committed by itself. All are through when this returns or throws; it throws the
 * reason of the failure. Each work has to send its statements at once, or the order holds for its first only.
 */
export async function inOrder<T>(executor: Executor, works: readonly (() => Promise<T>)[]): Promise<T[]> {
  if (executor.engine !== 'mysql') return together(works.map((work) => work()))
  const done: T[] = []
  for (const work of works) done.push(await work())
  return done
}
