import { inArray } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { setting } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { requestKinds } from '~db/words/kinds'
import { publicKeysFrom } from './public-keys.server'
import type { Runtime } from './runtime.server'
import { isSafeAddress } from './settings.server'

const perLanguage = z.object({ nl: z.string().min(1), en: z.string().min(1) })

/** Every page computes dates in this zone; one that does not exist would close them all. */
function isZone(name: string): boolean {
  try {
    return Temporal.Now.zonedDateTimeISO(name).timeZoneId !== ''
  } catch {
    return false
  }
}

/** How many days before a date somebody is told, each once. A form sends them as text. */
const daysBefore = (days: number[]) => z.array(z.coerce.number().int().min(0).max(60)).max(10).default(days)

/**
 * What the organisation decides, with its default: shown on /desk/settings and by `privacybalie setting`. Durations in
 * days unless the name says otherwise.
 */
export const organisationSettings = {
  'organisation.name': z.string().min(1).default('Uw organisatie'),
  'organisation.zone': z
    .string()
    .refine(isZone, 'must be a time zone such as Europe/Amsterdam')
    .default('Europe/Amsterdam'),
  'organisation.calendar': z
    .string()
    .regex(/^[A-Z]{2}(?:-[A-Z0-9]{1,4}){0,2}$/)
    .default('NL'),
  'organisation.phoneCountry': z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('NL'),
  'organisation.fiscalYearEnd': z
    .string()
    .regex(/^\d\d-\d\d$/)
    .default('12-31'),
  'organisation.kind': z.enum(['private', 'public']).default('private'),
  'organisation.contact': z.string().default(''),
  'organisation.privacyOfficer': z.string().default(''),
  'organisation.accent': z
    .string()
    .regex(/^#[0-9a-f]{6}$/i)
    .default('#1d5c57'),
  'organisation.authority': perLanguage.default({
    nl: 'Autoriteit Persoonsgegevens (www.autoriteitpersoonsgegevens.nl)',
    en: 'Autoriteit Persoonsgegevens, the Dutch data protection authority (www.autoriteitpersoonsgegevens.nl)',
  }),
  'deadlines.internalTargetWorkingDays': z.number().int().min(1).max(20).default(10),
  'deadlines.pauseLimitDays': z.number().int().min(1).max(60).default(28),
  'deadlines.closingDays': z.array(z.iso.date()).default([]),
  'watch.assigneeDays': daysBefore([7, 3, 1]),
  'watch.groupDays': daysBefore([3]),
  'watch.adminDays': daysBefore([1]),
  'watch.unassignedWorkingDays': z.number().int().min(1).max(20).default(2),
  'watch.hour': z.number().int().min(0).max(23).default(7),
  /** Kinds of requests for which a proven address is not enough: it has to be on file for exactly one person. */
  'identity.levelTwoKinds': z
    .array(z.enum(requestKinds))
    .default(['access', 'portability', 'erasure', 'rectification']),
  'identity.submissionsPerAddressPerHour': z.number().int().min(1).default(20),
  'handOff.loginUrl': z
    .union([z.literal(''), z.string().refine(isSafeAddress)], 'must be an https address, or empty')
    .default(''),
  'handOff.issuer': z.string().max(200).default(''),
  'handOff.keys': z
    .string()
    .max(20_000)
    .superRefine((text, context) => {
      const read = publicKeysFrom(text)
      if (!read.ok) context.addIssue({ code: 'custom', message: read.reason })
    })
    .default(''),
  /** Whose addresses colleagues may be asked at; empty: any. */
  'colleague.domains': z
    .array(
      z
        .string()
        .toLowerCase()
        .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/),
    )
    .max(50)
    .default([]),
  'staff.secondFactor': z.enum(['required', 'optional']).default('required'),
  /** May whoever made a plan approve it as well, each time with a reason: only while nobody else who may approve is there. */
  'erasure.approvalAlone': z.enum(['never', 'no_other_approver', 'always']).default('no_other_approver'),
  'erasure.rowsPerBatch': z.number().int().min(1).max(1_000_000).default(100_000),
  /** When connected systems are searched for what was left of an erased person: by each run, or at night for all that wait. */
  'residue.mode': z.enum(['run', 'nightly']).default('run'),
  'access.downloadDays': z.number().int().min(1).max(90).default(14),
} as const

export type OrganisationSettings = {
  [K in keyof typeof organisationSettings]: z.infer<(typeof organisationSettings)[K]>
}
export type OrganisationSettingName = keyof OrganisationSettings

export function isSettingName(name: string): name is OrganisationSettingName {
  return Object.hasOwn(organisationSettings, name)
}

/** What a transaction read, for whoever asks again in it. */
const readInTransaction = new WeakMap<Executor, Promise<OrganisationSettings>>()

/**
 * All settings, defaults filled in. A stored value that no longer fits its schema counts as absent. A transaction reads them
 * once and keeps to them.
 */
export function readOrganisation(db: Executor): Promise<OrganisationSettings> {
  if ('$client' in db) return readSettings(db)
  const known = readInTransaction.get(db)
  if (known) return known
  const read = readSettings(db)
  readInTransaction.set(db, read)
  return read
}

async function readSettings(db: Executor): Promise<OrganisationSettings> {
  const names = Object.keys(organisationSettings)
  const rows = await db.select().from(setting).where(inArray(setting.key, names))
  const stored = new Map(rows.map((row) => [row.key, row.value]))
  const entries = Object.entries(organisationSettings).map(([name, schema]) => {
    const value = stored.get(name)
    const parsed = schema.safeParse(value)
    // The driver reads a text that is JSON itself (a key set, a phone number) as what it says.
    const asText = parsed.success || value === undefined ? parsed : schema.safeParse(JSON.stringify(value))
    return [name, asText.success ? asText.data : schema.parse(undefined)]
  })
  return Object.fromEntries(entries) as OrganisationSettings
}

/** Writes one setting after checking it. The caller appends the evidence entry. */
export async function writeSetting(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock'>,
  name: OrganisationSettingName,
  value: unknown,
  staffId: string | null,
): Promise<{ ok: true } | { ok: false; reason: string }> {
  const parsed = organisationSettings[name].safeParse(value)
  if (!parsed.success) return { ok: false, reason: parsed.error.issues.map((issue) => issue.message).join('; ') }
  const row = { key: name, value: parsed.data, updatedAt: runtime.clock.now(), updatedByStaffId: staffId }
  await tx.insert(setting).values(row).onConflictDoUpdate({ target: setting.key, set: row })
  readInTransaction.delete(tx)
  return { ok: true }
}
