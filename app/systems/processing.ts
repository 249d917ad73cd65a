import type { Category, DataMap, LegalBasis, LocalText, MapTable } from './data-map'

/** How long records of one sort are held: an ISO 8601 duration, and on which ground where the map says so. */
export type HoldingTerm = { label: string; term: string; basis: string | null }

/** One processing activity as people may read it (GDPR art. 13 and 14): no table or column names. */
export type Processing = {
  activity: string
  purposes: string[]
  legalBases: LegalBasis[]
  /** What the records are called, e.g. "Facturen". */
  records: string[]
  categories: Category[]
  terms: HoldingTerm[]
  recipients: { name: string; about: string | null; country: string | null }[]
}

/** The activities out of the data maps in force, in the maps' order; tables of one activity are told together. */
export function describeProcessing(maps: readonly DataMap[], language: 'nl' | 'en'): Processing[] {
  const activities = new Map<string, Processing>()
  for (const map of maps)
    for (const table of Object.values(map.tables)) if (table.personal && table.label) add(activities, table, language)
  return [...activities.values()]
}

function add(activities: Map<string, Processing>, table: MapTable, language: 'nl' | 'en'): void {
  const key = table.activity ?? table.id
  const told = activities.get(key) ?? {
    activity: key,
    purposes: [],
    legalBases: [],
    records: [],
    categories: [],
    terms: [],
    recipients: [],
  }
  const label = textIn(table.label, language) ?? table.id
  include(told.records, label)
  if (table.purpose) include(told.purposes, textIn(table.purpose, language) ?? '')
  if (table.legalBasis) include(told.legalBases, table.legalBasis)
  for (const column of Object.values(table.columns)) include(told.categories, column.category)
  for (const { term, basis } of [...table.deleteAfter, ...table.keepFor])
    if (term) told.terms.push({ label, term, basis: textIn(basis, language) })
  for (const { name, label: about, country } of table.recipients)
    if (!told.recipients.some((known) => known.name === name))
      told.recipients.push({ name, about: textIn(about, language), country })
  activities.set(key, told)
}

function include<Item>(list: Item[], item: Item): void {
  if (!list.includes(item)) list.push(item)
}

function textIn(text: LocalText | null, language: 'nl' | 'en'): string | null {
  return text?.[language] ?? text?.['nl'] ?? text?.['en'] ?? null
}
