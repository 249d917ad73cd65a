import { stringify } from 'csv-stringify/sync'
import { appendEvidence } from '~/evidence/append.server'
import { dayOf } from '~/deadlines/pauses'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import { staffNames } from '~/staff/accounts.server'
import { maskEmail, maskName } from './mask'
import type { RequestRow } from './move.server'
import { openPersonal } from './personal.server'
import { queueQuerySchema } from './queue-views'
import type { QueueQuery } from './queue-views'
import { readQueue } from './queue.server'
import type { QueueReader } from './queue.server'
import { requestSealers } from './sealed.server'

const columns = ['reference', 'kind', 'state', 'name', 'email', 'received_on', 'due_on', 'closed_on', 'assignee']
const portion = 500

type Rooms = Pick<Runtime, 'db' | 'keys' | 'clock'>
export type ExportOrder = { query: QueueQuery; reader: QueueReader; zone: string; unmasked: boolean }

/**
 * Every case of a view and its filters as CSV (RFC 4180, in UTF-8 with its mark, as spreadsheets want it), portion by
 * portion; dates in the organisation's zone. Names and addresses are masked. Unmasked, it is evidence on each case that
 * the reader took it along, written before its row leaves. A cell that a spreadsheet would take for a formula gets an
 * apostrophe in front.
 */
export async function* exportQueue(runtime: Rooms, order: ExportOrder): AsyncGenerator<string> {
  yield `\uFEFF${asCsv([columns])}`
  let query: QueueQuery = { ...order.query, after: undefined, before: undefined }
  for (;;) {
    const { rows, next } = await readQueue(runtime.db, query, order.reader, portion)
    if (order.unmasked) await witness(runtime, rows, order.reader.staffId)
    if (rows.length > 0) yield asCsv(await cellsOf(runtime, rows, order))
    if (!next) return
    query = { ...query, after: queueQuerySchema.shape.after.parse(next) }
  }
}

function asCsv(rows: (string | null)[][]): string {
  return stringify(rows, { escape_formulas: true, record_delimiter: '\r\n' })
}

function witness(runtime: Rooms, rows: readonly RequestRow[], staffId: string): Promise<void> {
  return inTransaction(runtime, async (tx) => {
    for (const row of rows)
      await appendEvidence(tx, runtime, {
        actor: { kind: 'staff', id: staffId },
        verb: 'request.exported',
        request: row,
      })
  })
}

async function cellsOf(runtime: Rooms, rows: readonly RequestRow[], { zone, unmasked }: ExportOrder) {
  const { db } = runtime
  const sealers = await requestSealers(
    db,
    runtime,
    rows.map((row) => row.id),
  )
  const names = await staffNames(
    db,
    rows.map((row) => row.assigneeId),
  )
  return rows.map((row) => {
    const { name, subjectName, email } = openPersonal(sealers.get(row.id), row)
    const person = subjectName ?? name
    return [
      row.reference,
      row.kind,
      row.state,
      unmasked || person === null ? person : maskName(person),
      unmasked || email === null ? email : maskEmail(email),
      row.receivedOn.toString(),
      row.dueOn.toString(),
      row.closedAt && dayOf(row.closedAt, zone).toString(),
      row.assigneeId && (names.get(row.assigneeId) ?? null),
    ]
  })
}
