import type {
  Catalogue,
  CatalogueColumn,
  CatalogueForeignKey,
  CatalogueIndex,
  CatalogueTable,
  ColumnFamily,
  ReferentialAction,
} from '../catalogue'
import type { Executor, Row } from './adapter'
import { sql, type Sql } from './sql'

const TABLES = (database: string) => sql`
  SELECT TABLE_NAME AS name, TABLE_TYPE AS kind, ENGINE AS engine, COALESCE(TABLE_ROWS, 0) AS estimate
  FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${database} ORDER BY TABLE_NAME`

const COLUMNS = (database: string) => sql`
  SELECT TABLE_NAME AS tablename, COLUMN_NAME AS name, ORDINAL_POSITION AS ordinal, COLUMN_DEFAULT AS defaultvalue,
    IS_NULLABLE AS nullable, DATA_TYPE AS datatype, COLUMN_TYPE AS type, CHARACTER_MAXIMUM_LENGTH AS length,
    NUMERIC_PRECISION AS numericprecision, NUMERIC_SCALE AS numericscale, COLLATION_NAME AS collation, EXTRA AS extra,
    GENERATION_EXPRESSION AS generation
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ${database} ORDER BY TABLE_NAME, ORDINAL_POSITION`

const INDEXES = (database: string) => sql`
  SELECT TABLE_NAME AS tablename, INDEX_NAME AS name, NON_UNIQUE AS nonunique, COLUMN_NAME AS columnname, INDEX_TYPE AS method,
    SUB_PART AS part
  FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ${database} ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`

const FOREIGN_KEYS = (database: string) => sql`
  SELECT k.TABLE_NAME AS tablename, k.CONSTRAINT_NAME AS name, k.COLUMN_NAME AS columnname,
    k.REFERENCED_TABLE_NAME AS referenced, k.REFERENCED_COLUMN_NAME AS referencedcolumn, r.DELETE_RULE AS ondelete,
    r.UPDATE_RULE AS onupdate
  FROM information_schema.KEY_COLUMN_USAGE k
  JOIN information_schema.REFERENTIAL_CONSTRAINTS r ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA
    AND r.TABLE_NAME = k.TABLE_NAME AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
  WHERE k.TABLE_SCHEMA = ${database} AND k.REFERENCED_TABLE_SCHEMA = ${database}
  ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION`

const TRIGGERS = (database: string) => sql`
  SELECT EVENT_OBJECT_TABLE AS tablename, TRIGGER_NAME AS name, EVENT_MANIPULATION AS event, ACTION_TIMING AS timing
  FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ${database} ORDER BY EVENT_OBJECT_TABLE, TRIGGER_NAME`

/** MariaDB says of which table a check is; MySQL 8 keeps that in TABLE_CONSTRAINTS. */
const CHECKS = (database: string, mariadb: boolean) =>
  mariadb
    ? sql`SELECT TABLE_NAME AS tablename, CONSTRAINT_NAME AS name, CHECK_CLAUSE AS expression
        FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ${database}`
    : sql`SELECT t.TABLE_NAME AS tablename, c.CONSTRAINT_NAME AS name, c.CHECK_CLAUSE AS expression
        FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t
          ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME AND t.CONSTRAINT_TYPE = 'CHECK'
        WHERE c.CONSTRAINT_SCHEMA = ${database}`

/** Reads the catalogue of the database that the URL names; other databases on the same server are other systems. */
export async function readMysqlCatalogue(executor: Executor, database: string): Promise<Catalogue> {
  const ask = (statement: Sql) => executor.query(statement)
  const about = await ask(sql`SELECT VERSION() AS version, DATABASE() AS db`)
  const schema = about[0]?.db ?? database
  const version = about[0]?.version ?? ''
  const tables = await ask(TABLES(schema))
  const columns = grouped(await ask(COLUMNS(schema)))
  const indexes = grouped(await ask(INDEXES(schema)))
  const foreignKeys = grouped(await ask(FOREIGN_KEYS(schema)))
  const triggers = grouped(await ask(TRIGGERS(schema)))
  const checks = grouped(await ask(CHECKS(schema, /mariadb/i.test(version))))
  return {
    engine: 'mysql',
    version,
    defaultSchema: schema,
    tables: tables
      .filter((row) => row.kind !== 'SEQUENCE' && row.kind !== 'SYSTEM VERSIONED SEQUENCE')
      .map((row) => {
        const name = row.name ?? ''
        const checkRows = checks.get(name) ?? []
        const own = (columns.get(name) ?? []).map((column) => toColumn(column, checkRows))
        const ownIndexes = indexesOf(indexes.get(name) ?? [])
        const primary = ownIndexes.find((index) => index.name === 'PRIMARY')
        return {
          schema,
          name,
          id: name,
          kind: row.kind === 'VIEW' || row.kind === 'SYSTEM VIEW' ? 'view' : 'table',
          columns: own,
          primaryKey: primary ? primary.columns.filter((c) => c !== null) : null,
          uniqueKeys: ownIndexes
            .filter(
              (index) => index.unique && !index.partial && index !== primary && index.columns.every((c) => c !== null),
            )
            .map((index) => ({ name: index.name, columns: index.columns.filter((c) => c !== null) })),
          foreignKeys: foreignKeysOf(foreignKeys.get(name) ?? []),
          checks: checkRows.map((check) => ({
            name: check.name ?? '',
            expression: check.expression ?? '',
            columns: own.map((c) => c.name).filter((c) => (check.expression ?? '').includes(`\`${c}\``)),
          })),
          triggers: (triggers.get(name) ?? []).map((trigger) => ({
            name: trigger.name ?? '',
            events: [(trigger.event ?? '').toLowerCase()],
            timing: trigger.timing === 'BEFORE' ? 'before' : 'after',
            enabled: true,
          })),
          indexes: ownIndexes,
          rowEstimate: Number(row.estimate ?? 0),
          transactional:
            row.engine === null || row.engine === undefined || /^(innodb|rocksdb|ndbcluster|tokudb)$/i.test(row.engine),
          inheritsFrom: [],
          hasHeirs: false,
          ofExtension: null,
        } satisfies CatalogueTable
      }),
  }
}

function grouped(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const name = row.tablename ?? ''
    const group = groups.get(name)
    if (group) group.push(row)
    else groups.set(name, [row])
  }
  return groups
}

const FAMILIES: readonly (readonly [RegExp, ColumnFamily])[] = [
  [/^(char|varchar|tinytext|text|mediumtext|longtext)$/, 'text'],
  [/^(tinyint|smallint|mediumint|int|bigint|year|bit)$/, 'integer'],
  [/^decimal$/, 'decimal'],
  [/^(float|double)$/, 'float'],
  [/^date$/, 'date'],
  [/^(datetime|timestamp)$/, 'timestamp'],
  [/^time$/, 'time'],
  [/^uuid$/, 'uuid'],
  [/^json$/, 'json'],
  [/^(enum|set)$/, 'enum'],
  [/^(binary|varbinary|tinyblob|blob|mediumblob|longblob)$/, 'binary'],
]

function familyOf(row: Row, checks: readonly Row[]): ColumnFamily {
  const type = row.datatype ?? ''
  if (row.type === 'tinyint(1)') return 'boolean'
  // MariaDB writes JSON as longtext with a check of its own.
  const isJson = checks.some(
    (c) => (c.expression ?? '').toLowerCase() === `json_valid(\`${(row.name ?? '').toLowerCase()}\`)`,
  )
  if (type === 'longtext' && isJson) return 'json'
  return FAMILIES.find(([pattern]) => pattern.test(type))?.[1] ?? 'other'
}

function toColumn(row: Row, checks: readonly Row[]): CatalogueColumn {
  const generated = /VIRTUAL|STORED|PERSISTENT/i.test(row.extra ?? '') && (row.generation ?? '') !== ''
  const family = familyOf(row, checks)
  const length = row.length === null || row.length === undefined ? null : Number(row.length)
  return {
    name: row.name ?? '',
    type: row.type ?? '',
    family,
    elementFamily: null,
    length: family === 'text' || family === 'binary' || family === 'json' ? length : null,
    precision: row.numericprecision ? Number(row.numericprecision) : null,
    scale: row.numericscale ? Number(row.numericscale) : null,
    nullable: row.nullable === 'YES',
    // MariaDB writes the word NULL where there is no default but NULL.
    default: row.defaultvalue === undefined || row.defaultvalue === 'NULL' ? null : row.defaultvalue,
    generated,
    identity: /auto_increment/i.test(row.extra ?? ''),
    collation: row.collation ?? null,
    enumValues: family === 'enum' ? labels(row.type ?? '') : [],
    ordinal: Number(row.ordinal),
  }
}

function labels(type: string): string[] {
  return [...type.matchAll(/'((?:[^']|'')*)'/g)].map((match) => (match[1] ?? '').replaceAll("''", "'"))
}

function indexesOf(rows: readonly Row[]): CatalogueIndex[] {
  const byName = new Map<string, Row[]>()
  for (const row of rows) byName.set(row.name ?? '', [...(byName.get(row.name ?? '') ?? []), row])
  return [...byName].map(([name, parts]) => ({
    name,
    columns: parts.map((part) => part.columnname ?? null),
    expressions: [],
    unique: parts[0]?.nonunique === '0',
    // An index over the beginning of a text says nothing about the whole.
    partial: parts.some((part) => part.part !== null && part.part !== undefined),
    method: (parts[0]?.method ?? '').toLowerCase(),
  }))
}

const ACTIONS: Readonly<Record<string, ReferentialAction>> = {
  CASCADE: 'cascade',
  'SET NULL': 'set_null',
  'SET DEFAULT': 'set_default',
  RESTRICT: 'restrict',
  'NO ACTION': 'no_action',
}

function foreignKeysOf(rows: readonly Row[]): CatalogueForeignKey[] {
  const byName = new Map<string, Row[]>()
  for (const row of rows) byName.set(row.name ?? '', [...(byName.get(row.name ?? '') ?? []), row])
  return [...byName].map(([name, parts]) => ({
    name,
    table: parts[0]?.tablename ?? '',
    columns: parts.map((part) => part.columnname ?? ''),
    referencedTable: parts[0]?.referenced ?? '',
    referencedColumns: parts.map((part) => part.referencedcolumn ?? ''),
    onDelete: ACTIONS[parts[0]?.ondelete ?? ''] ?? 'no_action',
    onUpdate: ACTIONS[parts[0]?.onupdate ?? ''] ?? 'no_action',
    deferrable: false,
  }))
}
