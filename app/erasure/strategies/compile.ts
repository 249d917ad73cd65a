import type { Dialect } from '~/systems/adapters/adapter'
import { identifier, join, keyword, sql, type Sql } from '~/systems/adapters/sql'
import type { CatalogueColumn, CatalogueTable } from '~/systems/catalogue'
import type { Strategy } from '~/systems/data-map'
import { isUniqueAlone } from './fit'
import { shapedInteger, shapedText, shapedUuid } from './shape'

export interface CompileContext {
  readonly dialect: Dialect
  readonly table: CatalogueTable
  /** 32 bytes; one per run, destroyed after verification. */
  readonly key: Uint8Array
  /** Columns that address a row, so that `random` differs from row to row. */
  readonly rowKey: readonly string[]
}

/**
 * How a strategy is carried out: as an SQL expression over the old row, as one over the rewritten row (`after`), or row by
 * row in the program, since it depends on who the person is (`by_row`).
 */
export type Compiled = { readonly how: 'sql' | 'after'; readonly expression: Sql } | { readonly how: 'by_row' }

/** Compiles a column's strategy for one engine. The strategy must have passed `fitStrategy`. */
export function compileStrategy(strategy: Strategy, column: CatalogueColumn, context: CompileContext): Compiled {
  const { dialect } = context
  const value = identifier(column.name)
  const sqlOf = (expression: Sql): Compiled => ({ how: 'sql', expression })
  switch (strategy.kind) {
    case 'keep':
      return sqlOf(value)
    case 'empty':
      return sqlOf(emptyValue(dialect, column))
    case 'fixed':
      return sqlOf(dialect.asColumn(strategy.value === null ? null : String(strategy.value), column))
    case 'pseudonym':
      return sqlOf(pseudonym(dialect.hmac(dialect.asText(value, column), context.key), column, context))
    case 'random': {
      const seed = [
        keyword("'random'"),
        keyword(`'${column.ordinal}'`),
        ...context.rowKey.map((name) => rowKeyText(name, context)),
      ]
      return sqlOf(pseudonym(dialect.hmac(dialect.concat(seed), context.key), column, context))
    }
    case 'generalise':
      return sqlOf(generalised(strategy.to, value, column, dialect))
    case 'truncate':
      return sqlOf(sql`left(${value}, ${keyword(String(Math.max(0, Math.trunc(strategy.length))))})`)
    case 'redact':
    case 'redact_list':
    case 'json':
      return { how: 'by_row' }
    case 'derived':
      if (column.family !== 'text') return sqlOf(emptyValue(dialect, column))
      if (!strategy.from) return { how: 'by_row' }
      return { how: 'after', expression: joined(strategy.from, strategy.join, context) }
  }
}

function rowKeyText(name: string, { dialect, table }: CompileContext): Sql {
  const column = table.columns.find((each) => each.name === name)
  return column ? dialect.asText(identifier(name), column) : keyword("''")
}

/** The old value's NULL stays NULL: `substr` and `||` over NULL give NULL in both engines, CASE has its own branch. */
function pseudonym(hex: Sql, column: CatalogueColumn, { dialect, table }: CompileContext): Sql {
  const value = identifier(column.name)
  const whenThere = (expression: Sql) => sql`CASE WHEN ${value} IS NULL THEN NULL ELSE ${expression} END`
  const cast = (expression: Sql) =>
    dialect.engine === 'postgres' ? sql`(${expression})::${keyword(column.type)}` : expression
  switch (column.family) {
    case 'uuid':
      return whenThere(cast(shapedUuid(dialect.engine, hex)))
    case 'integer':
    case 'decimal':
      return whenThere(cast(shapedInteger(dialect.engine, hex, column)))
    case 'boolean':
      return whenThere(sql`(substr(${hex}, 1, 1) < '8')`)
    case 'date':
      return whenThere(randomDate(dialect, hex))
    default: {
      const text = dialect.asText(value, column)
      return whenThere(shapedText(dialect.engine, text, hex, column, isUniqueAlone(table, column.name)))
    }
  }
}

/** A day between 1940 and 2009. */
function randomDate(dialect: Dialect, hex: Sql): Sql {
  return dialect.engine === 'postgres'
    ? sql`(date '1940-01-01' + (('x0' || substr(${hex}, 1, 7))::bit(32)::int % 25567))`
    : sql`DATE_ADD('1940-01-01', INTERVAL (CAST(CONV(substr(${hex}, 1, 7), 16, 10) AS UNSIGNED) % 25567) DAY)`
}

/** NULL, or the type's own empty value where NULL is not allowed. */
export function emptyValue(dialect: Dialect, column: CatalogueColumn): Sql {
  if (column.nullable) return keyword('NULL')
  const postgres = dialect.engine === 'postgres'
  switch (column.family) {
    case 'integer':
    case 'decimal':
    case 'float':
      return keyword('0')
    case 'boolean':
      return keyword(postgres ? 'false' : '0')
    case 'uuid':
      return keyword("'00000000-0000-0000-0000-000000000000'")
    case 'json':
      return keyword("'{}'")
    case 'array':
      return keyword("'{}'")
    default:
      return keyword("''")
  }
}

const dateParts = {
  postgres: {
    year: (v: Sql) => sql`date_trunc('year', ${v})`,
    month: (v: Sql) => sql`date_trunc('month', ${v})`,
    decade: (v: Sql) => sql`date_trunc('decade', ${v})`,
  },
  mysql: {
    year: (v: Sql) => sql`DATE_FORMAT(${v}, '%Y-01-01')`,
    month: (v: Sql) => sql`DATE_FORMAT(${v}, '%Y-%m-01')`,
    decade: (v: Sql) => sql`CONCAT(LPAD(FLOOR(YEAR(${v}) / 10) * 10, 4, '0'), '-01-01')`,
  },
} as const

function generalised(
  to: 'year' | 'month' | 'decade' | number,
  value: Sql,
  column: CatalogueColumn,
  dialect: Dialect,
): Sql {
  if (typeof to === 'number') {
    const step = keyword(String(Math.abs(to) || 1))
    return sql`floor(${value} / ${step}${keyword(dialect.engine === 'postgres' ? '::numeric' : '')}) * ${step}`
  }
  // A date kept as text is taken to begin with its year, as ISO 8601 writes it.
  if (column.family === 'text') {
    if (to === 'decade') return dialect.concat([sql`left(${value}, 3)`, keyword("'0'")])
    return sql`left(${value}, ${keyword(to === 'year' ? '4' : '7')})`
  }
  const rounded = dateParts[dialect.engine][to](value)
  return dialect.engine === 'postgres' ? sql`${rounded}::${keyword(column.type)}` : rounded
}

function joined(from: readonly string[], between: string, { dialect, table }: CompileContext): Sql {
  const parts = from.flatMap((name) => {
    const column = table.columns.find((each) => each.name === name)
    return column ? [sql`NULLIF(${dialect.asText(identifier(name), column)}, '')`] : []
  })
  const separator = dialect.engine === 'postgres' ? sql`${between}::text` : sql`${between}`
  return sql`concat_ws(${join([separator, ...parts])})`
}
