import { createHmac } from 'node:crypto'
import { SystemError } from '~/systems/adapters/adapter'

/** So many keys are tried before a value that is there already counts as the database's refusal. */
const KEYS = 4

/** PostgreSQL's unique_violation; MySQL's and MariaDB's ER_DUP_ENTRY. */
const DUPLICATE = ['23505', '1062']

const isDuplicate = (error: unknown): boolean => error instanceof SystemError && DUPLICATE.includes(error.code)

/**
 * Does something that writes pseudonyms. A short UNIQUE column has room for few of them: one that meets a value which is
 * there already rolls the transaction back, and it is done again under another key, derived from the run's (and gone with
 * it). `from`: the key that was last good, so that what follows in the same run goes on with it. Values that would have been
 * equal to those written under an earlier key no longer are.
 */
export async function withFreePseudonyms<T>(
  key: Uint8Array,
  work: (key: Uint8Array) => Promise<T>,
  from: { number: number } = { number: 0 },
): Promise<T> {
  for (let left = KEYS - 1; ; left--) {
    try {
      return await work(from.number === 0 ? key : derivedKey(key, from.number))
    } catch (error) {
      if (left === 0 || !isDuplicate(error)) throw error
      from.number += 1
    }
  }
}

const derivedKey = (key: Uint8Array, number: number): Uint8Array =>
  createHmac('sha256', key)
    .update(`pseudonyms ${String(number)}`)
    .digest()
