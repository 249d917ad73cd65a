import { Temporal } from 'temporal-polyfill'

/** The one source of "now". Rooms take instants as arguments; only edges ask the clock. */
export type Clock = { now(): Temporal.Instant }

export const systemClock: Clock = { now: () => Temporal.Now.instant() }

/** A clock that a test holds in its hand. */
export function fixedClock(
  at: string,
): Clock & { set(at: string): void; advance(duration: Temporal.DurationLike): void } {
  let current = Temporal.Instant.from(at)
  return {
    now: () => current,
    set: (next) => void (current = Temporal.Instant.from(next)),
    advance: (duration) => {
      const zoned = current.toZonedDateTimeISO('UTC').add(duration)
      current = zoned.toInstant()
    },
  }
}

/**
 * The clock that PRIVACYBALIE_CLOCK asks for: absent: the system's; an RFC 3339 instant: fixed; `+P30D`, `-PT2H`: the
 * system's, shifted.
 */
export function clockFrom(setting: string | undefined): Clock {
  if (!setting) return systemClock
  if (!/^[+-]P/.test(setting)) return fixedClock(setting)
  const shift = Temporal.Duration.from(setting)
  return { now: () => systemClock.now().toZonedDateTimeISO('UTC').add(shift).toInstant() }
}
