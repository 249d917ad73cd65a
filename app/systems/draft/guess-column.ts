import type { CatalogueColumn, CatalogueTable } from '../catalogue'
import type { Category, Strategy } from '../data-map'
import { strategyMisfit } from '../check/strategy-fit'
import { CATEGORY_OF, PATTERNS, PERSON_TABLES, THIRD_PERSON, type Meaning } from './column-names'

export interface ColumnGuess {
  readonly meaning: Meaning
  readonly category: Category
  readonly thirdParty: boolean
  /** What it holds besides, where one column holds several kinds. */
  readonly also?: readonly Meaning[]
}

/** `firstName`, `First Name` and `FIRST-NAME` are all `first_name`. */
export function words(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase()
}

/** `mailingstreet`, `otherzip`: of several addresses in one row. */
const RUN_TOGETHER =
  /^(mailing|billing|shipping|bill|ship|other|home|work|primary|alt)(street|city|zip|code|address|phone|mobile|email|pobox)$/

const TEXTUAL: ReadonlySet<CatalogueColumn['family']> = new Set([
  'text',
  'json',
  'array',
  'tsvector',
  'other',
  'binary',
])

/** What a column holds, by its name and type; null when it does not look personal. */
export function guessColumn(table: CatalogueTable, column: CatalogueColumn): ColumnGuess | null {
  const name = words(column.name).replace(RUN_TOGETHER, '$1_$2')
  const isReference = table.foreignKeys.some((key) => key.columns.includes(column.name))
  if (
    isReference ||
    (/(^|_)(id|uuid|type|status|count|flag|optout|opt_out|(country|calling|area)_code|verified|valid|confirmed|sent|label|icon|template)$/.test(
      name,
    ) &&
      !isAddressCalledId(column, name))
  )
    return null
  const meaning = meaningInTable(words(table.name), name) ?? PATTERNS.find(([pattern]) => pattern.test(name))?.[1]
  if (!meaning || !fitsType(meaning, column)) return null
  if (name === 'number' && !PERSON_TABLES.test(words(table.name))) return null
  return { meaning, category: CATEGORY_OF[meaning], thirdParty: THIRD_PERSON.test(name) }
}

/** What a plain name means because of the table it stands in: the address of `email_addresses`, the sender of `emails`. */
function meaningInTable(table: string, column: string): Meaning | null {
  if (
    /(^|_)e?_?mail_?(address(es)?|adres(sen)?)$|(^|_)(user|contact|customer|person|member|client|lead)s?_e?_?mails?$/.test(
      table,
    )
  )
    return /^(name|address|adres|value|lower|caps)$/.test(column) ? 'email' : null
  if (/(^|_)(tele)?phone_?numbers?$|(^|_)(user|contact|customer|person|member|client|lead)s?_phones?$/.test(table))
    return /^(name|number|value|numeric|nummer)$/.test(column) ? 'phone' : null
  if (/(^|_)(e?_?mails?|messages?|mail_queue|email_messages?)$/.test(table))
    return /^(from|to|cc|bcc|sender|reply_to|recipients?|mailto|headers)$/.test(column)
      ? 'address_list'
      : /^(from|to|sender)_name$/.test(column)
        ? 'free_text'
        : null
  return null
}

/** Some applications call the address itself `email_id`; elsewhere it is the key of an e-mail message. */
function isAddressCalledId(column: CatalogueColumn, name: string): boolean {
  return /(^|_)email_id$/.test(name) && column.family === 'text' && (column.length ?? 255) >= 60
}

function fitsType(meaning: Meaning, column: CatalogueColumn): boolean {
  if (meaning === 'birth_date') return ['date', 'timestamp', 'text'].includes(column.family)
  if (meaning === 'gender' || meaning === 'salutation') return column.family === 'text' || column.family === 'enum'
  if (meaning === 'location') return ['decimal', 'float', 'text', 'other'].includes(column.family)
  if (meaning === 'phone' || meaning === 'customer_number' || meaning === 'house_number')
    return TEXTUAL.has(column.family) || column.family === 'integer'
  if (meaning === 'profile') return column.family !== 'boolean'
  return TEXTUAL.has(column.family) || (meaning === 'national_number' && column.family === 'integer')
}

const WISHES: Readonly<Partial<Record<Meaning, readonly Strategy[]>>> = {
  last_name: [{ kind: 'pseudonym' }],
  full_name: [{ kind: 'pseudonym' }],
  email: [{ kind: 'pseudonym' }],
  user_name: [{ kind: 'pseudonym' }],
  customer_number: [{ kind: 'pseudonym' }],
  birth_date: [{ kind: 'generalise', to: 'year' }],
  postcode: [{ kind: 'truncate', length: 2 }],
  free_text: [{ kind: 'redact' }, { kind: 'redact_list' }],
  subject_line: [{ kind: 'redact' }],
  address_list: [{ kind: 'redact_list' }],
}

/** The strategy that a person would most likely choose, of those that the column can take; null when none fits. */
export function strategyFor(table: CatalogueTable, column: CatalogueColumn, guess: ColumnGuess): Strategy | null {
  const derived: Strategy[] = column.family === 'tsvector' ? [{ kind: 'derived', from: null, join: '' }] : []
  const wishes: Strategy[] = [
    ...derived,
    ...(WISHES[guess.meaning] ?? []),
    { kind: 'empty' },
    { kind: 'pseudonym' },
    { kind: 'generalise', to: 'year' },
    ...column.enumValues.slice(0, 1).map((value): Strategy => ({ kind: 'fixed', value })),
    { kind: 'random' },
  ]
  return wishes.find((strategy) => strategyMisfit(table, column, strategy) === null) ?? null
}
