import { bigint, index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant } from '../columns'

/**
 * What was done, by whom and when: insert-only (by grants and by trigger). Never text that people typed, never personal
 * data of subjects: references, staff ids, states, dates, counts.
 */
export const evidenceEntry = pgTable(
  'evidence_entry',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant().notNull(),
    actorKind: text().notNull(),
    actorId: uuid(),
    verb: text().notNull(),
    requestId: uuid(),
    reference: text(),
    system: text(),
    data: jsonb().$type<Record<string, unknown>>().notNull(),
    /** 16 random bytes and the HMAC-SHA-256 over them and the entry; null in entries from before it existed. */
    mac: bytes(),
  },
  (table) => [
    index('evidence_entry_request').on(table.requestId, table.id),
    uniqueIndex('evidence_entry_mac').on(table.mac),
  ],
)

/** The chain over the entries, written by one sealer at a time; insert-only as well. */
export const evidenceLink = pgTable('evidence_link', {
  position: bigint({ mode: 'bigint' }).primaryKey(),
  entryId: bigint({ mode: 'bigint' })
    .notNull()
    .unique()
    .references(() => evidenceEntry.id),
  previousHash: bytes().notNull(),
  hash: bytes().notNull(),
})

/** A signed statement that the chain stood at `head` at `position`; numbered, each naming the hash of the one before. */
export const evidenceSeal = pgTable(
  'evidence_seal',
  {
    number: bigint({ mode: 'bigint' }).primaryKey(),
    at: instant().notNull(),
    position: bigint({ mode: 'bigint' }).notNull(),
    head: bytes().notNull(),
    previousSeal: bytes().notNull(),
    signature: bytes().notNull(),
    hash: bytes().notNull(),
  },
  (table) => [index('evidence_seal_position').on(table.position, table.number)],
)
