import { bigint, bigserial, index, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant, plainDate } from '../columns'
import { staff } from './staff'

/**
 * How many open requests stand in each small bucket: by state, by due date, by assignee (the nil uuid stands for
 * nobody). Together with the changes that were not added yet they are the counts of the views.
 */
export const queueBucket = pgTable(
  'queue_bucket',
  { facet: text().notNull(), value: text().notNull(), count: bigint({ mode: 'number' }).notNull() },
  (table) => [primaryKey({ columns: [table.facet, table.value] })],
)

/**
 * An open request that came to a place in the queue (`by` 1) or left it (-1). Only ever inserted by moves, so that two of
 * them never wait for each other's counter; a job adds the rows to the buckets and removes them.
 */
export const queueChange = pgTable('queue_change', {
  id: bigserial({ mode: 'bigint' }).primaryKey(),
  state: text().notNull(),
  dueOn: plainDate().notNull(),
  assigneeId: uuid().notNull(),
  by: integer().notNull(),
})

/** A way to look at the queue that a staff member keeps: the filters as they stand in the address. */
export const savedView = pgTable(
  'saved_view',
  {
    id: uuid().primaryKey().defaultRandom(),
    staffId: uuid()
      .notNull()
      .references(() => staff.id),
    name: text().notNull(),
    parameters: text().notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [unique('saved_view_name').on(table.staffId, table.name)],
)

/** A secret address under which a calendar program reads due dates; its token is stored hashed. `scope`: mine or all. */
export const calendarFeed = pgTable(
  'calendar_feed',
  {
    id: uuid().primaryKey().defaultRandom(),
    staffId: uuid()
      .notNull()
      .references(() => staff.id),
    scope: text().notNull(),
    tokenHash: bytes().notNull().unique(),
    createdAt: instant().notNull(),
    revokedAt: instant(),
  },
  (table) => [index('calendar_feed_staff').on(table.staffId)],
)
