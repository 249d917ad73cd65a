import { Temporal } from 'temporal-polyfill'
import { crmData } from '~db/demo/crm-data'
import { demoStaff } from '~db/demo/organisation'
import { demoRequests } from './demo-request-list'
import type { DemoColleague, DemoRequest, DemoStep } from './demo-request-list'
import { dutchCalendar } from '~/deadlines/calendar'
import { computeDeadline } from '~/deadlines/due'
import { confirmSubmission } from '~/identity/confirm.server'
import { fixedClock } from '~/platform/clock.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import { assignRequest } from '~/requests/assign.server'
import { completeRequest } from '~/requests/complete.server'
import { fileSubmission } from '~/requests/intake.server'
import { moveRequest } from '~/requests/move.server'
import type { RequestRow } from '~/requests/move.server'
import { askSubject } from '~/requests/question.server'
import { refuseRequest } from '~/requests/refuse.server'
import { startRequest } from '~/requests/start.server'
import { withdrawRequest } from '~/requests/withdraw.server'
import { findStaffByEmail, memberOf } from '~/staff/accounts.server'
import type { StaffMember } from '~/staff/accounts.server'
import { approveInDemo, carryOutInDemo, closePartlyInDemo, planInDemo } from './demo-erasures.server'

const ZONE = 'Europe/Amsterdam'

/**
 * Plays the demo's requests through the rooms' own verbs, each step with a clock that stands on its day: nothing of what
 * the desk shows is written past the rooms.
 */
export async function playDemoRequests(runtime: Runtime): Promise<void> {
  const now = runtime.clock.now().toZonedDateTimeISO(ZONE)
  const customers = new Map((crmData(now.toPlainDate()).get('customers') ?? []).map((row) => [Number(row['id']), row]))
  const colleagues = await membersByFirstName(runtime)
  for (const wanted of demoRequests) {
    const customer = customers.get(wanted.customer)
    if (!customer) throw new Error(`The demo CRM has no customer ${wanted.customer}`)
    await playRequest(runtime, now, wanted, customer, colleagues)
  }
}

type Colleagues = ReadonlyMap<DemoColleague, StaffMember>

async function membersByFirstName(runtime: Runtime): Promise<Colleagues> {
  const found = new Map<DemoColleague, StaffMember>()
  for (const { email } of demoStaff) {
    const row = await findStaffByEmail(runtime.db, email)
    const first = email.split('@')[0]
    if (row && (first === 'anouk' || first === 'bilal' || first === 'christa' || first === 'david'))
      found.set(first, memberOf(row))
  }
  return found
}

async function playRequest(
  runtime: Runtime,
  now: Temporal.ZonedDateTime,
  wanted: DemoRequest,
  customer: Readonly<Record<string, unknown>>,
  colleagues: Colleagues,
): Promise<void> {
  const daysAgo = 'due' in wanted.received ? daysAgoOfDueToday(now.toPlainDate()) : wanted.received.daysAgo
  const text = (column: string) => (typeof customer[column] === 'string' ? customer[column] : undefined)
  const filed = await inTransaction(runtime, (tx) =>
    fileSubmission(tx, at(runtime, now, daysAgo, 0), {
      kinds: [wanted.kind],
      language: wanted.language,
      filedBy: 'self',
      objectionTo: wanted.objectionTo,
      name: [text('first_name'), text('infix'), text('last_name')].filter(Boolean).join(' '),
      email: text('email') ?? '',
      details: wanted.details ?? null,
    }),
  )
  let minute = 0
  for (const row of filed.requests)
    for (const step of wanted.steps) {
      minute += 7
      await playStep(at(runtime, now, Math.min(step.daysAgo, daysAgo), minute), row, step, wanted.customer, colleagues)
    }
}

/** The runtime as it was so many days ago, in working hours and never later than now. */
function at(runtime: Runtime, now: Temporal.ZonedDateTime, daysAgo: number, minute: number): Runtime {
  const moment = now
    .subtract({ days: daysAgo })
    .with({ hour: 9, minute: 12, second: 0, millisecond: 0 })
    .add({ minutes: minute })
  const earliest = Temporal.ZonedDateTime.compare(moment, now) > 0 ? now : moment
  return { ...runtime, clock: fixedClock(earliest.toInstant().toString()) }
}

/** How long ago a request came in whose answer is due today, or on the first working day before. */
function daysAgoOfDueToday(today: Temporal.PlainDate): number {
  for (let days = 27; days <= 40; days++) {
    const { dueOn } = computeDeadline({
      receivedOn: today.subtract({ days }),
      pausedDays: 0,
      calendar: dutchCalendar,
      today,
    })
    if (Temporal.PlainDate.compare(dueOn, today) <= 0) return days
  }
  return 31
}

async function playStep(
  runtime: Runtime,
  row: RequestRow,
  step: DemoStep,
  customer: number,
  colleagues: Colleagues,
): Promise<void> {
  const who = (name: DemoColleague): StaffMember => {
    const member = colleagues.get(name)
    if (!member) throw new Error(`The demo has no colleague ${name}`)
    return member
  }
  const requestId = row.id
  switch (step.do) {
    case 'confirm':
      await inTransaction(runtime, (tx) => confirmSubmission(tx, runtime, row.submissionId))
      return
    case 'assign':
      return must(
        await inTransaction(runtime, (tx) =>
          assignRequest(tx, runtime, { requestId, assigneeId: who(step.to).id, by: who(step.by) }),
        ),
      )
    case 'start':
      return must(
        await inTransaction(runtime, (tx) =>
          startRequest(tx, runtime, { requestId, assigneeId: who(step.by).id, by: who(step.by) }),
        ),
      )
    case 'ask':
      return must(
        await inTransaction(runtime, (tx) =>
          askSubject(tx, runtime, { requestId, question: step.text, by: who(step.by) }),
        ),
      )
    case 'refuse':
      return must(
        await inTransaction(runtime, (tx) =>
          refuseRequest(tx, runtime, {
            requestId,
            text: { ground: step.ground, basis: step.reasons, reasons: step.reasons },
            by: who(step.by),
          }),
        ),
      )
    case 'withdraw':
      return must(
        await inTransaction(runtime, (tx) =>
          withdrawRequest(tx, runtime, { requestId, actor: { kind: 'subject' }, mover: 'subject' }),
        ),
      )
    case 'expire':
      return must(
        await inTransaction(runtime, (tx) =>
          moveRequest(tx, runtime, {
            requestId,
            move: 'expire',
            actor: { kind: 'system' },
            mover: 'system',
            set: { closedAt: runtime.clock.now() },
          }),
        ),
      )
    case 'complete':
      return must(
        await inTransaction(runtime, (tx) =>
          completeRequest(tx, runtime, {
            requestId,
            answer: 'U vindt uw gegevens in de bijlage van onze brief.',
            by: who(step.by),
          }),
        ),
      )
    case 'submit_plan':
      return planInDemo(runtime, requestId, who(step.by))
    case 'approve':
      return approveInDemo(runtime, requestId, who(step.by))
    case 'execute':
      return carryOutInDemo(runtime, requestId, who(step.by), { ...step, customer })
    case 'complete_partially':
      return closePartlyInDemo(runtime, requestId, who(step.by), step.answer)
    // These moves make themselves: the stop to marketing at filing, the end and the way back when the run was worked.
    case 'stop_marketing':
    case 'complete_execution':
    case 'replan':
      return
  }
}

function must(result: { ok: true } | { ok: false; reason: string }): void {
  if (!result.ok) throw new Error(`A step of the demo was refused: ${result.reason}`)
}
