import { describe, expect, it } from 'vitest'
import { type Mover, type RequestState, judgeMove } from '~/requests/lifecycle'
import { type DemoRequest, type DemoStep, demoRequests } from '~/cli/demo-request-list'
import { demoStaff } from '~db/demo/organisation'

const roleOf = (name: string): Mover => {
  const role = demoStaff.find(({ email }) => email.startsWith(`${name}@`))?.role
  if (!role || role === 'auditor') throw new Error(`${name} may do nothing`)
  return role
}

function played(request: DemoRequest): RequestState {
  let state: RequestState = 'unverified'
  for (const step of request.steps) {
    // an assignment and an approval are records, not moves
    if (step.do === 'assign' || step.do === 'approve') continue
    const judged = judgeMove(step.do, state, step.by === 'subject' || step.by === 'system' ? step.by : roleOf(step.by))
    if (!judged.ok) throw new Error(`customer ${request.customer}: ${step.do} from ${state}: ${judged.reason}`)
    state = judged.to
  }
  return state
}

const daysOf = (steps: readonly DemoStep[]) => steps.map(({ daysAgo }) => daysAgo)

describe('the demo’s requests', () => {
  it('make only moves that the lifecycle allows, and end as they say', () => {
    for (const request of demoRequests) expect(played(request), String(request.customer)).toBe(request.endsAs)
  })

  it('show every state that a working day has', () => {
    expect(new Set(demoRequests.map(({ endsAs }) => endsAs))).toEqual(
      new Set([
        'unverified',
        'received',
        'in_progress',
        'awaiting_subject',
        'awaiting_approval',
        'executing',
        'completed',
        'partially_completed',
        'refused',
        'withdrawn',
        'expired',
      ]),
    )
  })

  it('happen in order, after they were received', () => {
    for (const { received, steps } of demoRequests) {
      const days = ['daysAgo' in received ? received.daysAgo : 28, ...daysOf(steps)]
      expect(days).toEqual([...days].sort((a, b) => b - a))
    }
  })

  it('are approved by somebody else than the one who planned', () => {
    for (const { steps } of demoRequests) {
      const planner = steps.find((step) => step.do === 'submit_plan')?.by
      const approver = steps.find((step) => step.do === 'approve')?.by
      if (approver) expect(approver).not.toBe(planner)
    }
  })

  it('leave the people of the tour alone, one request a person', () => {
    const customers = demoRequests.map(({ customer }) => customer)
    expect(Math.min(...customers)).toBeGreaterThan(10)
    expect(new Set(customers).size).toBe(customers.length)
  })

  it('have two agents, an approver, an admin and an auditor to work them', () => {
    const count = (role: string) => demoStaff.filter((each) => each.role === role).length
    expect([count('agent'), count('approver'), count('auditor')]).toEqual([2, 1, 1])
    expect(count('admin')).toBeGreaterThanOrEqual(1)
  })
})
