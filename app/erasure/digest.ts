import { createHmac } from 'node:crypto'
import type { Row } from '~/systems/adapters/adapter'
import type { RowKey } from '~/systems/located'
import type { Action, Reason } from './plan'

/**
 * HMAC-SHA-256 of a row's columns under the plan's own key, lower-case hex. Canonical: columns sorted by name, JSON, so that
 * neither order nor a separator inside a value can make two rows look alike.
 */
export function rowDigest(key: Uint8Array, columns: readonly string[], row: Row): string {
  const pairs = [...columns].sort().map((column) => [column, row[column] ?? null])
  return createHmac('sha256', key).update(JSON.stringify(pairs)).digest('hex')
}

/** What of a planned row the plan's hash is bound to. */
export interface HashedRow {
  readonly table: string
  readonly key: RowKey
  readonly action: Action
  readonly reason: Reason
  readonly until: string | null
  readonly digest: string
}

export interface HashedSystem {
  readonly system: string
  readonly mapVersion: number
  readonly rows: readonly HashedRow[]
  /** References outside the set that are emptied. */
  readonly cuts: readonly {
    readonly table: string
    readonly columns: readonly string[]
    readonly keys: readonly (RowKey | null)[]
  }[]
}

/**
 * The hash on which a plan is approved: HMAC-SHA-256 under a random key of that plan, 64 lower-case hex digits. It does not
 * depend on the order in which systems and rows were found.
 */
export function planHash(key: Uint8Array, systems: readonly HashedSystem[]): string {
  const lines = systems.flatMap(({ system, mapVersion, rows, cuts }) => [
    JSON.stringify(['system', system, mapVersion]),
    ...rows.map((row) =>
      JSON.stringify(['row', system, row.table, row.key, row.action, row.reason, row.until, row.digest]),
    ),
    ...cuts.flatMap((cut) => cut.keys.map((each) => JSON.stringify(['cut', system, cut.table, cut.columns, each]))),
  ])
  const hmac = createHmac('sha256', key)
  for (const line of lines.sort()) hmac.update(line).update('\n')
  return hmac.digest('hex')
}
