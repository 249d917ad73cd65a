import type { Catalogue, CatalogueColumn, CatalogueTable, Engine } from '../catalogue'
import type { Sql } from './sql'

/** A row as text: every value as the engine writes it, binary in lower-case hex, booleans `true`/`false`. */
export type Row = Readonly<Record<string, string | null>>

export type SystemErrorKind =
  | 'unreachable'
  | 'refused'
  | 'timeout'
  | 'lock_timeout'
  | 'serialization'
  | 'deadlock'
  | 'constraint'
  | 'permission'
  | 'missing'
  | 'data'
  | 'connection_lost'
  | 'other'

/**
 * An error of a connected database. Holds the code (SQLSTATE or errno) and names only: the database's own message
 * quotes whole rows and never leaves the adapter.
 */
export class SystemError extends Error {
  override readonly name = 'SystemError'
  readonly code: string
  readonly kind: SystemErrorKind
  readonly retryable: boolean
  readonly table: string | null
  readonly column: string | null
  readonly constraint: string | null

  constructor(of: {
    code: string
    kind: SystemErrorKind
    retryable?: boolean
    table?: string | null
    column?: string | null
    constraint?: string | null
  }) {
    super(`Connected database: ${of.kind} (${of.code})`)
    this.code = of.code
    this.kind = of.kind
    this.retryable = of.retryable ?? false
    this.table = of.table ?? null
    this.column = of.column ?? null
    this.constraint = of.constraint ?? null
  }
}

/** Something that runs statements: the adapter itself, or one transaction of it. */
export interface Executor {
  readonly engine: Engine
  readonly dialect: Dialect
  /** Runs a statement and gives its rows as text. Throws `SystemError`. */
  query(statement: Sql): Promise<readonly Row[]>
  /** Runs a statement and hands over its rows one by one as they come, holding none. Throws `SystemError`. */
  each(statement: Sql, take: (row: Row) => void): Promise<void>
  /** Runs a statement and gives the number of rows it touched. Throws `SystemError`. */
  run(statement: Sql): Promise<number>
  /** The rows in portions, without holding all of them. Throws `SystemError`. */
  stream(statement: Sql, portion?: number): AsyncIterable<readonly Row[]>
}

export interface TransactionOptions {
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable'
  readonly readOnly?: boolean
  readonly lockTimeoutMs?: number
  readonly statementTimeoutMs?: number
}

export interface DatabaseAdapter extends Executor {
  /** Commits when `work` returns, rolls back when it throws. */
  transaction<T>(work: (tx: Executor) => Promise<T>, options?: TransactionOptions): Promise<T>
  readCatalogue(): Promise<Catalogue>
  /** Changes whenever the catalogue does; costs little beside reading it. Throws `SystemError`. */
  fingerprint(): Promise<string>
  close(): Promise<void>
}

/** How a host is judged before each connection; `addresses` are connected to, nothing else. */
export type HostCheck = (host: string) => Promise<{ ok: true; addresses: readonly string[] } | { ok: false }>

export interface AdapterOptions {
  readonly engine: Engine
  /** postgres://, postgresql://, mysql:// or mariadb:// with user, password, host, port, database. */
  readonly url: string
  readonly connectTimeoutMs?: number
  readonly statementTimeoutMs?: number
  readonly maxConnections?: number
  readonly checkHost?: HostCheck
  readonly tls?: { readonly mode: 'disable' | 'require' | 'verify'; readonly ca?: string }
}

/** Key values and how they meet columns: what a set of row keys is for a statement. */
export interface KeyColumn {
  readonly column: CatalogueColumn
  /** The column as SQL, with its table's alias. */
  readonly expression: Sql
}

/** The few expressions in which the engines differ. Every result of type text is in the database's Unicode encoding. */
export interface Dialect {
  readonly engine: Engine
  write(statement: Sql): { text: string; parameters: readonly unknown[] }
  /** The table by its full name; reads inherited tables with ONLY. */
  table(table: CatalogueTable): Sql
  /** Any column as text, the form in which keys and values travel (binary in hex, JSON and arrays as written). */
  asText(expression: Sql, column: CatalogueColumn): Sql
  /** A value that travelled as text, as a parameter of the column's type. */
  asColumn(value: string | null, column: CatalogueColumn): Sql
  /** Lower-case hex of the SHA-256 of a text's UTF-8 bytes. */
  sha256(text: Sql): Sql
  /** HMAC-SHA-256 of a text under a 32-byte key, lower-case hex; the two padded keys travel as parameters. */
  hmac(text: Sql, key: Uint8Array): Sql
  lower(text: Sql): Sql
  /** Without white space at both ends. */
  trim(text: Sql): Sql
  /** Only its digits. */
  digits(text: Sql): Sql
  concat(parts: readonly Sql[]): Sql
  /** Equal, where NULL equals NULL. */
  same(a: Sql, b: Sql): Sql
  /** The columns are one of these keys (key values as text, in the columns' order). */
  inKeys(columns: readonly KeyColumn[], keys: readonly (readonly string[])[]): Sql
  notInKeys(columns: readonly KeyColumn[], keys: readonly (readonly string[])[]): Sql
  /** a = b for two columns of possibly different types and collations; an index on `indexed` stays usable. */
  equalColumns(
    indexed: { expression: Sql; column: CatalogueColumn },
    other: { expression: Sql; column: CatalogueColumn },
  ): Sql
  /** The text is one of these; an index on the column stays usable. */
  inTexts(column: KeyColumn, texts: readonly string[]): Sql
  /** Are several questions better asked in one statement (UNION ALL)? */
  readonly unites: boolean
  /** How many keys go into one statement at the most. */
  readonly keysPerStatement: number
}
