import { planForApi } from '~/erasure/present.server'
import { planRequest } from '~/erasure/plan-request.server'
import type { PlanRequestRefusal } from '~/erasure/plan-request.server'
import { identifyRequest } from '~/identity/identify.server'
import type { Mover } from '~/requests/lifecycle'
import { tellApprovers } from '~/requests/tell-approvers.server'
import { provenOf } from '../desk/proven.server'
import { apiRoute, requestAt } from './api-route.server'
import { parsed } from './json-body.server'
import { Problem } from './problem.server'
import { planOrderSchema, planSchema } from './schemas'

const route = apiRoute('api/v1/requests/:reference/plan', {
  write: async (call) => {
    const { subjects } = parsed(planOrderSchema, call.body)
    const row = await requestAt(call)
    const proven = await provenOf(call.tx, row)
    if (proven.length === 0) throw new Problem('identity-open')
    await identifyRequest(call.tx, call.runtime, row.id)
    const made = await planRequest(call.tx, call.runtime, {
      requestId: row.id,
      proven,
      subjects: (subjects ?? []).map(({ key, ...rest }) => ({
        ...rest,
        key: (Array.isArray(key) ? key : [key]).map(String),
      })),
      actor: call.bearer.actor,
      mover: call.bearer.staff.role as Mover,
    })
    if (!made.ok) throw refused(made)
    if (made.plan.needsApproval)
      await tellApprovers(call.tx, call.runtime, {
        request: made.request,
        planId: made.plan.id,
        changes: made.plan.changes,
        except: call.bearer.staff.id,
      })
    const body = await planForApi(call.tx, made.plan.id)
    return { status: 201, body: planSchema.parse(body) }
  },
})

function refused(refusal: PlanRequestRefusal): Problem {
  switch (refusal.reason) {
    case 'ambiguous_subject':
      return new Problem('ambiguous-subject', {
        candidates: refusal.candidates.map(({ system, table, key, distinguishing }) => ({
          system,
          table,
          key,
          distinguishing,
        })),
      })
    case 'unfounded_choice':
      return new Problem('unfounded-choice', { chosen: refusal.chosen.map(({ system, table }) => ({ system, table })) })
    case 'blocked':
      return new Problem('blocked', { blockedBy: refusal.blockedBy })
    case 'obstacles':
      return new Problem('obstacles', { obstacles: refusal.obstacles })
    case 'system_unavailable':
      return new Problem('system-unavailable', { system: refusal.system, reason: refusal.kind })
    case 'not_plannable':
      return new Problem('wrong-kind')
    case 'unknown_request':
      return new Problem('not-found')
    case 'authority_open':
      return new Problem('authority-open')
    case 'not_verified':
    case 'identity_open':
      return new Problem('identity-open')
    case 'identity_contested':
      return new Problem('identity-contested')
    case 'not_yours':
      return new Problem('forbidden')
    default:
      return new Problem('wrong-state')
  }
}

export const loader = route.loader
export const action = route.action
