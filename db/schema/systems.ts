import { integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant } from '../columns'

/** A connected system or another place where customer data is. Its URLs (with credentials) are sealed. */
export const system = pgTable('system', {
  id: uuid().primaryKey().defaultRandom(),
  key: text().notNull().unique(),
  engine: text().notNull(),
  urlSealed: bytes(),
  scanUrlSealed: bytes(),
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
    appliedAt: instant().notNull(),
    appliedByStaffId: uuid(),
  },
  (table) => [uniqueIndex('data_map_version').on(table.systemId, table.version)],
)
