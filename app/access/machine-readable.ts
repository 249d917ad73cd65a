import { stringify } from 'csv-stringify/sync'
import type { Cover, RowSource } from './html'
import type { PackageColumn, PackageRow, PackageTable } from './contents'

/** `data.json`, piece by piece: about the package, then each table with its description and rows as objects. */
export async function* jsonFile(cover: Cover, rows: RowSource): AsyncGenerator<string> {
  const { contents, organisation, reference, receivedOn, preparedOn, kind, leftOut } = cover
  const about = {
    kind,
    reference,
    organisation: organisation.name,
    receivedOn: receivedOn.toString(),
    preparedOn: preparedOn.toString(),
    elsewhere: contents.elsewhere,
  }
  yield `${JSON.stringify(about).slice(0, -1)},"tables":[`
  for (const [place, table] of contents.tables.entries()) {
    const out = leftOut.find((each) => each.place === place)
    const described = { ...table, leftOut: { rows: out?.rows ?? 0, columns: out?.columns ?? [] } }
    yield `${place > 0 ? ',' : ''}\n${JSON.stringify({ ...described, rowCount: table.rows, rows: undefined }).slice(0, -1)},"rows":[`
    let first = true
    for await (const portion of rows(place)) {
      const lines = portion.map((row) => JSON.stringify(asObject(table, row)))
      yield `${first ? '\n' : ',\n'}${lines.join(',\n')}`
      first = false
    }
    yield ']}'
  }
  yield ']}\n'
}

function asObject(table: PackageTable, row: PackageRow): Record<string, unknown> {
  return Object.fromEntries(table.columns.map((column, at) => [column.name, typed(row[at] ?? null, column)]))
}

/** Booleans, whole numbers and JSON as what they are; everything else as the database writes it. */
function typed(value: string | null, { family }: PackageColumn): unknown {
  if (value === null) return null
  if (family === 'boolean') return ['true', 't', '1'].includes(value)
  if (family === 'integer') return Number.isSafeInteger(Number(value)) ? Number(value) : value
  if (family !== 'json') return value
  try {
    return JSON.parse(value) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return value
    throw error
  }
}

/**
 * One table as CSV (RFC 4180). A cell that a spreadsheet would take for a formula (= + - @ tab, carriage return) gets an
 * apostrophe in front; data.json has it as it is.
 */
export async function* csvFile(
  table: PackageTable,
  portions: AsyncIterable<readonly PackageRow[]>,
): AsyncGenerator<string> {
  const write = (rows: readonly (readonly (string | null)[])[]) =>
    stringify(
      rows.map((row) => [...row]),
      { escape_formulas: true, record_delimiter: '\r\n' },
    )
  yield write([table.columns.map((column) => column.name)])
  for await (const rows of portions) if (rows.length > 0) yield write(rows)
}
