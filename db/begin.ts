import type postgres from 'postgres'

/** What the driver or the network says of a connection that is no more; the server's own errors have names of five places. */
const lost = /^(CONNECTION_[A-Z]+|E[A-Z]{3,}|ERR_(STREAM|SOCKET|SSL|TLS)_[A-Z_]+)$/

const isLost = (error: unknown) => error instanceof Error && 'code' in error && lost.test(String(error.code))

type Work<T> = (tx: postgres.TransactionSql) => T | Promise<T>

/**
 * Begins a transaction that a broken connection ends in an error and nothing worse. The driver writes ROLLBACK or COMMIT
 * also where its socket is gone, and so does work that goes on after the break: that write throws outside of anybody's
 * reach, which ends the process, and leaves bytes behind on which the next use of the connection hangs.
 */
export function begin<T>(sql: postgres.Sql, options: string, work: Work<T>): Promise<T> {
  return tried(sql, options, work, true)
}

function tried<T>(sql: postgres.Sql, options: string, work: Work<T>, again: boolean): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const connection = { begun: false, broken: false }
    const settle = (tx: postgres.TransactionSql) => {
      connection.begun = true
      return unlessBroken(connection, () => work(guarded(tx, connection)))
    }
    sql
      .begin(options, async (tx) => ({ value: await settle(tx) }))
      .then(
        ({ value }) => resolve(value),
        (error: unknown) => {
          // The driver rejects a transaction as soon as its connection closes, whatever its work is waiting for.
          connection.broken = true
          const refused = error instanceof Error ? error : new Error('The transaction was given up', { cause: error })
          if (again && !connection.begun && isOfOldSession(refused))
            tried(sql, options, work, false).then(resolve, reject)
          else reject(refused)
        },
      )
  })
}

/** The driver tells the end of a session to whoever comes first to the next one: nothing was sent there yet. */
export const isOfOldSession = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '57P01' || error.code === '57P02')

interface Connection {
  broken: boolean
}

/** What the work gives; nothing ever where the connection broke, so that the driver writes nothing more. */
async function unlessBroken<T>(connection: { readonly broken: boolean }, work: () => T | Promise<T>): Promise<T> {
  try {
    const value = await work()
    if (!connection.broken) return value
  } catch (error) {
    if (!connection.broken) throw error
  }
  return new Promise<never>(() => undefined)
}

/** The same transaction, which refuses to write once its connection broke. */
function guarded(tx: postgres.TransactionSql, connection: Connection): postgres.TransactionSql {
  const watched = (given: unknown): unknown => {
    if (!isPending(given)) return given
    let { reject } = given
    // A cursor puts its own in the place of the statement's.
    Object.defineProperty(given, 'reject', {
      get: () => (error: unknown) => {
        if (isLost(error)) connection.broken = true
        reject(error)
      },
      set: (next: typeof reject) => {
        reject = next
      },
    })
    return given
  }
  const writing = (work: () => unknown): unknown => {
    if (connection.broken) throw Object.assign(new Error('The connection was closed'), { code: 'CONNECTION_CLOSED' })
    return watched(work())
  }
  return new Proxy(tx, {
    apply: (target, self, given) => writing(() => Reflect.apply(target, self, given)),
    get(target, key): unknown {
      const value: unknown = Reflect.get(target, key)
      if (key === 'unsafe') return (...given: Parameters<typeof tx.unsafe>) => writing(() => target.unsafe(...given))
      if (key === 'savepoint' && typeof value === 'function')
        return (...given: unknown[]) =>
          writing(() =>
            Reflect.apply(
              value,
              target,
              given.map((each) => insideSavepoint(each, connection)),
            ),
          )
      return value
    },
  })
}

function insideSavepoint(given: unknown, connection: Connection): unknown {
  if (typeof given !== 'function') return given
  const work = given as Work<unknown>
  return (tx: postgres.TransactionSql) => unlessBroken(connection, () => work(guarded(tx, connection)))
}

/** A statement on its way: the driver tells it here, and at once, that it failed. */
function isPending(given: unknown): given is { reject: (error: unknown) => void } {
  return given instanceof Promise && 'reject' in given && typeof given.reject === 'function'
}
