import { CsvError, parse } from 'csv-parse/sync'

/** The columns that a file may have; the first three it must have. */
export const importColumns = [
  'reference',
  'kind',
  'received_on',
  'channel',
  'name',
  'email',
  'phone',
  'customer_number',
  'objection_to',
  'language',
  'assignee',
  'state',
  'extension_told_on',
  'extended_to',
  'extension_ground',
] as const
export type ImportColumn = (typeof importColumns)[number]
const needed: readonly ImportColumn[] = ['reference', 'kind', 'received_on']

/** A row by its columns, and the line of the file on which it begins. */
export type FileRow = { line: number; cells: Partial<Record<ImportColumn, string>>; fits: boolean }
export type FileProblem =
  | { reason: 'file_empty' | 'too_many_rows' | 'file_too_large' | 'not_text' }
  | { reason: 'not_csv'; line: number }
  | { reason: 'unknown_column' | 'column_missing' | 'column_twice'; column: string }
export type ReadFile = { ok: true; rows: FileRow[] } | ({ ok: false } & FileProblem)

export const rowsAtMost = 1_000
/** As much as the form that confirms the import can carry. */
const charactersAtMost = 200_000

/** The text of a file as spreadsheets write it: UTF-8 or UTF-16 with its mark, UTF-8 without, else windows-1252. */
export function decodeFile(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** Reads a file with a line of column names; cells between commas, semicolons or tabs, as its first line has them. */
export function readCsv(text: string): ReadFile {
  if (text.length > charactersAtMost) return { ok: false, reason: 'file_too_large' }
  if (text.includes('\u0000')) return { ok: false, reason: 'not_text' }
  const parsed = parseRecords(text)
  if (!parsed.ok) return parsed
  const [head, ...body] = parsed.records
  if (!head || body.length === 0) return { ok: false, reason: 'file_empty' }
  if (body.length > rowsAtMost) return { ok: false, reason: 'too_many_rows' }
  const columns = head.cells.map((name) => name.trim().toLowerCase())
  const unknown = columns.find((name) => !isColumn(name))
  if (unknown !== undefined) return { ok: false, reason: 'unknown_column', column: unknown.slice(0, 60) }
  const twice = columns.find((name, at) => columns.indexOf(name) !== at)
  if (twice !== undefined) return { ok: false, reason: 'column_twice', column: twice }
  const missing = needed.find((name) => !columns.includes(name))
  if (missing) return { ok: false, reason: 'column_missing', column: missing }
  const rows = body.map(({ line, cells }) => ({
    line,
    cells: Object.fromEntries(columns.map((name, at) => [name, plain(cells[at] ?? '')])),
    fits: cells.length === columns.length,
  }))
  return { ok: true, rows }
}

const isColumn = (name: string): name is ImportColumn => (importColumns as readonly string[]).includes(name)

/** Our own files, and careful spreadsheets, put an apostrophe before what would be taken for a formula. */
const plain = (cell: string) => cell.replace(/^'(?=[=+\-@\t\r])/, '').trim()

type Records =
  { ok: true; records: { line: number; cells: string[] }[] } | { ok: false; reason: 'not_csv'; line: number }

function parseRecords(given: string): Records {
  const text = given.replace(/\r\n?/g, '\n')
  const firstLine = text.split('\n', 1)[0] ?? ''
  const delimiter = [',', ';', '\t'].reduce((best, one) =>
    firstLine.split(one).length > firstLine.split(best).length ? one : best,
  )
  try {
    const found = parse(text, { bom: true, delimiter, raw: true, info: true, relax_column_count: true })
    let line = 1
    const records = (found as unknown as { record: string[]; raw: string }[]).map(({ record, raw }) => {
      const at = line
      // More than one where a cell holds line ends.
      line += raw.split('\n').length - 1
      return { cells: record, line: at }
    })
    return { ok: true, records: records.filter(({ cells }) => cells.some((cell) => cell.trim() !== '')) }
  } catch (error) {
    if (error instanceof CsvError) return { ok: false, reason: 'not_csv', line: Number(error['lines']) || 1 }
    throw error
  }
}
