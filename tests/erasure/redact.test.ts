import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rewriteByRow } from '~/erasure/by-row'
import { MARK, redactList, redactText } from '~/erasure/redact'
import { tracePattern } from '~/erasure/trace-pattern'

const pattern = tracePattern({
  identifiers: ['jan@spaak.nl', 'K-1001'],
  phones: ['+31612345678'],
  names: ['Jan', 'van den Bérg', 'Jan van den Bérg'],
})
const context = { pattern, key: new Uint8Array(32), replaced: [], array: false }

describe('redaction', () => {
  it.each([
    ['Called JAN@spaak.nl today', `Called ${MARK} today`],
    [
      'not bigjan@spaak.nl, big.jan@spaak.nl or jan@spaak.nl.example',
      'not bigjan@spaak.nl, big.jan@spaak.nl or jan@spaak.nl.example',
    ],
    ['Reach me on 06-1234 5678 or 0031612345678.', `Reach me on ${MARK} or ${MARK}.`],
    ['order 106123456789', 'order 106123456789'],
    ['?e=jan%40spaak.nl&t=%2B31612345678', `?e=${MARK}&t=${MARK}`],
    ['to%3Djan%40spaak.nl', `to%3D${MARK}`],
    ['&#x27;jan&#64;spaak.nl, "Hi,\\njan@spaak.nl"', `&#x27;${MARK}, "Hi,\\n${MARK}"`],
    ['...jan@spaak.nl. jan@spaak.nl- bel', `...${MARK}. ${MARK}- bel`],
    ['jan+x@spaak.nl x-jan@spaak.nl jan@spaak.nl-x', 'jan+x@spaak.nl x-jan@spaak.nl jan@spaak.nl-x'],
    ['ejan@spaak.nl \u00e9jan@spaak.nl jan@spaak.nl\u0301', 'ejan@spaak.nl \u00e9jan@spaak.nl jan@spaak.nl\u0301'],
    ['+31 (0)6 12.34.56.78 of (06) 1234 5678, 06 - 12 34 56 78', `${MARK} of ${MARK}, ${MARK}`],
    ['06/12345678/030-1234567', `${MARK}/030-1234567`],
    [
      '+32 612345678, 0032612345678, 77-0612345678, 0612345678-9',
      '+32 612345678, 0032612345678, 77-0612345678, 0612345678-9',
    ],
    ['tel:+31612345678, tel+31612345678', `tel:${MARK}, tel+${MARK}`],
    ['AK-1001, K-1001-2, (k-1001)', `AK-1001, K-1001-2, (${MARK})`],
    ['Mevr. Van  den-Berg phoned', `Mevr. ${MARK} phoned`],
    ['January, Janssen', 'January, Janssen'],
    ['K-1001 and K-10012', `${MARK} and K-10012`],
    ['nothing here', 'nothing here'],
  ])('%s', (text, redacted) => {
    expect(redactText(text, pattern)).toBe(redacted)
  })

  it('takes only the person out of a list of addresses', () => {
    expect(redactList('a@x.nl; jan@spaak.nl, b@x.nl', pattern)).toBe('a@x.nl, b@x.nl')
    expect(rewriteByRow({ kind: 'redact_list' }, '["a@x.nl","jan@spaak.nl"]', context)).toBe('["a@x.nl"]')
    expect(rewriteByRow({ kind: 'redact_list' }, '{a@x.nl,"jan@spaak.nl"}', { ...context, array: true })).toBe(
      '{a@x.nl}',
    )
  })

  it('takes the words of a search vector out that are the person’s, also the pieces of a number', () => {
    const vector = { ...context, vector: true, phones: ['612345678'] }
    const value = `'''t':4 '-12345678':3 '06':2 '12345679':6 'jan@spaak.nl':1,5A 'mail':7`
    expect(rewriteByRow({ kind: 'redact' }, value, vector)).toBe(`'''t':4 '06':2 '12345679':6 'mail':7`)
  })

  it('takes members and numbers of a JSON value out that name the person, and keeps two members two', () => {
    const one = tracePattern({ identifiers: ['jan@spaak.nl', '10023'], phones: [], names: [] })
    const value = '{"jan@spaak.nl":1,"JAN@spaak.nl":2,"id":10023,"sum":100234}'
    expect(rewriteByRow({ kind: 'redact' }, value, { ...context, pattern: one })).toBe(
      `{"${MARK}":1,"${MARK} 2":2,"id":null,"sum":100234}`,
    )
  })

  it('rewrites only the paths of a JSON value that are there', () => {
    const paths = [
      { path: '$.contact.email', value: null },
      { path: '$.segments', value: [] },
      { path: '$.missing.deep', value: 1 },
      { path: '$.people[*].name', strategy: { kind: 'fixed', value: 'x' } as const },
    ]
    const value =
      '{"contact":{"email":"a@b.nl","ok":true},"segments":[1,2],"people":[{"name":"A"},{"name":"B","age":3}]}'
    expect(rewriteByRow({ kind: 'json', paths }, value, context)).toBe(
      '{"contact":{"email":null,"ok":true},"segments":[],"people":[{"name":"x"},{"name":"x","age":3}]}',
    )
  })

  it('leaves nothing of an identifier behind, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const redacted = redactText(`${before} jan@spaak.nl ${after}`, pattern)
        expect(redacted).not.toContain(' jan@spaak.nl ')
      }),
    )
  })
})
