import type { ReferentialAction } from './catalogue'
import type { List } from './list'

/** Values of the row's key columns as text, in the order of `ResolvedTable.key`. */
export type RowKey = readonly string[]

/** One text per key, without two keys ever giving the same text: length-prefixed parts. */
export function encodeKey(key: RowKey): string {
  if (key.length === 1) return key[0] ?? ''
  return key.map((part) => `${part.length}:${part}`).join('')
}

/** Where a row was reached from: over link `linkIndex` of `belongsTo` of the row's own table. */
export interface LocatedParent {
  readonly id: number
  readonly table: string
  readonly key: RowKey
  readonly linkIndex: number
}

/** own: found by an identifier; child: refers to the person's rows; value: is referred to by them. */
export type RowRole = 'own' | 'child' | 'value'

export interface LocatedRow {
  /** The row's number within its person (from 0 on): by it ties, cuts and references name a row cheaply. */
  readonly id: number
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
  /** Pairs of the row that refers (`id` -1: outside the set) and the row of the person's set that it points to. */
  readonly rows: List<{
    readonly key: RowKey | null
    readonly id: number
    readonly onto: RowKey
    readonly ontoId: number
    readonly inSet: boolean
  }>
  readonly ontoTable: string
}

/**
 * A row of the person that refers to a value row by a link column. Where that row stays and is not kept, the column
 * is emptied when the value row is shared or goes; where it is NOT NULL a person decides.
 */
export interface LocatedTie {
  readonly table: string
  readonly id: number
  readonly key: RowKey
  /** Columns of `table` that hold the reference (type columns of a `where` are left out). */
  readonly columns: readonly string[]
  readonly nullable: boolean
  readonly onto: { readonly table: string; readonly id: number; readonly key: RowKey }
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
  readonly inside: List<{ readonly id: number; readonly ontoId: number }>
  /** Rows of the set to which rows outside the set refer, and how many do. */
  readonly outside: List<{ readonly ontoId: number; readonly rows: number }>
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

/**
 * The rows of one person. Lists may be a million long: they are held packed, and their elements are made when looked at.
 */
export interface LocatedPerson {
  readonly system: string
  /** Two rows in one subject table with names or facts: nothing is taken until a person chooses. */
  readonly ambiguous: boolean
  readonly candidates: readonly LocatedCandidate[]
  /** Rows that somebody chose though no proven identifier finds them and no `same_person` ties them: never taken. */
  readonly unfounded: readonly { readonly table: string; readonly key: RowKey }[]
  /** Numbers of rows are below this. */
  readonly size: number
  /** Numbers of the rows in `rows` and `shared`, and what they stand for: cheaper than the rows with all that is known of them. */
  readonly numbers: {
    readonly rows: ReadonlyMap<string, Int32Array>
    readonly shared: ReadonlyMap<string, Int32Array>
    readonly keyOf: (id: number) => RowKey
    readonly countOf: (id: number) => number
    readonly roleOf: (id: number) => RowRole
    /** Numbers of the rows from which a row was reached, with the index of the link. */
    readonly parentsOf: (id: number) => readonly { readonly id: number; readonly linkIndex: number }[]
  }
  /** The person's rows by table id. */
  readonly rows: ReadonlyMap<string, List<LocatedRow>>
  /** Value rows that others use too: kept whole, reason `shared`. */
  readonly shared: ReadonlyMap<string, List<LocatedRow>>
  readonly others: readonly { readonly table: string; readonly rows: number; readonly keys: List<RowKey> }[]
  readonly cuts: readonly LocatedCut[]
  readonly ties: List<LocatedTie>
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

/** A person of whom nothing was found. */
export function nobody(system: string): LocatedPerson {
  return {
    system,
    ambiguous: false,
    candidates: [],
    unfounded: [],
    size: 0,
    numbers: {
      rows: new Map(),
      shared: new Map(),
      keyOf: () => [],
      countOf: () => 0,
      roleOf: () => 'own',
      parentsOf: () => [],
    },
    rows: new Map(),
    shared: new Map(),
    others: [],
    cuts: [],
    ties: [],
    references: [],
    suggestions: [],
    notSearched: [],
  }
}
