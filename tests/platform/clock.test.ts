import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { clockFrom, fixedClock, systemClock } from '~/platform/clock.server'

/** Distance of a clock from the machine's, rounded to hours, so that the test does not depend on how fast it runs. */
const hoursAhead = (now: Temporal.Instant) =>
  Temporal.Now.instant().until(now).round({ largestUnit: 'hour', smallestUnit: 'hour' }).hours

test('without a setting the clock is the machine’s', () => {
  expect(clockFrom(undefined)).toBe(systemClock)
  expect(clockFrom('')).toBe(systemClock)
  expect(hoursAhead(systemClock.now())).toBe(0)
})

test('a clock that was set stands still', () => {
  const clock = clockFrom('2026-03-29T01:30:00+01:00')
  expect(clock.now().toString()).toBe('2026-03-29T00:30:00Z')
  expect(clock.now()).toEqual(clock.now())
})

test('a clock that was shifted runs ahead or behind', () => {
  expect(hoursAhead(clockFrom('+P30D').now())).toBe(30 * 24)
  expect(hoursAhead(clockFrom('-PT2H').now())).toBe(-2)
})

test('a test moves its clock by hand', () => {
  const clock = fixedClock('2026-01-31T10:00:00Z')
  clock.advance({ days: 1, hours: 2 })
  expect(clock.now().toString()).toBe('2026-02-01T12:00:00Z')
  clock.set('2026-05-01T00:00:00Z')
  expect(clock.now()).toEqual(Temporal.Instant.from('2026-05-01T00:00:00Z'))
})

test('a text that is no time is refused, not guessed', () => {
  expect(() => clockFrom('yesterday')).toThrow(RangeError)
})
