import { bigint, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant, plainDate } from '../columns'

/** One look at one system for rows whose term is near or over, on a day in the organisation's zone. */
export const retentionScan = pgTable(
  'retention_scan',
  {
    id: uuid().primaryKey().defaultRandom(),
    /** Counts up: which scan is the latest. */
    ordinal: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    systemKey: text().notNull(),
    at: instant().notNull(),
    day: plainDate().notNull(),
  },
  (table) => [index('retention_scan_system').on(table.systemKey, table.ordinal)],
)

/** How many rows of a system have a term that ends in a month (its first day), as its latest scan saw it. */
export const retentionForecast = pgTable(
  'retention_forecast',
  {
    systemKey: text().notNull(),
    month: plainDate().notNull(),
    rows: integer().notNull(),
    scanId: uuid()
      .notNull()
      .references(() => retentionScan.id),
  },
  (table) => [primaryKey({ columns: [table.systemKey, table.month] })],
)

/** Rows of one table, one step of its terms and one owner. The owner's address is sealed, and found by its hash. */
export const retentionFinding = pgTable(
  'retention_finding',
  {
    id: uuid().primaryKey().defaultRandom(),
    scanId: uuid()
      .notNull()
      .references(() => retentionScan.id),
    systemKey: text().notNull(),
    table: text().notNull(),
    /** Position in the table's list of steps. */
    step: integer().notNull(),
    /** delete or pseudonymise. */
    then: text().notNull(),
    ownerIndex: bytes(),
    ownerSealed: bytes(),
    expired: integer().notNull(),
    expiring: integer().notNull(),
    /** The first day on which a term of the group ends or ended; null when an event ends it. */
    firstOn: plainDate(),
  },
  (table) => [index('retention_finding_scan').on(table.scanId), index('retention_finding_owner').on(table.ownerIndex)],
)

/** Keys of expired rows of a finding, sealed: what the page offers at once. Removed when a newer scan replaces them. */
export const retentionPart = pgTable(
  'retention_part',
  {
    findingId: uuid()
      .notNull()
      .references(() => retentionFinding.id),
    ordinal: integer().notNull(),
    rows: integer().notNull(),
    sealed: bytes().notNull(),
  },
  (table) => [primaryKey({ columns: [table.findingId, table.ordinal] })],
)

/** Somebody says that rows must stay for a while, why, and until when. They are not offered before. */
export const retentionHold = pgTable(
  'retention_hold',
  {
    id: uuid().primaryKey().defaultRandom(),
    systemKey: text().notNull(),
    table: text().notNull(),
    at: instant().notNull(),
    byStaffId: uuid().notNull(),
    /** The last day of the hold. */
    untilOn: plainDate().notNull(),
    reasonSealed: bytes().notNull(),
    keysSealed: bytes().notNull(),
    rows: integer().notNull(),
    liftedAt: instant(),
  },
  (table) => [index('retention_hold_table').on(table.systemKey, table.table)],
)

/** A digest that went out to an owner. */
export const retentionDigest = pgTable(
  'retention_digest',
  {
    id: uuid().primaryKey().defaultRandom(),
    ownerIndex: bytes().notNull(),
    at: instant().notNull(),
    day: plainDate().notNull(),
    rows: integer().notNull(),
  },
  (table) => [index('retention_digest_owner').on(table.ownerIndex, table.day)],
)

/** Rows of a finding that a staff member had erased through the one path to erase. */
export const retentionOrder = pgTable(
  'retention_order',
  {
    id: uuid().primaryKey().defaultRandom(),
    findingId: uuid().notNull(),
    systemKey: text().notNull(),
    table: text().notNull(),
    action: text().notNull(),
    rows: integer().notNull(),
    planId: uuid(),
    at: instant().notNull(),
    byStaffId: uuid().notNull(),
  },
  (table) => [index('retention_order_table').on(table.systemKey, table.table, table.at)],
)
