/** What a connected database says about itself, the same shape for PostgreSQL and MySQL/MariaDB. Types only. */

export type Engine = 'postgres' | 'mysql'

/** A type reduced to what strategies, comparisons and the draft need to know of it. */
export type ColumnFamily =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'float'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'time'
  | 'uuid'
  | 'json'
  | 'array'
  | 'tsvector'
  | 'enum'
  | 'binary'
  | 'other'

export type TableKind = 'table' | 'partitioned' | 'partition' | 'view' | 'materialized_view' | 'foreign'

export type ReferentialAction = 'no_action' | 'restrict' | 'cascade' | 'set_null' | 'set_default'

export interface CatalogueColumn {
  readonly name: string
  /** The type as the engine writes it, usable in a cast: `character varying(120)`, `bigint`, `varchar(255)`. */
  readonly type: string
  readonly family: ColumnFamily
  /** The family of the elements of an array column. */
  readonly elementFamily: ColumnFamily | null
  /** Longest text in characters (binary: bytes), null when there is no limit. */
  readonly length: number | null
  /** Digits of a decimal and how many of them stand after the point. */
  readonly precision: number | null
  readonly scale: number | null
  readonly nullable: boolean
  /** The default as SQL text; null when there is none. */
  readonly default: string | null
  readonly generated: boolean
  readonly identity: boolean
  /** The collation by name where it is not the database's default (MySQL: always). */
  readonly collation: string | null
  readonly enumValues: readonly string[]
  readonly ordinal: number
}

export interface CatalogueKey {
  readonly name: string
  readonly columns: readonly string[]
}

export interface CatalogueForeignKey {
  readonly name: string
  /** Id of the table that refers. */
  readonly table: string
  readonly columns: readonly string[]
  /** Id of the table that is referred to (a partition stands for its parent). */
  readonly referencedTable: string
  readonly referencedColumns: readonly string[]
  readonly onDelete: ReferentialAction
  readonly onUpdate: ReferentialAction
  readonly deferrable: boolean
}

export interface CatalogueCheck {
  readonly name: string
  readonly expression: string
  /** Columns that the expression names. */
  readonly columns: readonly string[]
}

export interface CatalogueTrigger {
  readonly name: string
  /** insert, update, delete, truncate */
  readonly events: readonly string[]
  readonly timing: 'before' | 'after' | 'instead'
  readonly enabled: boolean
}

export interface CatalogueIndex {
  readonly name: string
  /** Plain columns in order; an expression stands as null here and as text in `expressions`. */
  readonly columns: readonly (string | null)[]
  readonly expressions: readonly string[]
  readonly unique: boolean
  readonly partial: boolean
  readonly method: string
}

export interface CatalogueTable {
  readonly schema: string
  readonly name: string
  /** As a data map writes it: `name` in the default schema, else `schema.name`. */
  readonly id: string
  readonly kind: TableKind
  readonly columns: readonly CatalogueColumn[]
  readonly primaryKey: readonly string[] | null
  /** Unique constraints and unique indexes over plain columns without a condition, the primary key left out. */
  readonly uniqueKeys: readonly CatalogueKey[]
  /** Foreign keys of this table onto others (or itself). */
  readonly foreignKeys: readonly CatalogueForeignKey[]
  readonly checks: readonly CatalogueCheck[]
  readonly triggers: readonly CatalogueTrigger[]
  readonly indexes: readonly CatalogueIndex[]
  readonly rowEstimate: number
  /** False where a transaction cannot be rolled back (MyISAM, Aria, MEMORY). */
  readonly transactional: boolean
  /** Ids of the tables this one inherits from (PostgreSQL inheritance), or the parent of a partition. */
  readonly inheritsFrom: readonly string[]
  /** True when other tables inherit from it: such a table is read and written with ONLY. */
  readonly hasHeirs: boolean
  /** The extension that owns the table, null for the company's own. */
  readonly ofExtension: string | null
}

export interface Catalogue {
  readonly engine: Engine
  readonly version: string
  readonly defaultSchema: string
  readonly tables: readonly CatalogueTable[]
}

/** The table with this id as a map writes it. */
export function tableById(catalogue: Catalogue, id: string): CatalogueTable | undefined {
  return catalogue.tables.find((table) => table.id === id)
}

/** The column of this exact name. */
export function columnOf(table: CatalogueTable, name: string): CatalogueColumn | undefined {
  return table.columns.find((column) => column.name === name)
}

/**
 * The columns by which one row is addressed: the primary key, else the first unique key without NULLs.
 * Null when the table has neither.
 */
export function rowKeyColumns(table: CatalogueTable): readonly string[] | null {
  if (table.primaryKey) return table.primaryKey
  const whole = table.uniqueKeys.filter((key) => key.columns.every((name) => columnOf(table, name)?.nullable === false))
  const shortest = [...whole].sort((a, b) => a.columns.length - b.columns.length)[0]
  return shortest ? shortest.columns : null
}
