import { eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import { processingActivity } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import { detailsOf } from './change-system.server'
import { category, legalBasis } from './map-schema'
import { ownActivities } from './own-activities'
import { describeProcessing } from './processing'
import type { Processing } from './processing'
import { listAppliedMaps } from './registry.server'

const text = z.string().trim().max(2_000).default('')
const texts = z.object({ nl: text, en: text })

/** What a person writes of an activity in the register; what is empty, the data maps say alone. */
export const activityEntrySchema = z.object({
  name: texts,
  purpose: texts,
  terms: texts,
  /** Whose data it is. */
  people: texts,
  legalBases: z.array(legalBasis).default([]),
  categories: z.array(category).default([]),
  /** Who gets the data, each with its country where that matters. */
  recipients: z
    .array(
      z.object({
        name: z.string().max(200),
        country: z
          .string()
          .regex(/^[A-Z]{2}$/)
          .nullable(),
      }),
    )
    .max(100)
    .default([]),
  /** On the page /privacy, too. */
  isPublic: z.boolean().default(true),
})
export type ActivityEntry = z.infer<typeof activityEntrySchema>

export const activityKeySchema = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/)

/** One activity of the register, in one language. `source`: a data map names it, this program does it, or a person entered it. */
export type RegisterActivity = Processing & {
  source: 'map' | 'own' | 'entered'
  /** Null: nobody gave it a name yet. */
  name: string | null
  people: string | null
  /** How long, as a person worded it, beside the terms of the maps. */
  termsText: string | null
  countries: string[]
  /** Where its data is: systems, with the tables that the map assigns to it. */
  systems: { key: string; tables: string[] }[]
  isPublic: boolean
}

/**
 * The register of processing activities (GDPR art. 30), the one source of the desk's page, its files and /privacy: what
 * the data maps in force name, what this program does itself, and what people wrote.
 */
export async function readRegister(db: Executor, language: 'nl' | 'en'): Promise<RegisterActivity[]> {
  const maps = await listAppliedMaps(db)
  const written = new Map((await entries(db)).map(({ key, entry }) => [key, entry]))
  const described = describeProcessing(
    maps.map(({ map }) => map),
    language,
  )
  const places = (activity: string) =>
    maps
      .map(({ system, map }) => ({
        key: system.key,
        country: detailsOf(system).country,
        tables: Object.values(map.tables)
          .filter((table) => table.personal && (table.activity ?? table.id) === activity)
          .map((table) => table.id),
      }))
      .filter(({ tables }) => tables.length > 0)
  const known = new Set(described.map(({ activity }) => activity))
  const own = ownActivities.filter(({ key }) => !known.has(key))
  const rest = [...written.keys()].filter((key) => !known.has(key) && !own.some((each) => each.key === key))
  const bare = (activity: string): Processing => ({
    activity,
    purposes: [],
    legalBases: [],
    records: [],
    categories: [],
    terms: [],
    recipients: [],
  })
  return [
    ...described.map((told) => joined(told, 'map', written.get(told.activity), places(told.activity), language)),
    ...rest.map((key) => joined(bare(key), 'entered', written.get(key), [], language)),
    ...own.map((each) => joined(bare(each.key), 'own', written.get(each.key) ?? asEntry(each), [], language)),
  ]
}

const asEntry = (own: (typeof ownActivities)[number]): ActivityEntry =>
  activityEntrySchema.parse({ ...own, people: {}, isPublic: own.key === 'privacy-requests' })

function joined(
  told: Processing,
  source: RegisterActivity['source'],
  entry: ActivityEntry | undefined,
  places: { key: string; country: string; tables: string[] }[],
  language: 'nl' | 'en',
): RegisterActivity {
  const inWords = (of: { nl: string; en: string } | undefined) => of?.[language] || of?.nl || of?.en || null
  const purpose = inWords(entry?.purpose)
  const recipients = [
    ...told.recipients,
    ...(entry?.recipients ?? [])
      .filter(({ name }) => !told.recipients.some((known) => known.name === name))
      .map((recipient) => ({ ...recipient, about: null })),
  ]
  const countries = [...places.map(({ country }) => country), ...recipients.map(({ country }) => country ?? '')]
  return {
    ...told,
    source,
    name: inWords(entry?.name),
    purposes: purpose ? [purpose, ...told.purposes.filter((each) => each !== purpose)] : told.purposes,
    legalBases: [...new Set([...told.legalBases, ...(entry?.legalBases ?? [])])],
    categories: [...new Set([...told.categories, ...(entry?.categories ?? [])])],
    people: inWords(entry?.people),
    termsText: inWords(entry?.terms),
    recipients,
    countries: [...new Set(countries.filter(Boolean))].sort(),
    systems: places.map(({ key, tables }) => ({ key, tables })),
    isPublic: entry?.isPublic ?? true,
  }
}

async function entries(db: Executor): Promise<{ key: string; entry: ActivityEntry }[]> {
  const rows = await db.select().from(processingActivity).where(isNull(processingActivity.removedAt))
  return rows.flatMap(({ key, entry }) => {
    const parsed = activityEntrySchema.safeParse(entry)
    return parsed.success ? [{ key, entry: parsed.data }] : []
  })
}

/** What was written of an activity; of one of our own its standard text. Undefined where nobody wrote anything. */
export async function writtenOf(db: Executor, key: string): Promise<ActivityEntry | undefined> {
  const own = ownActivities.find((each) => each.key === key)
  return (await entries(db)).find((each) => each.key === key)?.entry ?? (own && asEntry(own))
}

/** Writes what a person says of an activity: a new one, or one that a data map names. */
export async function describeActivity(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { key: string; entry: ActivityEntry; by: StaffMember },
): Promise<void> {
  const { key, entry, by } = order
  const row = { key, entry, updatedAt: runtime.clock.now(), updatedByStaffId: by.id, removedAt: null }
  await tx.insert(processingActivity).values(row).onConflictDoUpdate({ target: processingActivity.key, set: row })
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: by.id },
    verb: 'register.described',
    data: { activity: key },
  })
}

/** Takes back what was written; an activity of a data map stays, as the map says it. Answers false when nothing was written. */
export async function removeActivity(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { key, by }: { key: string; by: StaffMember },
): Promise<boolean> {
  const removed = await tx
    .update(processingActivity)
    .set({ removedAt: runtime.clock.now(), updatedByStaffId: by.id })
    .where(eq(processingActivity.key, key))
    .returning({ id: processingActivity.id })
  if (removed.length === 0) return false
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: by.id },
    verb: 'register.removed',
    data: { activity: key },
  })
  return true
}
