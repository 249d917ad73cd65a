import type { ReferentialAction } from './catalogue'

/** Values of the row's key columns as text, in the order of `ResolvedTable.key`. */
export type RowKey = readonly string[]

/** One text per key, without two keys ever giving the same text: length-prefixed parts. */
export function encodeKey(key: RowKey): string {
  if (key.length === 1) return key[0] ?? ''
  return key.map((part) => `${part.length}:${part}`).join('')
}

/** Where a row was reached from: over link `linkIndex` of `belongsTo` of the row's own table. */
export interface LocatedParent {
  readonly table: string
  readonly key: RowKey
  readonly linkIndex: number
}

/** own: found by an identifier; child: refers to the person's rows; value: is referred to by them. */
export type RowRole = 'own' | 'child' | 'value'

export interface LocatedRow {
  readonly key: RowKey
  readonly role: RowRole
  readonly parents: readonly LocatedParent[]
  /** Above 1 only in a history table without a key, for rows that are the same in every column. */
  readonly count: number
}

/** A reference that is emptied when the row it points to is deleted (`links_to`, or ON DELETE SET NULL). */
export interface LocatedCut {
  readonly table: string
  readonly columns: readonly string[]
  /** False: a NOT NULL column, so a person must decide. */
  readonly nullable: boolean
  readonly origin: 'links_to' | 'set_null'
  /** Pairs of the row that refers and the row of the person's set that it points to. */
  readonly rows: readonly { readonly key: RowKey | null; readonly onto: RowKey; readonly inSet: boolean }[]
  readonly ontoTable: string
}

/**
 * A row of the person that refers to a value row by a link column. Where that row stays and is not kept, the column
 * is emptied when the value row is shared or goes; where it is NOT NULL a person decides.
 */
export interface LocatedTie {
  readonly table: string
  readonly key: RowKey
  /** Columns of `table` that hold the reference (type columns of a `where` are left out). */
  readonly columns: readonly string[]
  readonly nullable: boolean
  readonly onto: { readonly table: string; readonly key: RowKey }
  readonly shared: boolean
}

/**
 * Who refers to rows of the set. `belongs_to` is a link of the map whose `where` holds; `foreign_key` one of the
 * catalogue (a foreign key over the same columns as an unconditional link is not listed twice).
 */
export interface LocatedReference {
  readonly table: string
  readonly columns: readonly string[]
  readonly ontoTable: string
  readonly origin: 'foreign_key' | 'belongs_to' | 'refers_to'
  readonly onDelete: ReferentialAction | null
  readonly nullable: boolean
  /** Rows of the set that refer to rows of the set. */
  readonly inside: readonly { readonly key: RowKey; readonly onto: RowKey }[]
  /** Rows of the set to which rows outside the set refer, and how many do. */
  readonly outside: readonly { readonly onto: RowKey; readonly rows: number }[]
}

export type SuggestionReason =
  | 'plus_address'
  | 'same_phone'
  | 'same_address'
  | 'merged_duplicate'
  | 'same_name_and_birth_date'
  | 'same_person'
  | 'names_them'

export interface LocatedSuggestion {
  readonly table: string
  readonly rows: number
  readonly why: SuggestionReason
  readonly keys: readonly RowKey[]
  /** A converted lead and the like: offered as already chosen; a person confirms. */
  readonly proposed: boolean
}

export interface LocatedCandidate {
  readonly table: string
  readonly key: RowKey
  /** Column or fact -> masked value. */
  readonly distinguishing: Readonly<Record<string, string | null>>
}

export interface LocatedPerson {
  readonly system: string
  /** Two rows in one subject table with names or facts: nothing is taken until a person chooses. */
  readonly ambiguous: boolean
  readonly candidates: readonly LocatedCandidate[]
  /** Rows that somebody chose though no proven identifier finds them and no `same_person` ties them: never taken. */
  readonly unfounded: readonly { readonly table: string; readonly key: RowKey }[]
  /** The person's rows by table id. */
  readonly rows: ReadonlyMap<string, readonly LocatedRow[]>
  /** Value rows that others use too: kept whole, reason `shared`. */
  readonly shared: ReadonlyMap<string, readonly LocatedRow[]>
  readonly others: readonly { readonly table: string; readonly rows: number; readonly keys: readonly RowKey[] }[]
  readonly cuts: readonly LocatedCut[]
  readonly ties: readonly LocatedTie[]
  /** Who refers to the rows of the set, apart from the links by which they were reached. */
  readonly references: readonly LocatedReference[]
  readonly suggestions: readonly LocatedSuggestion[]
  /** Tables too large to look for suggestions in without an index. */
  readonly notSearched: readonly string[]
}

/** Identifiers as given; each counts as proven. */
export interface Identifiers {
  readonly email?: readonly string[]
  readonly phone?: readonly string[]
  readonly customer_number?: readonly string[]
  readonly named?: Readonly<Record<string, readonly string[]>>
}
