import type { Transaction } from '~db/client'
import { sendMail } from '~/mail/send.server'
import type { Runtime } from '~/platform/runtime.server'
import type { MailProps } from '~emails/index'
import type { RequestKind } from './kinds'
import type { RequestRow } from './move.server'
import { staffOfCase } from './tell-staff.server'

export type ClockAlarm = MailProps['clock_alarm']['why']

/**
 * Mails whoever works a case that something about its clock needs them now: the assignee or their deputy, or the
 * group on duty. Once per `cause` (what happened, by its record's id) and person.
 */
export async function tellWorkers(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  row: RequestRow,
  { why, cause }: { why: ClockAlarm; cause: string },
): Promise<void> {
  for (const member of await staffOfCase(tx, runtime, row.assigneeId))
    await sendMail(tx, runtime, {
      template: 'clock_alarm',
      to: member.email,
      language: member.language === 'en' ? 'en' : 'nl',
      requestId: row.id,
      idempotencyKey: `clock_alarm:${cause}:${why}:${member.id}`,
      props: {
        reference: row.reference,
        kind: row.kind as RequestKind,
        dueOn: row.dueOn.toString(),
        url: `${runtime.publicUrl}/desk/requests/${row.reference}`,
        why,
      },
    })
}
