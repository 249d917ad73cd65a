import { planForApi } from '~/erasure/present.server'
import { planRequest } from '~/erasure/plan-request.server'
import type { PlanRequestRefusal } from '~/erasure/plan-request.server'
import type { Proven } from '~/erasure/subject-of-request.server'
import { proofsOfRequest } from '~/identity/proof.server'
import type { Mover } from '~/requests/lifecycle'
import { apiRoute, requestAt } from './api-route.server'
import { parsed } from './json-body.server'
import { Problem } from './problem.server'
import { planOrderSchema, planSchema } from './schemas'

const provable: readonly Proven[] = ['email', 'phone', 'customerNumber']

const route = apiRoute('api/v1/requests/:reference/plan', {
  write: async (call) => {
    const { subjects } = parsed(planOrderSchema, call.body)
    const row = await requestAt(call)
    const proofs = await proofsOfRequest(call.tx, row.id)
    // Whoever files for another proves themselves only: somebody has to have looked at it.
    const counting = row.filedBy === 'self' ? proofs : proofs.filter((proof) => proof.method === 'verified_elsewhere')
    const proven = provable.filter((kind) => counting.some((proof) => proof.proves.includes(kind)))
    if (proven.length === 0) throw new Problem('identity-open')
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
    case 'not_verified':
      return new Problem('identity-open')
    case 'not_yours':
      return new Problem('forbidden')
    default:
      return new Problem('wrong-state')
  }
}

export const loader = route.loader
export const action = route.action
