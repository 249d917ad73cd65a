import { eq } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { evidenceEntry, outbox, request, staff } from '~db/schema'
import { mailTasks } from '~/mail/deliver.server'
import { inTransaction } from '~/platform/runtime.server'
import { enterRequest } from '~/requests/intake.server'
import type { Entry } from '~/requests/intake.server'
import type { RequestRow } from '~/requests/move.server'
import { startRequest } from '~/requests/start.server'
import { memberOf } from '~/staff/accounts.server'
import type { StaffMember } from '~/staff/accounts.server'
import type { Role } from '~/staff/roles'
import type { TestRuntime } from './runtime'

/** Cases as the desk has them, for tests of what staff do with one. */
export function deskCases(own: TestRuntime) {
  const { runtime } = own
  const { db } = runtime

  async function account(role: Role, name: string): Promise<StaffMember> {
    const email = `${name.replace(' ', '.')}@spaak.example`.toLowerCase()
    const values = { email, name, role, passwordHash: 'set', createdAt: own.clock.now() }
    const [row] = await db.insert(staff).values(values).returning()
    if (!row) throw new Error('no staff')
    return memberOf(row)
  }

  /** Entered by `by`, received on a day, and taken up unless `take` is false. */
  async function entered(
    by: StaffMember,
    input: Partial<Entry> & { receivedOn: Temporal.PlainDate },
    take = true,
  ): Promise<RequestRow> {
    const entry: Entry = {
      kinds: ['access'],
      language: 'nl',
      filedBy: 'self',
      channel: 'letter',
      name: 'Jan de Boer',
      email: 'jan.deboer@klant.example',
      ...input,
    }
    const result = await inTransaction(runtime, (tx) => enterRequest(tx, runtime, entry, { kind: 'staff', id: by.id }))
    const [row] = result.ok ? result.requests : []
    if (!row) throw new Error('not entered')
    if (!take) return row
    const order = { requestId: row.id, assigneeId: null, by }
    const moved = await inTransaction(runtime, (tx) => startRequest(tx, runtime, order))
    if (!moved.ok) throw new Error(moved.reason)
    return moved.request
  }

  async function now(requestId: string): Promise<RequestRow> {
    const [row] = await db.select().from(request).where(eq(request.id, requestId))
    if (!row) throw new Error('no request')
    return row
  }

  const mails = (requestId: string) => db.select().from(outbox).where(eq(outbox.requestId, requestId))
  const entries = (requestId: string) =>
    db.select().from(evidenceEntry).where(eq(evidenceEntry.requestId, requestId)).orderBy(evidenceEntry.id)

  /** The receiving server takes every mail of a request that waits. */
  async function deliver(requestId: string): Promise<void> {
    for (const mail of await mails(requestId)) await mailTasks[0]?.run(runtime, { outboxId: mail.id })
  }

  /** Due dates that moved, as the log has them. */
  const dueMoves = async (requestId: string) =>
    (await entries(requestId)).filter(({ verb }) => verb === 'request.due_moved').map(({ data }) => data)

  return { account, entered, now, mails, entries, deliver, dueMoves }
}
