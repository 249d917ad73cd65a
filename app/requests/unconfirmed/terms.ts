import type { Temporal } from 'temporal-polyfill'

/** Days from receipt: a reminder, the end, and the last day on which a confirmation still counts. */
export const unconfirmedDays = { remind: 3, expire: 14, revive: 30 } as const

/** The instant that lies so many days of 24 hours after a receipt. */
export function daysAfter(receivedAt: Temporal.Instant, days: number): Temporal.Instant {
  return receivedAt.add({ hours: 24 * days })
}

/** The instant so many days before now: what was received until then is that old. */
export function daysBefore(now: Temporal.Instant, days: number): Temporal.Instant {
  return now.subtract({ hours: 24 * days })
}
