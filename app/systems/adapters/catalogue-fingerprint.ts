import { sql } from './sql'

/**
 * One short answer that changes whenever the catalogue does. PostgreSQL writes a new version of a catalogue row at every
 * DDL, and `xmin` names the transaction that wrote it; statistics are written in place and leave it as it is. Temporary
 * tables of other sessions do not count. Below 16384 (FirstNormalObjectId) stands only what PostgreSQL brings along: with that
 * bound the indexes on the ids find the rest.
 */
export const POSTGRES_FINGERPRINT = sql`
  WITH own AS (SELECT c.oid, c.xmin FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid >= 16384 AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'),
    seen AS (
      SELECT 'class' AS what, oid::text AS id, xmin FROM own
      UNION ALL SELECT 'namespace', oid::text, xmin FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
      UNION ALL SELECT 'attribute', a.attrelid::text || '.' || a.attnum::text, a.xmin FROM pg_attribute a JOIN own ON own.oid = a.attrelid WHERE a.attrelid >= 16384
      UNION ALL SELECT 'default', d.oid::text, d.xmin FROM pg_attrdef d JOIN own ON own.oid = d.adrelid
      UNION ALL SELECT 'constraint', oid::text, xmin FROM pg_constraint WHERE oid >= 16384
      UNION ALL SELECT 'index', i.indexrelid::text, i.xmin FROM pg_index i JOIN own ON own.oid = i.indrelid WHERE i.indexrelid >= 16384
      UNION ALL SELECT 'trigger', oid::text, xmin FROM pg_trigger
      UNION ALL SELECT 'inherits', i.inhrelid::text || '.' || i.inhseqno::text, i.xmin FROM pg_inherits i JOIN own ON own.oid = i.inhrelid
      UNION ALL SELECT 'enum', oid::text, xmin FROM pg_enum
      UNION ALL SELECT 'extension', oid::text, xmin FROM pg_extension)
  SELECT concat_ws(':', current_schema(), count(*), sum(hashtextextended(concat_ws('|', what, id, xmin), 0))) AS fingerprint FROM seen`

const part = (columns: string) => `COALESCE(SUM(CONV(LEFT(MD5(CONCAT_WS('|', ${columns})), 12), 16, 10)), 0)`

const PARTS: readonly (readonly [from: string, schema: string, columns: string])[] = [
  ['TABLES', 'TABLE_SCHEMA', 'TABLE_NAME, TABLE_TYPE, ENGINE'],
  [
    'COLUMNS',
    'TABLE_SCHEMA',
    "TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COALESCE(COLUMN_DEFAULT, '-'), IS_NULLABLE, COLUMN_TYPE, COALESCE(COLLATION_NAME, '-'), EXTRA, COALESCE(GENERATION_EXPRESSION, '-')",
  ],
  [
    'STATISTICS',
    'TABLE_SCHEMA',
    "TABLE_NAME, INDEX_NAME, NON_UNIQUE, SEQ_IN_INDEX, COALESCE(COLUMN_NAME, '-'), COALESCE(SUB_PART, '-'), INDEX_TYPE",
  ],
  [
    'KEY_COLUMN_USAGE',
    'TABLE_SCHEMA',
    "TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, ORDINAL_POSITION, COALESCE(REFERENCED_TABLE_NAME, '-'), COALESCE(REFERENCED_COLUMN_NAME, '-')",
  ],
  ['REFERENTIAL_CONSTRAINTS', 'CONSTRAINT_SCHEMA', 'TABLE_NAME, CONSTRAINT_NAME, DELETE_RULE, UPDATE_RULE'],
  ['TRIGGERS', 'TRIGGER_SCHEMA', 'EVENT_OBJECT_TABLE, TRIGGER_NAME, EVENT_MANIPULATION, ACTION_TIMING'],
  ['CHECK_CONSTRAINTS', 'CONSTRAINT_SCHEMA', 'CONSTRAINT_NAME, CHECK_CLAUSE'],
]

/** The same for MySQL and MariaDB, which keep no versions of their catalogue: a sum over what the catalogue says. */
export const MYSQL_FINGERPRINT = PARTS.map(
  ([from, schema, columns]) =>
    `SELECT '${from}' AS what, COUNT(*) AS n, ${part(columns)} AS total FROM information_schema.${from} WHERE ${schema} = DATABASE()`,
).join(' UNION ALL ')
