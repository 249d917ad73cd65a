import type { Translate } from '~/locales/translate'
import type { FormValues } from '~/platform/forms.server'
import type { ActivityEntry, RegisterActivity } from '~/systems/register.server'
import { activityEntrySchema } from '~/systems/register.server'
import { durationInWords } from '~/ui/portal/processing-activity'

export const registerColumns = [
  'activity',
  'source',
  'purpose',
  'basis',
  'people',
  'categories',
  'recipients',
  'countries',
  'terms',
  'systems',
  'public',
] as const
export type RegisterColumn = (typeof registerColumns)[number]

/** What stands in each column of the register for one activity, in words. */
export function activityInWords(activity: RegisterActivity, t: Translate): Record<RegisterColumn, string> {
  const { name, source, isPublic } = activity
  return {
    activity: name ?? t('register:nameless', { activity: activity.activity }),
    source: t(`register:source.${source}`),
    purpose: activity.purposes.join('; '),
    basis: activity.legalBases.map((basis) => t(`portal:privacy.legalBasis.${basis}`)).join('; '),
    people: activity.people ?? '',
    categories: activity.categories.map((each) => t(`portal:privacy.category.${each}`)).join(', '),
    recipients: activity.recipients
      .map(({ name: who, about, country }) => [who, about, country].filter(Boolean).join(', '))
      .join('; '),
    countries: activity.countries.join(', '),
    terms: [
      ...activity.terms.map(
        ({ label, term, basis }) => `${label}: ${durationInWords(term, t)}${basis ? ` (${basis})` : ''}`,
      ),
      ...(activity.termsText ? [activity.termsText] : []),
    ].join('; '),
    systems: activity.systems.map(({ key, tables }) => `${key}: ${tables.join(', ')}`).join('; '),
    public: t(isPublic ? 'register:yes' : 'register:no'),
  }
}

const texts = ['name', 'purpose', 'people', 'terms'] as const

/** An entry as the fields of its form. */
export function entryToFields(entry: ActivityEntry | undefined) {
  const of = entry ?? activityEntrySchema.parse({ name: {}, purpose: {}, people: {}, terms: {} })
  const fields: Record<string, string> = {
    recipients: of.recipients.map(({ name, country }) => (country ? `${name}, ${country}` : name)).join('\n'),
  }
  for (const field of texts)
    for (const language of ['nl', 'en'] as const) fields[`${field}.${language}`] = of[field][language]
  return { fields, legalBases: [...of.legalBases], categories: [...of.categories], isPublic: of.isPublic }
}
export type ActivityFields = ReturnType<typeof entryToFields>

/** What the form holds, as it was typed, and as an entry where it fits; `wrong`: which field does not. */
export function entryFromForm(
  form: FormValues,
): { typed: ActivityFields } & ({ ok: true; entry: ActivityEntry } | { ok: false; wrong: 'recipients' | 'other' }) {
  const fields: Record<string, string> = { recipients: form.get('recipients') }
  for (const field of texts)
    for (const language of ['nl', 'en']) fields[`${field}.${language}`] = form.get(`${field}.${language}`)
  const typed: ActivityFields = {
    fields,
    legalBases: activityEntrySchema.shape.legalBases.catch([]).parse(form.all('legalBases')),
    categories: activityEntrySchema.shape.categories.catch([]).parse(form.all('categories')),
    isPublic: form.get('isPublic') === 'yes',
  }
  const textOf = (field: string) => ({ nl: fields[`${field}.nl`], en: fields[`${field}.en`] })
  const parsed = activityEntrySchema.safeParse({
    ...Object.fromEntries(texts.map((field) => [field, textOf(field)])),
    legalBases: typed.legalBases,
    categories: typed.categories,
    recipients: form
      .get('recipients')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter(Boolean)
      .map((line) => {
        const at = /^(.*\S)\s*,\s*([A-Za-z]{2})$/.exec(line)
        return at ? { name: at[1], country: at[2]?.toUpperCase() } : { name: line, country: null }
      }),
    isPublic: typed.isPublic,
  })
  if (parsed.success) return { typed, ok: true, entry: parsed.data }
  const wrong = parsed.error.issues.some((issue) => issue.path[0] === 'recipients') ? 'recipients' : 'other'
  return { typed, ok: false, wrong }
}
