import type {
  Catalogue,
  CatalogueCheck,
  CatalogueColumn,
  CatalogueForeignKey,
  CatalogueIndex,
  CatalogueKey,
  CatalogueTable,
  CatalogueTrigger,
  ColumnFamily,
  ReferentialAction,
  TableKind,
} from '../catalogue'
import type { Executor, Row } from './adapter'
import { sql, type Sql } from './sql'

const OWN = sql`n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'`

const TABLES = sql`
  SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.relispartition AS partition,
    greatest(c.reltuples, 0)::bigint AS estimate, x.extname AS extension,
    (SELECT coalesce(json_agg(i.inhparent::text ORDER BY i.inhseqno), '[]') FROM pg_inherits i WHERE i.inhrelid = c.oid) AS parents,
    EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhparent = c.oid) AS heirs
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  LEFT JOIN pg_extension x ON x.oid = d.refobjid
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${OWN} ORDER BY n.nspname, c.relname`

const COLUMNS = sql`
  SELECT a.attrelid AS oid, a.attname AS name, a.attnum AS ordinal, a.attnotnull AS notnull, a.attgenerated <> '' AS generated,
    a.attidentity <> '' AS identity, format_type(b.oid, b.typmod) AS type, t.typname AS typname, t.typtype AS typtype,
    t.typcategory AS category, e.typname AS element, e.typtype AS elementtype, b.typmod AS typmod,
    pg_get_expr(d.adbin, d.adrelid) AS default,
    CASE WHEN a.attcollation <> 0 AND co.collname <> 'default' THEN co.collname END AS collation,
    (SELECT json_agg(l.enumlabel ORDER BY l.enumsortorder) FROM pg_enum l WHERE l.enumtypid IN (t.oid, e.oid)) AS labels,
    (SELECT json_agg(pg_get_constraintdef(k.oid)) FROM pg_constraint k WHERE k.contypid = a.atttypid AND k.contype = 'c') AS domainchecks
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_type o ON o.oid = a.atttypid
  CROSS JOIN LATERAL (SELECT CASE WHEN o.typtype = 'd' THEN o.typbasetype ELSE o.oid END AS oid,
    CASE WHEN o.typtype = 'd' THEN o.typtypmod ELSE a.atttypmod END AS typmod) b
  JOIN pg_type t ON t.oid = b.oid
  LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_collation co ON co.oid = a.attcollation
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${OWN} ORDER BY a.attrelid, a.attnum`

const CONSTRAINTS = sql`
  SELECT k.conrelid AS oid, k.conname AS name, k.contype AS kind, k.confrelid AS referenced, k.confdeltype AS ondelete,
    k.confupdtype AS onupdate, k.condeferrable AS deferrable, pg_get_constraintdef(k.oid) AS definition,
    (SELECT json_agg(a.attname ORDER BY u.n) FROM unnest(k.conkey) WITH ORDINALITY u(num, n)
       JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num) AS columns,
    (SELECT json_agg(a.attname ORDER BY u.n) FROM unnest(k.confkey) WITH ORDINALITY u(num, n)
       JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num) AS referencedcolumns
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE k.contype IN ('p', 'u', 'f', 'c') AND k.conparentid = 0 AND ${OWN} ORDER BY k.conrelid, k.conname`

const INDEXES = sql`
  SELECT i.indrelid AS oid, ic.relname AS name, i.indisunique AS "unique", i.indpred IS NOT NULL AS partial, am.amname AS method,
    (SELECT json_agg(a.attname ORDER BY s.n) FROM generate_series(0, i.indnkeyatts - 1) s(n)
       LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[s.n] AND a.attnum > 0) AS columns,
    (SELECT json_agg(pg_get_indexdef(i.indexrelid, s.n + 1, true)) FROM generate_series(0, i.indnkeyatts - 1) s(n)
       WHERE i.indkey[s.n] = 0) AS expressions
  FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_am am ON am.oid = ic.relam
  JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE i.indisvalid AND ${OWN} ORDER BY i.indrelid, ic.relname`

const TRIGGERS = sql`
  SELECT t.tgrelid AS oid, t.tgname AS name, t.tgtype AS type, t.tgenabled <> 'D' AS enabled
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT t.tgisinternal AND ${OWN} ORDER BY t.tgrelid, t.tgname`

/** Reads the whole catalogue: schemas that are not the engine's own, views and partitions marked as such. */
export async function readPostgresCatalogue(executor: Executor): Promise<Catalogue> {
  const ask = (statement: Sql) => executor.query(statement)
  const [about, tables, columns, constraints, indexes, triggers] = await Promise.all([
    ask(sql`SELECT current_setting('server_version') AS version, coalesce(current_schema(), 'public') AS schema`),
    ask(TABLES),
    ask(COLUMNS),
    ask(CONSTRAINTS),
    ask(INDEXES),
    ask(TRIGGERS),
  ])
  const defaultSchema = about[0]?.schema ?? 'public'
  const rows = new Map(tables.map((row) => [row.oid, row]))
  const idOf = (oid: string | null | undefined): string => {
    const row = rows.get(oid ?? null)
    if (!row) return ''
    // A key onto a partition is a key onto its parent, as far as rows are concerned.
    if (row.partition === 'true') return idOf(names(row.parents)[0])
    return row.schema === defaultSchema ? text(row.name) : `${text(row.schema)}.${text(row.name)}`
  }
  const [columnsOf, constraintsOf, indexesOf, triggersOf] = [columns, constraints, indexes, triggers].map(grouped)
  const built = tables.map((row) => {
    const id = row.schema === defaultSchema ? text(row.name) : `${text(row.schema)}.${text(row.name)}`
    const own = constraintsOf?.get(row.oid) ?? []
    const ownIndexes = (indexesOf?.get(row.oid) ?? []).map(toIndex)
    const primary = own.find((c) => c.kind === 'p')
    const ownColumns = columnsOf?.get(row.oid) ?? []
    return {
      schema: text(row.schema),
      name: text(row.name),
      id,
      kind: kindOf(row),
      columns: ownColumns.map(toColumn),
      primaryKey: primary ? names(primary.columns) : null,
      uniqueKeys: uniqueKeys(ownIndexes, primary ? names(primary.columns) : null),
      foreignKeys: own.filter((c) => c.kind === 'f').map((c) => toForeignKey(c, id, idOf(c.referenced))),
      checks: [...own.filter((c) => c.kind === 'c').map(toCheck), ...ownColumns.flatMap(domainChecks)],
      triggers: (triggersOf?.get(row.oid) ?? []).map(toTrigger),
      indexes: ownIndexes,
      rowEstimate: Number(row.estimate),
      transactional: row.kind !== 'f',
      inheritsFrom: names(row.parents).map((oid) => plainId(rows.get(oid), defaultSchema)),
      hasHeirs: row.heirs === 'true',
      ofExtension: row.extension ?? null,
    } satisfies CatalogueTable
  })
  return { engine: 'postgres', version: about[0]?.version ?? '', defaultSchema, tables: withPartitionEstimates(built) }
}

const text = (value: string | null | undefined) => value ?? ''

function names(json: string | null | undefined): string[] {
  const parsed: unknown = json ? JSON.parse(json) : []
  return Array.isArray(parsed) ? parsed.filter((name) => typeof name === 'string') : []
}

function plainId(row: Row | undefined, defaultSchema: string): string {
  if (!row) return ''
  return row.schema === defaultSchema ? text(row.name) : `${text(row.schema)}.${text(row.name)}`
}

function grouped(rows: readonly Row[]): Map<string | null | undefined, Row[]> {
  const groups = new Map<string | null | undefined, Row[]>()
  for (const row of rows) {
    const group = groups.get(row.oid)
    if (group) group.push(row)
    else groups.set(row.oid, [row])
  }
  return groups
}

function kindOf(row: Row): TableKind {
  if (row.partition === 'true') return 'partition'
  if (row.kind === 'p') return 'partitioned'
  if (row.kind === 'v') return 'view'
  if (row.kind === 'm') return 'materialized_view'
  return row.kind === 'f' ? 'foreign' : 'table'
}

const FAMILIES: Readonly<Record<string, ColumnFamily>> = {
  text: 'text',
  varchar: 'text',
  bpchar: 'text',
  name: 'text',
  citext: 'text',
  char: 'text',
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  oid: 'integer',
  numeric: 'decimal',
  money: 'other',
  float4: 'float',
  float8: 'float',
  bool: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamp',
  time: 'time',
  timetz: 'time',
  uuid: 'uuid',
  json: 'json',
  jsonb: 'json',
  bytea: 'binary',
  tsvector: 'tsvector',
}

function familyOf(name: string | null | undefined, type: string | null | undefined): ColumnFamily {
  if (type === 'e') return 'enum'
  return FAMILIES[name ?? ''] ?? 'other'
}

function toColumn(row: Row): CatalogueColumn {
  const isArray = row.category === 'A' && row.element !== null
  const family = isArray ? 'array' : familyOf(row.typname, row.typtype)
  const typmod = Number(row.typmod)
  const sized = (row.typname === 'varchar' || row.typname === 'bpchar') && typmod > 4
  const decimal = row.typname === 'numeric' && typmod > 4
  return {
    name: text(row.name),
    type: text(row.type),
    family,
    elementFamily: isArray ? familyOf(row.element, row.elementtype) : null,
    length: sized ? typmod - 4 : row.typname === 'name' ? 63 : null,
    precision: decimal ? ((typmod - 4) >> 16) & 0xffff : null,
    scale: decimal ? (typmod - 4) & 0x7ff : null,
    nullable: row.notnull !== 'true',
    default: row.generated === 'true' ? null : (row.default ?? null),
    generated: row.generated === 'true',
    identity: row.identity === 'true',
    collation: row.collation ?? null,
    enumValues: names(row.labels),
    ordinal: Number(row.ordinal),
  }
}

const ACTIONS: Readonly<Record<string, ReferentialAction>> = {
  a: 'no_action',
  r: 'restrict',
  c: 'cascade',
  n: 'set_null',
  d: 'set_default',
}

function toForeignKey(row: Row, table: string, referencedTable: string): CatalogueForeignKey {
  return {
    name: text(row.name),
    table,
    columns: names(row.columns),
    referencedTable,
    referencedColumns: names(row.referencedcolumns),
    onDelete: ACTIONS[text(row.ondelete)] ?? 'no_action',
    onUpdate: ACTIONS[text(row.onupdate)] ?? 'no_action',
    deferrable: row.deferrable === 'true',
  }
}

function toCheck(row: Row): CatalogueCheck {
  return { name: text(row.name), expression: text(row.definition), columns: names(row.columns) }
}

function domainChecks(row: Row): CatalogueCheck[] {
  return names(row.domainchecks).map((expression) => ({
    name: `${text(row.name)} (domain)`,
    expression,
    columns: [text(row.name)],
  }))
}

function toIndex(row: Row): CatalogueIndex {
  const columns: unknown = row.columns ? JSON.parse(row.columns) : []
  return {
    name: text(row.name),
    columns: Array.isArray(columns) ? columns.map((c) => (typeof c === 'string' ? c : null)) : [],
    expressions: names(row.expressions),
    unique: row.unique === 'true',
    partial: row.partial === 'true',
    method: text(row.method),
  }
}

function uniqueKeys(indexes: readonly CatalogueIndex[], primaryKey: readonly string[] | null): CatalogueKey[] {
  const keys: CatalogueKey[] = []
  for (const index of indexes) {
    if (!index.unique || index.partial || index.expressions.length > 0) continue
    const columns = index.columns.filter((c) => c !== null)
    if (primaryKey && columns.length === primaryKey.length && columns.every((c) => primaryKey.includes(c))) continue
    keys.push({ name: index.name, columns })
  }
  return keys
}

function toTrigger(row: Row): CatalogueTrigger {
  const type = Number(row.type)
  const events = (['insert', 'delete', 'update', 'truncate'] as const).filter((_, i) => type & (4 << i))
  return {
    name: text(row.name),
    events,
    timing: type & 64 ? 'instead' : type & 2 ? 'before' : 'after',
    enabled: row.enabled === 'true',
  }
}

/** A partitioned table counts the rows of its partitions. */
function withPartitionEstimates(tables: readonly CatalogueTable[]): CatalogueTable[] {
  const estimate = (table: CatalogueTable): number =>
    tables
      .filter((t) => t.kind === 'partition' && t.inheritsFrom.includes(table.id))
      .reduce((sum, t) => sum + Math.max(t.rowEstimate, t.hasHeirs ? estimate(t) : 0), 0)
  return tables.map((t) => (t.kind === 'partitioned' ? { ...t, rowEstimate: Math.max(t.rowEstimate, estimate(t)) } : t))
}
