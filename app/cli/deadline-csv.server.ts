import { readFileSync } from 'node:fs'
import { CsvError, parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import type { WorkingCalendar } from '~/deadlines/calendar'
import { computeDeadline } from '~/deadlines/due'
import { parseDay, parsePausedDays } from './deadline-input.server'

type Text = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string }
type Row = Record<string, string>

const needed = ['received_on', 'paused_days']
const computed = ['due_on', 'extended_due_on']
const mostMessages = 20

/** The text of a file, or of standard input for `-`; refused when it can't be read. */
export function readText(file: string): Text {
  try {
    return { ok: true, text: readFileSync(file === '-' ? 0 : file, 'utf8') }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return { ok: false, message: `--csv: can't read ${file}: ${code}` }
  }
}

/**
 * The same rows with due_on and extended_due_on, as CSV or as a JSON array; columns in the order in which they came.
 * One wrong row refuses the whole, with the number of each wrong row on a line.
 */
export function answerRows(text: string, calendar: WorkingCalendar, json: boolean): Text {
  const read = readRows(text)
  if (!read.ok) return read
  const answers = read.rows.map((row) => answerRow(row, calendar))
  const wrong = answers.flatMap((answer, index) => (answer.ok ? [] : [`row ${index + 1}: ${answer.message}`]))
  if (wrong.length > 0) return { ok: false, message: listed(wrong) }
  const rows = answers.flatMap((answer) => (answer.ok ? [answer.row] : []))
  if (json) return { ok: true, text: `${JSON.stringify(rows, null, 2)}\n` }
  const columns = [...new Set([...read.columns, ...computed])]
  const { delimiter, lineEnd } = read
  return { ok: true, text: stringify(rows, { header: true, columns, delimiter, record_delimiter: lineEnd }) }
}

type Read =
  | {
      readonly ok: true
      readonly columns: string[]
      readonly rows: Row[]
      readonly delimiter: string
      readonly lineEnd: string
    }
  | { readonly ok: false; readonly message: string }

function readRows(text: string): Read {
  const header = text.slice(0, Math.max(0, text.search(/[\r\n]|$/)))
  // Spreadsheets in Dutch part columns with a semicolon.
  const delimiter = header.includes(';') && !header.includes(',') ? ';' : ','
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n'
  let columns: string[] = []
  try {
    const rows: Row[] = parse(text, {
      bom: true,
      delimiter,
      trim: true,
      skip_empty_lines: true,
      columns: (names: string[]) => (columns = names),
    })
    const missing = needed.filter((name) => !columns.includes(name))
    if (missing.length > 0) return { ok: false, message: `--csv: no column ${missing.join(', ')} in the first line` }
    const twice = columns.find((name, index) => columns.indexOf(name) !== index)
    if (twice !== undefined) return { ok: false, message: `--csv: column ${JSON.stringify(twice)} stands there twice` }
    return { ok: true, columns, rows, delimiter, lineEnd }
  } catch (error) {
    if (error instanceof CsvError)
      return { ok: false, message: `--csv: row ${Number(error.records) + 1}: ${error.message}` }
    throw error
  }
}

type RowAnswer = { readonly ok: true; readonly row: Row } | { readonly ok: false; readonly message: string }

function answerRow(row: Row, calendar: WorkingCalendar): RowAnswer {
  const { received_on: received = '', paused_days: paused = '' } = row
  const receivedOn = parseDay(received)
  if (!receivedOn)
    return { ok: false, message: `received_on is not a date like 2026-01-31: ${JSON.stringify(received)}` }
  const pausedDays = parsePausedDays(paused === '' ? '0' : paused)
  if (pausedDays === undefined) {
    return { ok: false, message: `paused_days is not a whole number of days: ${JSON.stringify(paused)}` }
  }
  const { dueOn, extendedDueOn } = computeDeadline({ receivedOn, pausedDays, calendar, explain: false })
  return { ok: true, row: { ...row, due_on: dueOn.toString(), extended_due_on: extendedDueOn.toString() } }
}

function listed(messages: readonly string[]): string {
  const more = messages.length - mostMessages
  const lines = messages.slice(0, mostMessages).map((message) => `--csv: ${message}`)
  return [...lines, ...(more > 0 ? [`--csv: and ${more} more`] : [])].join('\n')
}
