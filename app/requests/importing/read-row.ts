import { Temporal } from 'temporal-polyfill'
import { extensionGrounds } from '../extension-grounds'
import type { ReceiptRefusal } from '../receipt-day'
import { objectionSubjects, languages, requestKinds } from '../kinds'
import type { Channel, Language, ObjectionTo, RequestKind } from '../kinds'
import { maxLengths, parseEmail } from '../request-form'
import type { FileRow, ImportColumn } from './read-csv'

/** A running case as a row of a file says it. */
export type ImportRow = {
  line: number
  /** What it is called where it was kept until now. */
  externalReference: string
  kind: RequestKind
  receivedOn: Temporal.PlainDate
  channel: Exclude<Channel, 'portal'>
  name: string | null
  email: string | null
  phone: string | null
  customerNumber: string | null
  objectionTo: ObjectionTo | undefined
  language: Language
  /** The e-mail address of the colleague who has it. */
  assigneeEmail: string | null
  state: 'received' | 'in_progress'
  /** The day on which the person was told of more time, and until when; absent: they were not. */
  extension: { toldOn: Temporal.PlainDate; until: Temporal.PlainDate | null; ground: string } | null
}

export type CellProblem =
  | 'missing'
  | 'unknown_word'
  | 'no_date'
  | 'no_email'
  | 'too_long'
  | 'formula'
  | 'cells_do_not_fit'
  | 'marketing_singly'
  | 'twice_in_file'
  | ReceiptRefusal
  | 'unknown_assignee'
  | 'told_in_future'
  | 'told_before_receipt'
  | 'told_too_late'
  | 'not_after_due_date'
  | 'after_latest_date'
export type CellError = { line: number; column: ImportColumn; problem: CellProblem }

const channels = ['letter', 'phone', 'email', 'api'] as const
const states = ['received', 'in_progress'] as const

/** A row as a case, or everything that is wrong with it, cell by cell. */
export function readRow({ line, cells, fits }: FileRow): { row: ImportRow } | { errors: CellError[] } {
  const errors: CellError[] = []
  const wrong = (column: ImportColumn, problem: CellProblem) => void errors.push({ line, column, problem })
  if (!fits) wrong('reference', 'cells_do_not_fit')
  const text = (column: ImportColumn, longest: number): string | null => {
    const value = (cells[column] ?? '').replace(/[\s\p{Cc}]+/gu, ' ').trim()
    if (value.length > longest) wrong(column, 'too_long')
    // What a spreadsheet would have calculated is not what a person is called.
    if (/^[=@]/.test(value)) wrong(column, 'formula')
    return value || null
  }
  const word = <Word extends string>(column: ImportColumn, words: readonly Word[], otherwise: Word | null) => {
    const value = (cells[column] ?? '').toLowerCase()
    const found = value === '' ? otherwise : words.find((one) => one === value)
    if (found === undefined || found === null) wrong(column, value === '' ? 'missing' : 'unknown_word')
    return found ?? null
  }
  const date = (column: ImportColumn): Temporal.PlainDate | null => {
    const value = cells[column] ?? ''
    if (value === '') return null
    const day = dayIn(value)
    if (!day) wrong(column, 'no_date')
    return day
  }
  const address = (column: 'email' | 'assignee'): string | null => {
    const value = cells[column] ?? ''
    if (value === '') return null
    const parsed = parseEmail(value)
    if (!parsed.ok) wrong(column, 'no_email')
    return parsed.ok ? parsed.value : null
  }
  const externalReference = text('reference', 100)
  if (!externalReference) wrong('reference', 'missing')
  const kind = word('kind', requestKinds, null)
  const receivedOn = date('received_on')
  if (!cells.received_on) wrong('received_on', 'missing')
  const channel = word('channel', channels, 'letter')
  const objectionTo = kind === 'objection' ? word('objection_to', objectionSubjects, 'other') : undefined
  // It is carried out when it is entered, and told to the person: not what an import does.
  if (objectionTo === 'direct_marketing') wrong('objection_to', 'marketing_singly')
  const language = word('language', languages, 'nl')
  const state = word('state', states, 'received')
  const person = {
    name: text('name', maxLengths.name),
    email: address('email'),
    phone: text('phone', maxLengths.phone),
    customerNumber: text('customer_number', maxLengths.customerNumber),
  }
  const assigneeEmail = address('assignee')
  const toldOn = date('extension_told_on')
  const until = date('extended_to')
  const ground = toldOn ? word('extension_ground', extensionGrounds, null) : null
  if (until && !toldOn) wrong('extension_told_on', 'missing')
  if (errors.length > 0 || !externalReference || !kind || !receivedOn || !channel || !language || !state)
    return { errors }
  const extension = toldOn && ground ? { toldOn, until, ground } : null
  return {
    row: {
      line,
      externalReference,
      kind,
      receivedOn,
      channel,
      ...person,
      objectionTo: objectionTo ?? undefined,
      language,
      assigneeEmail,
      state,
      extension,
    },
  }
}

/** `2026-03-02`, or day, month, year as they are written here: `2-3-2026`, `02/03/2026`. */
function dayIn(text: string): Temporal.PlainDate | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text)
  const local = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(text)
  const [year, month, day] = iso ? iso.slice(1) : (local?.slice(1).reverse() ?? [])
  if (!year || Number(year) < 1900) return null
  try {
    return Temporal.PlainDate.from(
      { year: Number(year), month: Number(month), day: Number(day) },
      { overflow: 'reject' },
    )
  } catch {
    return null
  }
}
