import { stringify } from 'csv-stringify/sync'

/** A table as a file that a spreadsheet opens; cells that look like a formula are defused. */
export function csvAnswer(fileName: string, rows: readonly (readonly (string | number | null)[])[]): Response {
  return new Response(
    '\uFEFF' +
      stringify(
        rows.map((row) => [...row]),
        { escape_formulas: true, record_delimiter: '\r\n' },
      ),
    {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="${fileName}"`,
      },
    },
  )
}
