import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equalBytes, hmacSha256, keysFrom, newKey, open, seal } from '~/platform/keys.server'
import type { KeyLabel } from '~/platform/keys.server'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const key = () => fc.uint8Array({ minLength: 32, maxLength: 32 })
const place = () => fc.string({ unit: 'grapheme', maxLength: 60 })
const labels: KeyLabel[] = [
  'wrapping',
  'index',
  'codes',
  'cookies',
  'signing',
  'suppression',
  'credentials',
  'mail',
  'deferred',
  'check',
]

describe('a sealed value', () => {
  test('opens to what went in, texts and bytes alike', () => {
    fc.assert(
      fc.property(key(), fc.string({ unit: 'grapheme' }), fc.uint8Array(), place(), (k, words, bytes, at) => {
        expect(text(open(k, seal(k, words, at), at))).toBe(words)
        expect(open(k, seal(k, bytes, at), at)).toEqual(bytes)
      }),
    )
  })

  test('opens only at the place it was sealed for, and only under its own key', () => {
    fc.assert(
      fc.property(key(), key(), fc.string(), place(), place(), (k, otherKey, words, at, elsewhere) => {
        fc.pre(at !== elsewhere && !equalBytes(k, otherKey))
        const sealed = seal(k, words, at)
        expect(() => open(k, sealed, elsewhere)).toThrow()
        expect(() => open(otherKey, sealed, at)).toThrow()
      }),
    )
  })

  test('does not open when any one bit of it was turned', () => {
    fc.assert(
      fc.property(key(), fc.string(), fc.nat(), fc.nat(7), (k, words, where, bit) => {
        const sealed = seal(k, words, 'request.name:1')
        const at = where % sealed.length
        sealed[at] = (sealed[at] ?? 0) ^ (1 << bit)
        expect(() => open(k, sealed, 'request.name:1')).toThrow()
      }),
      { numRuns: 500 },
    )
  })

  test('does not open when it was cut short, not even an empty one whose tag was shortened', () => {
    const k = newKey()
    for (const words of ['', 'Jansen']) {
      const sealed = seal(k, words, 'request.name:1')
      for (let length = 0; length < sealed.length; length++)
        expect(() => open(k, sealed.slice(0, length), 'request.name:1'), `${length} bytes`).toThrow()
    }
  })

  test('is another one each time, so that equal values do not show', () => {
    const k = newKey()
    const made = new Set(Array.from({ length: 1000 }, () => hex(seal(k, 'Jansen', 'request.name:1'))))
    expect(made.size).toBe(1000)
  })
})

describe('the keys of an installation', () => {
  test('are the same for the same master key, and others for another', () => {
    const master = newKey()
    expect(keysFrom(master).hmac('index', 'jan@example.nl')).toEqual(keysFrom(master).hmac('index', 'jan@example.nl'))
    expect(keysFrom(master).hmac('index', 'jan@example.nl')).not.toEqual(
      keysFrom(newKey()).hmac('index', 'jan@example.nl'),
    )
  })

  test('are different for every use, and none of them is the master key', () => {
    const master = newKey()
    const keys = keysFrom(master)
    const all = [hex(master), ...labels.map((label) => hex(keys.derive(label)))]
    expect(new Set(all).size).toBe(labels.length + 1)
  })

  test('do not show the master key to whoever prints them', () => {
    const master = newKey()
    const printed = `${inspect(keysFrom(master), { depth: 9, showHidden: true })} ${JSON.stringify(keysFrom(master))}`
    expect(printed).not.toContain(Buffer.from(master).toString('base64'))
    expect(printed).not.toContain(hex(master))
  })

  test('need a master key of 32 bytes', () => {
    for (const length of [0, 16, 31, 33, 64]) expect(() => keysFrom(new Uint8Array(length))).toThrow('32 bytes')
  })

  test('seal under one use what another use does not open', () => {
    const keys = keysFrom(newKey())
    const sealed = keys.seal('credentials', 'postgres://…', 'system.url:1')
    expect(text(keys.open('credentials', sealed, 'system.url:1'))).toBe('postgres://…')
    expect(() => keys.open('mail', sealed, 'system.url:1')).toThrow()
  })
})

test('the HMAC is HMAC-SHA-256 (RFC 4231, test case 2)', () => {
  expect(hex(hmacSha256(Buffer.from('Jefe'), 'what do ya want for nothing?'))).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})

test('bytes are equal exactly when they are the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0)
      expect(equalBytes(a, Uint8Array.from(a))).toBe(true)
    }),
  )
})
