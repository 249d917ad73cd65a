import { approvePlan } from '~/erasure/approve.server'
import type { ApprovalRefusal } from '~/erasure/approve.server'
import type { Mover } from '~/requests/lifecycle'
import { apiRoute, requestAt } from './api-route.server'
import { parsed } from './json-body.server'
import { Problem } from './problem.server'
import type { ProblemName } from './problem.server'
import { approvalSchema, approvedSchema } from './schemas'

const problemOf: Record<ApprovalRefusal['reason'], ProblemName> = {
  no_plan: 'no-plan',
  hash_mismatch: 'hash-mismatch',
  same_person: 'same-person',
  not_open: 'wrong-state',
  undecided: 'undecided',
  not_yours: 'forbidden',
  blocked: 'blocked',
}

const route = apiRoute('api/v1/requests/:reference/plan/approve', {
  write: async (call) => {
    const { hash } = parsed(approvalSchema, call.body)
    const row = await requestAt(call)
    const { staff } = call.bearer
    const approved = await approvePlan(call.tx, call.runtime, {
      requestId: row.id,
      hash,
      // Two tokens of one person are one person: what counts is whose they are.
      actor: { kind: 'staff', id: staff.id, via: 'token' },
      mover: staff.role as Mover,
    })
    if (!approved.ok)
      throw new Problem(
        problemOf[approved.reason],
        approved.reason === 'blocked' ? { blockedBy: approved.blockedBy } : {},
      )
    return { status: 200, body: approvedSchema.parse({ plan: approved.planId, state: 'approved' }) }
  },
})

export const loader = route.loader
export const action = route.action
