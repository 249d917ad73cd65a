import { and, eq, inArray } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { request, requestIndex } from '~db/schema'
import type { Executor } from '~db/client'
import { checkExtension } from '~/deadlines/extension'
import { dayOf } from '~/deadlines/pauses'
import { readOrganisation } from '~/platform/organisation.server'
import type { OrganisationSettings } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import { activeStaff } from '~/staff/accounts.server'
import { requestDeadline } from '../dates.server'
import { judgeReceipt } from '../receipt-day'
import { readCsv } from './read-csv'
import type { FileProblem } from './read-csv'
import { readRow } from './read-row'
import type { CellError, ImportRow } from './read-row'

type Rooms = Pick<Runtime, 'clock' | 'keys'>

export type CheckedRow = ImportRow & { assigneeId: string | null; extendedTo: Temporal.PlainDate | null }
export type Checked =
  | {
      ok: true
      rows: CheckedRow[]
      errors: CellError[]
      /** Rows that were imported before, with the reference that they have here. */
      already: { line: number; externalReference: string; reference: string }[]
    }
  | ({ ok: false } & FileProblem)

/** How a case is found again by what it was called elsewhere; the name itself is not kept. */
export const importIndexKind = 'import_reference'
export const importHash = ({ keys }: Pick<Runtime, 'keys'>, externalReference: string) =>
  keys.hmac('index', `${importIndexKind}:${externalReference}`)

/** What an import of this file would do, without doing it: which rows are right, which were imported before, what is wrong where. */
export async function checkRows(db: Executor, runtime: Rooms, text: string): Promise<Checked> {
  const file = readCsv(text)
  if (!file.ok) return file
  const organisation = await readOrganisation(db)
  const workers = await activeStaff(db, ['agent', 'admin'])
  const errors: CellError[] = []
  const read: ImportRow[] = []
  for (const one of file.rows.map(readRow)) {
    if ('row' in one) read.push(one.row)
    else errors.push(...one.errors)
  }
  const known = await importedBefore(db, runtime, read)
  const seen = new Set<string>()
  const rows: CheckedRow[] = []
  const already: { line: number; externalReference: string; reference: string }[] = []
  for (const row of read) {
    const { line, externalReference, assigneeEmail } = row
    if (seen.has(externalReference)) {
      errors.push({ line, column: 'reference', problem: 'twice_in_file' })
      continue
    }
    seen.add(externalReference)
    const reference = known.get(externalReference)
    if (reference) {
      already.push({ line, externalReference, reference })
      continue
    }
    const assignee = workers.find(({ email }) => email.toLowerCase() === assigneeEmail?.toLowerCase())
    const judged = await judgeDates(organisation, runtime, row)
    const wrong = [...judged.errors]
    if (assigneeEmail && !assignee) wrong.push({ line, column: 'assignee', problem: 'unknown_assignee' })
    if (wrong.length > 0) errors.push(...wrong)
    else rows.push({ ...row, assigneeId: assignee?.id ?? null, extendedTo: judged.extendedTo })
  }
  errors.sort((one, other) => one.line - other.line)
  return { ok: true, rows, errors, already }
}

async function importedBefore(db: Executor, runtime: Rooms, rows: ImportRow[]): Promise<Map<string, string>> {
  const byHash = new Map(
    rows.map(({ externalReference }) => [
      Buffer.from(importHash(runtime, externalReference)).toString('hex'),
      externalReference,
    ]),
  )
  if (byHash.size === 0) return new Map()
  const hashes = [...byHash.keys()].map((hash) => Buffer.from(hash, 'hex'))
  const found = await db
    .select({ hash: requestIndex.hash, reference: request.reference })
    .from(requestIndex)
    .innerJoin(request, eq(request.id, requestIndex.requestId))
    .where(and(eq(requestIndex.kind, importIndexKind), inArray(requestIndex.hash, hashes)))
  return new Map(found.map(({ hash, reference }) => [byHash.get(Buffer.from(hash).toString('hex')) ?? '', reference]))
}

type Judged = { errors: CellError[]; extendedTo: Temporal.PlainDate | null }

async function judgeDates(organisation: OrganisationSettings, { clock }: Rooms, row: ImportRow): Promise<Judged> {
  const { compare } = Temporal.PlainDate
  const { line, kind, receivedOn, extension } = row
  const zone = organisation['organisation.zone']
  const today = dayOf(clock.now(), zone)
  const none = (column: CellError['column'], problem: CellError['problem']): Judged => ({
    errors: [{ line, column, problem }],
    extendedTo: null,
  })
  const received = judgeReceipt(receivedOn, today)
  if (!received.ok) return none('received_on', received.reason)
  if (!extension) return { errors: [], extendedTo: null }
  const { toldOn } = extension
  if (compare(toldOn, today) > 0) return none('extension_told_on', 'told_in_future')
  if (compare(toldOn, receivedOn) < 0) return none('extension_told_on', 'told_before_receipt')
  const receivedAt = receivedOn.toZonedDateTime(zone).toInstant()
  const deadline = await requestDeadline(organisation, {
    kind,
    receivedAt,
    pauses: [],
    extension: null,
    now: clock.now(),
  })
  const until = extension.until ?? deadline.extendedDueOn
  const verdict = checkExtension(deadline, { until, toldOn })
  if (verdict.ok) return { errors: [], extendedTo: until }
  return none(verdict.reason === 'told_too_late' ? 'extension_told_on' : 'extended_to', verdict.reason)
}
