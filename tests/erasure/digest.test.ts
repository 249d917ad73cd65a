import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planHash, rowDigest, type HashedRow } from '~/erasure/digest'

const key = new Uint8Array(32).fill(7)
const row = (more: Partial<HashedRow> = {}): HashedRow => ({
  table: 't',
  key: ['1'],
  action: 'delete',
  reason: 'rule',
  until: null,
  digest: 'd',
  ...more,
})
const hashOf = (rows: readonly HashedRow[], mapVersion = 1, hashKey = key) =>
  planHash(hashKey, [{ system: 's', mapVersion, rows, cuts: [] }])

describe('the hash of a plan', () => {
  it('does not depend on the order of rows', () => {
    const rows = fc.array(
      fc.record({ table: fc.string(), key: fc.array(fc.string(), { minLength: 1 }), digest: fc.string() }),
    )
    fc.assert(
      fc.property(rows, (some) => {
        const whole = some.map((each) => row(each))
        expect(hashOf(whole)).toBe(hashOf([...whole].reverse()))
      }),
    )
  })

  it('changes with everything that it is bound to', () => {
    const others: string[] = [
      hashOf([row({ key: ['2'] })]),
      hashOf([row({ action: 'keep' })]),
      hashOf([row({ reason: 'term' })]),
      hashOf([row({ until: '2030-01-01' })]),
      hashOf([row({ digest: 'e' })]),
      hashOf([row({ table: 'u' })]),
      hashOf([]),
      hashOf([row()], 2),
      hashOf([row()], 1, new Uint8Array(32)),
    ]
    expect(new Set([hashOf([row()]), ...others]).size).toBe(others.length + 1)
  })

  it('tells NULL from text, and one value from two', () => {
    const digest = (values: Record<string, string | null>) => rowDigest(key, Object.keys(values), values)
    expect(
      new Set([
        digest({ a: null }),
        digest({ a: '' }),
        digest({ a: 'null' }),
        digest({ a: 'x', b: 'y' }),
        digest({ a: 'x,b:y' }),
      ]).size,
    ).toBe(5)
    expect(digest({ a: '1', b: '2' })).toBe(digest({ b: '2', a: '1' }))
  })
})
