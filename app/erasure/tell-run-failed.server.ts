import type { Transaction } from '~db/client'
import { sendMail } from '~/mail/send.server'
import type { Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { staffOfCase } from '~/requests/tell-staff.server'
import { inRole, readReach, withDeputies } from '~/staff/reach.server'
import type { PlanRow } from './plan-store.server'
import type { RunRow, RunSystemRow } from './run-records.server'

/**
 * Mails that a run failed in some system: when it does so first, and when it is not tried again by itself any more; the
 * tries between say nothing new. To whoever has the case, or set the run to work; where nobody did, to the admins.
 * `again`: it is tried again by itself.
 */
export async function tellRunFailed(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { run: RunRow; plan: PlanRow; systems: readonly RunSystemRow[]; again: boolean },
): Promise<void> {
  const { run, plan, systems, again } = order
  const isFailing = ({ state, failure }: RunSystemRow) =>
    failure !== null && ['failed', 'refused', 'executed'].includes(state)
  const failed = systems.filter(isFailing).map((each) => each.systemKey)
  if (failed.length === 0) return
  const request = plan.requestId ? await findRequest(tx, plan.requestId) : undefined
  const reach = await readReach(tx, runtime)
  const ordered = run.byStaffId ? withDeputies(reach, [run.byStaffId]) : []
  const admins = ordered.length > 0 ? ordered : inRole(reach, 'admin')
  const page = plan.cause === 'retention' ? 'retention' : 'systems'
  for (const member of request ? await staffOfCase(tx, runtime, request.assigneeId) : admins) {
    const tell = (which: 'first' | 'last') =>
      sendMail(tx, runtime, {
        template: 'run_failed',
        to: member.email,
        language: member.language === 'en' ? 'en' : 'nl',
        ...(request && { requestId: request.id }),
        idempotencyKey: `run_failed:${which}:${run.id}:${member.id}`,
        props: {
          ...(request && { reference: request.reference }),
          systems: failed,
          again,
          url: `${runtime.publicUrl}/desk/${request ? `requests/${request.reference}` : page}`,
        },
      })
    if (!(await tell('first')) && !again) await tell('last')
  }
}
