import { customType } from 'drizzle-orm/pg-core'
import { Temporal } from 'temporal-polyfill'

/** `timestamptz` as a `Temporal.Instant` (UTC, microseconds). */
export const instant = customType<{ data: Temporal.Instant; driverData: string }>({
  dataType: () => 'timestamp with time zone',
  toDriver: (value) => value.toString(),
  fromDriver: (value) => Temporal.Instant.from(value),
})

/** `date` as a `Temporal.PlainDate`; which zone it is a day of is the column's own matter. */
export const plainDate = customType<{ data: Temporal.PlainDate; driverData: string }>({
  dataType: () => 'date',
  toDriver: (value) => value.toString(),
  fromDriver: (value) => Temporal.PlainDate.from(value),
})

/** `bytea` as bytes: ciphertexts, hashes, wrapped keys. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value),
  fromDriver: (value) => new Uint8Array(value),
})
