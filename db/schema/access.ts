import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant } from '../columns'
import { request } from './requests'

/**
 * A copy of somebody's data on its way to them (art. 15, 20). `state`: preparing, prepared, released, failed, ended. What
 * stands in it lies sealed in `accessPart`; `contents` describes the tables (labels, counts), never a value.
 */
export const accessPackage = pgTable(
  'access_package',
  {
    id: uuid().primaryKey().defaultRandom(),
    requestId: uuid()
      .notNull()
      .references(() => request.id),
    kind: text().notNull(),
    state: text().notNull().default('preparing'),
    at: instant().notNull(),
    byStaffId: uuid(),
    /** Kinds of identifiers that were proven, by which the person is found. */
    proves: text().array().notNull(),
    preparedAt: instant(),
    contents: jsonb().$type<unknown>(),
    /** Why preparing stopped: a class of failure and the system, never a database's own words. */
    failure: jsonb().$type<{ kind: string; system: string | null }>(),
    /** Persons among whom staff have to choose, masked, and whom they chose. */
    candidatesSealed: bytes(),
    subjectsSealed: bytes(),
    /** What staff left out before the release, by table. */
    leftOut: jsonb().$type<unknown>(),
    releasedAt: instant(),
    releasedByStaffId: uuid(),
    expiresAt: instant(),
    endedAt: instant(),
    /** expired, withdrawn or replaced. */
    endCause: text(),
  },
  (table) => [
    index('access_package_request').on(table.requestId, table.at),
    index('access_package_expires').on(table.expiresAt),
  ],
)

/** Some hundred rows of one table of a package, sealed under the request's data key. Emptied when the package ends. */
export const accessPart = pgTable(
  'access_part',
  {
    packageId: uuid()
      .notNull()
      .references(() => accessPackage.id),
    ordinal: integer().notNull(),
    /** Position of the table in the package's `contents`. */
    place: integer().notNull(),
    rows: integer().notNull(),
    /** Rows that others share too: shown to staff before the release. */
    shared: boolean().notNull(),
    sealed: bytes().notNull(),
  },
  (table) => [primaryKey({ columns: [table.packageId, table.ordinal] })],
)

/** Each download of a released package, by the data subject (`by` null) or a staff member who looked. */
export const accessDownload = pgTable(
  'access_download',
  {
    id: uuid().primaryKey().defaultRandom(),
    packageId: uuid()
      .notNull()
      .references(() => accessPackage.id),
    at: instant().notNull(),
    byStaffId: uuid(),
  },
  (table) => [index('access_download_package').on(table.packageId)],
)
