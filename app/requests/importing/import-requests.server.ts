import { sql } from 'drizzle-orm'
import { assignment, extension, requestIndex } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import { rewriteDates } from '../dates.server'
import { enterQuietly } from '../intake.server'
import { changeRequest, lockRequest, moveRequest } from '../move.server'
import type { RequestRow } from '../move.server'
import { checkRows, importHash, importIndexKind } from './check-rows.server'
import type { Checked, CheckedRow } from './check-rows.server'

type Rooms = Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>

export type Imported =
  | { ok: true; made: string[]; already: number; skipped: number }
  /** `rows_wrong`: nothing was written, since the person did not say that these rows may be left out. */
  | { ok: false; reason: 'rows_wrong' | 'nothing_to_do'; checked: Checked }

/**
 * Takes over cases that are running elsewhere, all or none: each with its day of receipt, its colleague and its extension.
 * Nobody is mailed. A row whose reference was imported before is left as it is. `skip`: wrong rows are left out.
 */
export async function importRequests(
  tx: Transaction,
  runtime: Rooms,
  { text, skip, by }: { text: string; skip: boolean; by: StaffMember },
): Promise<Imported> {
  // Two at once: the second sees what the first imported.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('privacybalie.import'))`)
  const checked = await checkRows(tx, runtime, text)
  if (!checked.ok || (checked.errors.length > 0 && !skip)) return { ok: false, reason: 'rows_wrong', checked }
  if (checked.rows.length === 0) return { ok: false, reason: 'nothing_to_do', checked }
  const made: string[] = []
  for (const row of checked.rows) made.push((await importRow(tx, runtime, row, by)).reference)
  const skipped = new Set(checked.errors.map(({ line }) => line)).size
  const figures = { rows: made.length, skipped, already: checked.already.length }
  const actor = { kind: 'staff', id: by.id } as const
  await appendEvidence(tx, runtime, { actor, verb: 'requests.imported', data: figures })
  return { ok: true, made, already: figures.already, skipped }
}

async function importRow(tx: Transaction, runtime: Rooms, row: CheckedRow, by: StaffMember): Promise<RequestRow> {
  const actor = { kind: 'staff', id: by.id } as const
  const { name, email, phone, customerNumber, kind, language, channel, receivedOn, objectionTo } = row
  const person = { name, email, phone, customerNumber }
  const entry = { kinds: [kind], filedBy: 'self', language, channel, receivedOn, objectionTo, ...person } as const
  const entered = await enterQuietly(tx, runtime, entry, actor)
  const [made] = entered.ok ? entered.requests : []
  if (!made) throw new Error('A row that was checked could not be entered')
  const hash = importHash(runtime, row.externalReference)
  await tx.insert(requestIndex).values({ requestId: made.id, kind: importIndexKind, hash })
  if (row.assigneeId) await assign(tx, runtime, made, row.assigneeId, by)
  if (row.state === 'in_progress') {
    const mover = by.role === 'admin' ? 'admin' : 'agent'
    const started = await moveRequest(tx, runtime, { requestId: made.id, move: 'start', actor, mover })
    if (!started.ok) throw new Error('A case that was just entered could not be started')
  }
  if (row.extension && row.extendedTo) await extend(tx, runtime, made, row, by)
  return made
}

/** As `assignRequest`, but without its mail: whoever has the case knows it. */
async function assign(tx: Transaction, runtime: Rooms, made: RequestRow, assigneeId: string, by: StaffMember) {
  const row = await lockRequest(tx, made.id)
  if (!row) throw new Error('A case that was just entered is gone')
  await changeRequest(tx, row, { assigneeId })
  await tx.insert(assignment).values({ requestId: row.id, at: runtime.clock.now(), byStaffId: by.id, assigneeId })
  const actor = { kind: 'staff', id: by.id } as const
  const data = { from: null, to: assigneeId }
  await appendEvidence(tx, runtime, { actor, verb: 'request.assigned', request: row, data })
}

/** The person was told elsewhere of more time: the record, without a mail. */
async function extend(tx: Transaction, runtime: Rooms, made: RequestRow, row: CheckedRow, by: StaffMember) {
  if (!row.extension || !row.extendedTo) return
  const zone = (await readOrganisation(tx))['organisation.zone']
  const { toldOn, ground } = row.extension
  const dueOn = row.extendedTo
  const toldAt = toldOn.toZonedDateTime(zone).toInstant()
  const at = runtime.clock.now()
  await tx.insert(extension).values({ requestId: made.id, at, byStaffId: by.id, dueOn, ground, toldAt })
  const actor = { kind: 'staff', id: by.id } as const
  await rewriteDates(tx, runtime, made.id, { why: 'extension', actor })
  const data = { until: dueOn.toString(), by: 'letter' }
  await appendEvidence(tx, runtime, { actor, verb: 'request.extension_told', request: made, data })
}
