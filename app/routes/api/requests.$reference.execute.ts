import { executePlan } from '~/erasure/start-run.server'
import type { ExecuteRefusal } from '~/erasure/start-run.server'
import type { Mover } from '~/requests/lifecycle'
import { apiRoute, requestAt } from './api-route.server'
import { parsed } from './json-body.server'
import { Problem } from './problem.server'
import type { ProblemName } from './problem.server'
import { emptySchema, runStartedSchema } from './schemas'

const problemOf: Record<ExecuteRefusal['reason'], ProblemName> = {
  no_plan: 'no-plan',
  not_approved: 'not-approved',
  unknown_request: 'not-found',
  not_from_here: 'wrong-state',
  not_yours: 'forbidden',
  conflict: 'wrong-state',
  blocked: 'blocked',
  identity_contested: 'identity-contested',
  contact_changed: 'contact-changed',
}

const route = apiRoute('api/v1/requests/:reference/execute', {
  write: async (call) => {
    parsed(emptySchema, call.body)
    const row = await requestAt(call)
    const started = await executePlan(call.tx, call.runtime, {
      requestId: row.id,
      actor: call.bearer.actor,
      mover: call.bearer.staff.role as Mover,
    })
    if (!started.ok)
      throw new Problem(problemOf[started.reason], started.reason === 'blocked' ? { blockedBy: started.blockedBy } : {})
    return { status: 202, body: runStartedSchema.parse({ run: started.runId }) }
  },
})

export const loader = route.loader
export const action = route.action
