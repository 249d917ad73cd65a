import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { dayOf, keptByTerm, lastDayOfTerm } from '~/erasure/terms'
import type { KeepFor } from '~/systems/data-map'

const rules = { fiscalYearEnd: '12-31', zone: 'Europe/Amsterdam' }
const day = (text: string) => Temporal.PlainDate.from(text)
const term = (more: Partial<KeepFor> = {}): KeepFor => ({
  term: 'P7Y',
  from: { columns: ['issued_on'], latest: false },
  until: null,
  basis: null,
  then: null,
  needs: [],
  ...more,
})

describe('terms', () => {
  it.each([
    ['2019-03-05', null, '12-31', '2026-03-05'],
    ['2019-03-05', 'year_end', '12-31', '2026-12-31'],
    ['2019-12-31', 'year_end', '12-31', '2026-12-31'],
    ['2019-03-05', 'fiscal_year_end', '06-30', '2026-06-30'],
    ['2019-07-01', 'fiscal_year_end', '06-30', '2027-06-30'],
    ['2020-02-29', null, '12-31', '2027-02-28'],
    ['2019-03-05', 'fiscal_year_end', '02-29', '2027-02-28'],
  ] as const)('a row of %s (until %s, year ends %s) is kept through %s', (from, until, fiscalYearEnd, last) => {
    expect(lastDayOfTerm(term({ until }), day(from), { ...rules, fiscalYearEnd }).toString()).toBe(last)
  })

  it('keeps a row on its last day and lets it go on the next', () => {
    const on = (today: string) => keptByTerm([term()], () => day('2019-03-05'), day(today), rules).kept
    expect([on('2026-03-05'), on('2026-03-06')]).toEqual([true, false])
  })

  it('keeps a row whose start nobody knows, without a date', () => {
    expect(keptByTerm([term()], () => null, day('2099-01-01'), rules)).toMatchObject({ kept: true, until: null })
  })

  it('takes the longest of several terms', () => {
    const answer = keptByTerm(
      [term({ term: 'P2Y' }), term({ term: 'P7Y' }), term({ term: 'P5Y' })],
      () => day('2020-01-01'),
      day('2021-01-01'),
      rules,
    )
    expect(answer.kept && answer.until?.toString()).toBe('2027-01-01')
  })

  it('reads an instant as a day of the organisation', () => {
    expect(dayOf('2026-01-31 23:30:00+00', 'Europe/Amsterdam')?.toString()).toBe('2026-02-01')
    expect(dayOf('2026-01-31 23:30:00', 'Europe/Amsterdam')?.toString()).toBe('2026-01-31')
    expect([
      dayOf('', 'UTC'),
      dayOf('0000-00-00', 'UTC'),
      dayOf('soon', 'UTC'),
      dayOf('2026-02-31', 'UTC')?.toString(),
    ]).toEqual([null, null, null, undefined])
  })

  it('never ends a term that is rounded up before the term itself', () => {
    const days = fc.integer({ min: 0, max: 20_000 }).map((n) => day('1990-01-01').add({ days: n }))
    const ends = fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
      .map((md) => md.map((n) => String(n).padStart(2, '0')).join('-'))
    fc.assert(
      fc.property(days, ends, (from, fiscalYearEnd) => {
        const last = lastDayOfTerm(term({ until: 'fiscal_year_end' }), from, { ...rules, fiscalYearEnd })
        expect(Temporal.PlainDate.compare(last, from.add('P7Y'))).toBeGreaterThanOrEqual(0)
        expect(Temporal.PlainDate.compare(last, from.add('P8Y'))).toBeLessThanOrEqual(0)
      }),
    )
  })
})
