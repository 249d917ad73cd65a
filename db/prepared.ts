import type postgres from 'postgres'
import { begin } from './begin'

/** Statements with more parameters are lists, whose text changes with their length: keeping each would only fill memory. */
const parametersAtMost = 64

/**
 * The same connections, over which drizzle's statements are prepared: one round trip instead of two, and no parsing and
 * planning anew, from the second time that a connection sends the same text.
 */
export function preparing<Sql extends postgres.Sql | postgres.TransactionSql>(sql: Sql): Sql {
  return new Proxy(sql, {
    get(target, key): unknown {
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      if (key === 'unsafe') return unsafe(target)
      // Inside a transaction drizzle speaks through what these hand to their work.
      if (key === 'begin' && 'begin' in target)
        return (work: (tx: postgres.TransactionSql) => unknown) => begin(target, '', (tx) => work(preparing(tx)))
      if (key === 'savepoint')
        return (...given: unknown[]): unknown => Reflect.apply(value, target, given.map(withPreparing))
      return value
    },
  })
}

function unsafe(sql: postgres.Sql | postgres.TransactionSql): postgres.Sql['unsafe'] {
  return (text, parameters, options) =>
    sql.unsafe(text, parameters, { ...options, prepare: (parameters?.length ?? 0) <= parametersAtMost })
}

type Work = (sql: postgres.TransactionSql) => unknown

function withPreparing(given: unknown): unknown {
  if (typeof given !== 'function') return given
  const work = given as Work
  return (sql: postgres.TransactionSql) => work(preparing(sql))
}
