import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergeRows } from '~/routes/desk/parts/merge-rows'

const row = (reference: string, version = 1) => ({ reference, version })
const none = new Set<string>()

test('what changed in a row is shown where the row stands, also when it would now stand elsewhere', () => {
  const shown = { rows: [row('A'), row('B'), row('C')], next: null }
  const now = { rows: [row('B'), row('C'), row('A', 2)], next: null }
  const merged = mergeRows(shown, now, new Set(['A']))
  expect(merged).toEqual({ rows: [row('A', 2), row('B'), row('C')], marks: { A: 'changed' }, added: 0 })
})

test('a case that left the view stays and says so; one that only moved to the next page says nothing', () => {
  const shown = { rows: [row('A'), row('B'), row('C')], next: 'place' }
  const now = { rows: [row('N'), row('A'), row('D')], next: 'place' }
  expect(mergeRows(shown, now, new Set(['B', 'N']))).toEqual({
    rows: [row('A'), row('B'), row('C')],
    marks: { B: 'left' },
    added: 1,
  })
})

test('what came up from the next page is not taken for new', () => {
  const shown = { rows: [row('A'), row('B')], next: 'place' }
  expect(mergeRows(shown, { rows: [row('B'), row('C')], next: 'place' }, new Set(['A'])).added).toBe(0)
  expect(mergeRows({ ...shown, next: null }, { rows: [row('B'), row('C')], next: null }, none).added).toBe(1)
})

test('no row that is being read ever moves or goes, whatever comes', () => {
  const rows = fc.uniqueArray(fc.record({ reference: fc.stringMatching(/^[A-H]$/), version: fc.integer({ min: 1 }) }), {
    selector: ({ reference }) => reference,
  })
  const page = fc.record({ rows, next: fc.constantFrom(null, 'place') })
  const told = fc.array(fc.stringMatching(/^[A-H]$/)).map((references) => new Set(references))
  fc.assert(
    fc.property(page, page, told, (shown, now, changed) => {
      const merged = mergeRows(shown, now, changed)
      expect(merged.rows.map(({ reference }) => reference)).toEqual(shown.rows.map(({ reference }) => reference))
      const others = now.rows.filter(({ reference }) => !shown.rows.some((one) => one.reference === reference))
      expect(merged.added).toBeLessThanOrEqual(others.length)
    }),
  )
})
