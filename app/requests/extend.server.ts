import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { extension } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import type { Deadline } from '~/deadlines/due'
import { checkExtension } from '~/deadlines/extension'
import type { ExtensionCheck } from '~/deadlines/extension'
import { dayOf } from '~/deadlines/pauses'
import { appendEvidence } from '~/evidence/append.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import type { MailProps } from '~emails/index'
import { reachRequester, requesterMailKey } from './answer-mail.server'
import { dateRecords, requestDeadline } from './dates.server'
import { extensionGrounds, namesOwnTrouble } from './extension-grounds'
import type { RequestKind } from './kinds'
import { isOpen } from './lifecycle'
import type { RequestState } from './lifecycle'
import { changeRequest, lockRequest } from './move.server'
import type { RequestRow } from './move.server'
import { requestSealer } from './sealed.server'
import { statusUrl } from './status-url'

/** Years that the calendar of the database and of the law know. */
const day = z.iso.date().transform((text) => Temporal.PlainDate.from(text))

/** `until`: ISO 8601 day. `told`: by mail, or by a letter that staff post and record. */
export const extensionSchema = z.object({
  until: day,
  ground: z.enum(extensionGrounds),
  reasons: z
    .string()
    .trim()
    .min(20)
    .max(10_000)
    .refine((text) => !namesOwnTrouble(text), 'not_a_ground'),
  told: z.enum(['mail', 'letter']),
})
export type ExtensionOrder = z.infer<typeof extensionSchema>

export type Extended =
  | { ok: true; request: RequestRow }
  | { ok: false; reason: 'unknown_request' | 'conflict' | 'not_open' | 'already_extended' | 'no_address' | 'purged' }
  | Exclude<ExtensionCheck, { ok: true }>

/**
 * Asks for more time, once, up to three months from receipt (GDPR art. 12(3)): the dated record and the mail with the
 * reasons. The date itself moves when the receiving server took that mail before the first due date
 * or the letter was posted (settle-extensions.server.ts).
 */
export async function extendRequest(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { requestId: string; by: StaffMember; version?: number | undefined } & ExtensionOrder,
): Promise<Extended> {
  const row = await lockRequest(tx, order.requestId)
  if (!row) return { ok: false, reason: 'unknown_request' }
  if (order.version !== undefined && order.version !== row.version) return { ok: false, reason: 'conflict' }
  if (!isOpen(row.state as RequestState)) return { ok: false, reason: 'not_open' }
  const { deadline, extension: standing, today } = await extensionFacts(tx, runtime, row)
  if (standing) return { ok: false, reason: 'already_extended' }
  const check = checkExtension(deadline, { until: order.until, toldOn: today })
  if (!check.ok) return check
  if (order.told === 'mail' && !row.emailSealed) return { ok: false, reason: 'no_address' }
  const sealer = await requestSealer(tx, runtime, row.id)
  if (!sealer) return { ok: false, reason: 'purged' }
  const updated = await changeRequest(tx, row, {})
  const key = requesterMailKey('extended', updated)
  const told = { template: 'extended', key, as: order.told } as const
  await reachRequester(tx, runtime, updated, {
    ...told,
    propsFor: ({ name }) => extensionMail(runtime, updated, order, name),
  })
  await tx.insert(extension).values({
    requestId: row.id,
    at: runtime.clock.now(),
    byStaffId: order.by.id,
    dueOn: order.until,
    ground: order.ground,
    reasonsSealed: sealer.seal('extension.reasons', order.reasons),
    mailKey: key,
  })
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: order.by.id },
    verb: 'request.extension_asked',
    request: row,
    data: { until: order.until.toString(), ground: order.ground, told: order.told },
  })
  return { ok: true, request: updated }
}

/** The clock of a request as an extension meets it: the first due date, the latest one, and today in the zone. */
export async function extensionFacts(
  db: Executor,
  runtime: Pick<Runtime, 'clock'>,
  row: RequestRow,
): Promise<{
  deadline: Deadline
  extension: typeof extension.$inferSelect | null
  today: Temporal.PlainDate
  zone: string
}> {
  const organisation = await readOrganisation(db)
  const records = await dateRecords(db, row.id)
  const now = runtime.clock.now()
  const facts = { kind: row.kind as RequestKind, receivedAt: row.receivedAt, now, ...records }
  const zone = organisation['organisation.zone']
  const deadline = await requestDeadline(organisation, facts)
  return { deadline, extension: records.extension, today: dayOf(now, zone), zone }
}

/** What the mail of an extension is made of; also for the preview before it goes. */
export function extensionMail(
  runtime: Pick<Runtime, 'publicUrl'>,
  row: RequestRow,
  { until, reasons }: Pick<ExtensionOrder, 'until' | 'reasons'>,
  name: string,
): MailProps['extended'] {
  return { reference: row.reference, name, newDueOn: until.toString(), reasons, statusUrl: statusUrl(runtime, row) }
}
