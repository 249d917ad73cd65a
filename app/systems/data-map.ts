/**
 * A data map, version 1, as the program reads it: lists made lists, strategies a union, optional parts empty.
 * `parse-map.ts` makes it from YAML; nothing here has been held against a catalogue yet (`resolve-map.ts` does that).
 */

export type Scalar = string | number | boolean

/** Text by language (`nl`, `en`); a plain text in the file stands under both. */
export type LocalText = Readonly<Record<string, string>>

export const categories = [
  'identity',
  'contact',
  'financial',
  'content',
  'profile',
  'technical',
  'location',
  'special_category',
  'criminal',
  'national_number',
  'secret',
] as const
export type Category = (typeof categories)[number]

export type LegalBasis =
  'consent' | 'contract' | 'legal_obligation' | 'vital_interests' | 'public_task' | 'legitimate_interests'

export type Origin = 'provided' | 'observed' | 'derived' | 'third_party'

export type EraseAction = 'delete' | 'pseudonymise' | 'keep'

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** What happens to the value of a column. */
export type Strategy =
  | { readonly kind: 'empty' }
  | { readonly kind: 'pseudonym' }
  | { readonly kind: 'random' }
  | { readonly kind: 'redact' }
  | { readonly kind: 'redact_list' }
  | { readonly kind: 'keep' }
  | { readonly kind: 'fixed'; readonly value: Scalar | null }
  /** A period for dates, a step size for numbers. */
  | { readonly kind: 'generalise'; readonly to: 'year' | 'month' | 'decade' | number }
  | { readonly kind: 'truncate'; readonly length: number }
  | { readonly kind: 'json'; readonly paths: readonly JsonPathStrategy[] }
  /** Without `from`: old values inside are replaced by the new; with it: built anew from these columns. */
  | { readonly kind: 'derived'; readonly from: readonly string[] | null; readonly join: string }

/** One path inside a JSON column: a strategy, or a literal value to put there. */
export type JsonPathStrategy =
  { readonly path: string; readonly strategy: Strategy } | { readonly path: string; readonly value: JsonValue }

/** One column of a `where`; `column` may be `table.column` of the other side of a link. */
export interface Condition {
  readonly column: string
  readonly test:
    | { readonly kind: 'in'; readonly values: readonly (Scalar | null)[] }
    | { readonly kind: 'null' }
    | { readonly kind: 'not_null' }
}

export interface Link {
  /** The other table, as the map names it. */
  readonly table: string
  readonly on: readonly { readonly column: string; readonly other: string }[]
  readonly where: readonly Condition[]
}

export interface SubjectColumn {
  /** A column of the table itself, or `table.column` of a table that belongs to it. */
  readonly column: string
  /** Tables that the way to the other table must pass, in order. */
  readonly via: readonly string[] | null
}

export interface Subject {
  /** By kind of identifier (`email`, `phone`, `customer_number`, any named key): any of these columns. */
  readonly identifiers: Readonly<Record<string, readonly SubjectColumn[]>>
  /** Rows outside are no persons. */
  readonly where: readonly Condition[]
}

/** `from` of a term: one column (own, or `table.column`), or the latest of several over the person's rows. */
export interface TermStart {
  readonly columns: readonly string[]
  readonly latest: boolean
}

export interface KeepFor {
  /** ISO 8601 duration. */
  readonly term: string
  readonly from: TermStart
  readonly until: 'year_end' | 'fiscal_year_end' | null
  readonly basis: LocalText | null
  readonly then: 'delete' | 'pseudonymise' | null
  /** `table.column` of rows that this row refers to, whose value stays as long. */
  readonly needs: readonly string[]
}

export interface Owner {
  readonly column: string | null
  readonly email: string | null
  readonly fallback: string | null
}

export interface DeleteAfterStep {
  /** Absent where an event ends the lawfulness (`lapsesWhen`). */
  readonly term: string | null
  readonly from: TermStart | null
  readonly lapsesWhen: { readonly table: string; readonly where: readonly Condition[] } | null
  readonly then: 'delete' | 'pseudonymise'
  readonly warn: string | null
  readonly owner: Owner | null
  readonly basis: LocalText | null
}

export interface NeededWhile {
  readonly table: string
  readonly where: readonly Condition[]
  readonly reason: LocalText | null
}

/** Values to set; `$due_on` and `$reference` only under `on_request`. */
export type Settings = Readonly<Record<string, Scalar | null>>

/** What a right does in this table besides erasure. */
export interface RightEffect {
  /** What is objected to (`direct_marketing`, …), null for any. */
  readonly to: string | null
  /** The purpose of the consent that was withdrawn, null for any. */
  readonly purpose: string | null
  readonly effect: { readonly kind: 'set'; readonly set: Settings } | { readonly kind: 'delete' }
}

export interface MapColumn {
  readonly category: Category
  readonly with: Strategy | null
  readonly thirdParty: boolean
  readonly origin: Origin | null
  readonly label: LocalText | null
  /** The law that allows a national number to be used as identifier or fact. */
  readonly law: string | null
}

export interface Recipient {
  readonly name: string
  readonly label: LocalText | null
  readonly role: string | null
  readonly country: string | null
  /** Where they are told that data was erased, corrected or restricted (GDPR art. 19). */
  readonly email: string | null
}

export interface MapTable {
  /** `[schema.]table` */
  readonly id: string
  /** False for `personal: false`; then only `refersTo` may be filled. */
  readonly personal: boolean
  readonly refersTo: readonly Link[]
  readonly label: LocalText | null
  readonly activity: string | null
  readonly purpose: LocalText | null
  readonly legalBasis: LegalBasis | null
  readonly origin: Origin | null
  readonly recipients: readonly Recipient[]
  readonly subject: Subject | null
  /** Columns of a table that is no subject table whose matching rows are the person's too, by kind. */
  readonly also: Readonly<Record<string, readonly string[]>>
  readonly samePerson: readonly Link[]
  /** Fact -> column (own, or `table.column`). */
  readonly facts: Readonly<Record<string, string>>
  readonly name: readonly string[]
  readonly softDeleted: readonly Condition[]
  /** Null only for `personal: false`. */
  readonly erase: EraseAction | null
  readonly reason: LocalText | null
  readonly whenShared: 'redact' | null
  readonly withKept: 'erase' | null
  readonly columns: Readonly<Record<string, MapColumn>>
  readonly belongsTo: readonly Link[]
  readonly linksTo: readonly Link[]
  readonly sharedBy: readonly { readonly table: string; readonly where: readonly Condition[] }[] | null
  readonly neededWhile: readonly NeededWhile[]
  readonly keepFor: readonly KeepFor[]
  readonly whileKept: Settings | null
  readonly deleteAfter: readonly DeleteAfterStep[]
  readonly history: boolean
  readonly onObjection: readonly RightEffect[]
  readonly onRestriction: readonly RightEffect[]
  readonly onRestrictionLifted: readonly RightEffect[]
  readonly onConsentWithdrawal: readonly RightEffect[]
  readonly onRequest: { readonly kinds: readonly string[]; readonly set: Settings } | null
  readonly files: readonly { readonly column: string; readonly path: string }[]
}

export interface Copy {
  readonly what: LocalText
  readonly reach: 'task' | 'none'
  readonly goneAfter: string | null
}

export interface DataMap {
  readonly version: 1
  readonly system: string
  readonly sensitivity: 'normal' | 'high'
  /** ISO 3166-1 alpha-2; how a phone number without country is read. */
  readonly phoneCountry: string
  readonly backups: { readonly kept: string; readonly note: LocalText | null }
  readonly copies: readonly Copy[]
  readonly tables: Readonly<Record<string, MapTable>>
  readonly unmapped: 'refuse' | 'ignore'
}

/** One thing wrong (or doubtful) in a map: where, what, and how to mend it. */
export interface MapProblem {
  readonly line: number | null
  readonly column: number | null
  /** `tables.customers.columns.email` */
  readonly path: string
  readonly message: string
  readonly mend: string
}
