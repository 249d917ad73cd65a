import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant } from '../columns'

/** A connected system or another place where customer data is. Its URLs (with credentials) are sealed. */
export const system = pgTable('system', {
  id: uuid().primaryKey().defaultRandom(),
  key: text().notNull().unique(),
  engine: text().notNull(),
  urlSealed: bytes(),
  scanUrlSealed: bytes(),
  /** What calls to and answers of a webhook are signed with. */
  secretSealed: bytes(),
  /** Provider, role, processing agreement, country: what the register of art. 30 needs. */
  details: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  createdAt: instant().notNull(),
  disabledAt: instant(),
})

/** One applied version of a system's data map; older versions stay, since certificates name them. */
export const dataMap = pgTable(
  'data_map',
  {
    id: uuid().primaryKey().defaultRandom(),
    systemId: uuid()
      .notNull()
      .references(() => system.id),
    version: integer().notNull(),
    yaml: text().notNull(),
    /** Fingerprint of the catalogue it was checked against. */
    catalogueFingerprint: text().notNull(),
    /** Its tables, each with its columns and their types, so that a later change can be named. */
    catalogueShape: jsonb().$type<Record<string, Record<string, string>>>().notNull(),
    appliedAt: instant().notNull(),
    appliedByStaffId: uuid(),
  },
  (table) => [uniqueIndex('data_map_version').on(table.systemId, table.version)],
)

/** What was found each time a system was looked at: whether it answered, and what changed in it since its map was applied. */
export const systemHealth = pgTable(
  'system_health',
  {
    id: uuid().primaryKey().defaultRandom(),
    systemId: uuid()
      .notNull()
      .references(() => system.id),
    at: instant().notNull(),
    answers: boolean().notNull(),
    /** Class of failure and code, never the database's words. */
    failure: text(),
    /** Version of the map that the catalogue was compared with; null without one, or without an answer. */
    mapVersion: integer(),
    added: jsonb().$type<string[]>().notNull(),
    removed: jsonb().$type<string[]>().notNull(),
  },
  (table) => [index('system_health_latest').on(table.systemId, table.at)],
)

/** A processing activity of the register (GDPR art. 30) that a person entered, or what they added to one of the data maps. */
export const processingActivity = pgTable('processing_activity', {
  id: uuid().primaryKey().defaultRandom(),
  key: text().notNull().unique(),
  entry: jsonb().$type<Record<string, unknown>>().notNull(),
  updatedAt: instant().notNull(),
  updatedByStaffId: uuid(),
  removedAt: instant(),
})
