import { layout, route } from '@remix-run/route-config'
import type { RouteConfigEntry } from '@remix-run/route-config'

const here = (file: string) => `routes/desk/${file}`

/** The desk. Every route stands with what it asks for in staff/permissions.ts; a test compares the two. */
export const deskRoutes: RouteConfigEntry[] = [
  route('desk/login', here('login.tsx')),
  route('desk/logout', here('logout.ts')),
  route('desk/invitation/:token', here('invitation.$token.tsx')),
  layout(here('layout.tsx'), [
    route('desk', here('home.ts')),
    route('desk/account', here('account.tsx')),
    route('desk/queue', here('queue.tsx')),
    route('desk/requests/new', here('requests.new.tsx')),
    route('desk/requests/:reference', here('requests.$reference.tsx')),
    route('desk/requests/:reference/assignment', here('requests.$reference.assignment.tsx')),
    route('desk/requests/:reference/start', here('requests.$reference.start.tsx')),
    route('desk/requests/:reference/question', here('requests.$reference.question.tsx')),
    route('desk/requests/:reference/note', here('requests.$reference.note.tsx')),
    route('desk/requests/:reference/refusal', here('requests.$reference.refusal.tsx')),
    route('desk/requests/:reference/completion', here('requests.$reference.completion.tsx')),
    route('desk/requests/:reference/withdrawal', here('requests.$reference.withdrawal.tsx')),
    route('desk/requests/:reference/identity', here('requests.$reference.identity.tsx')),
    route('desk/requests/:reference/plan', here('requests.$reference.plan.tsx')),
    route('desk/requests/:reference/approval', here('requests.$reference.approval.tsx')),
    route('desk/requests/:reference/execution', here('requests.$reference.execution.tsx')),
    route('desk/requests/:reference/package', here('requests.$reference.package.tsx')),
    route('desk/requests/:reference/package/draft', here('requests.$reference.package.draft.ts')),
    route('desk/requests/:reference/unmask', here('requests.$reference.unmask.tsx')),
    route('desk/retention', here('retention.tsx')),
    route('desk/retention/:finding', here('retention.$finding.tsx')),
    route('desk/retention/:finding/hold', here('retention.$finding.hold.tsx')),
    route('desk/retention/plans/:plan/approval', here('retention.plans.$plan.approval.tsx')),
    route('desk/systems', here('systems.tsx')),
    route('desk/systems/new', here('systems.new.tsx')),
    route('desk/systems/:system', here('systems.$system.tsx')),
    route('desk/systems/:system/connection', here('systems.$system.connection.tsx')),
    route('desk/systems/:system/details', here('systems.$system.details.tsx')),
    route('desk/systems/:system/standing', here('systems.$system.standing.tsx')),
    route('desk/systems/:system/map', here('systems.$system.map.tsx')),
    route('desk/systems/:system/map.yaml', here('systems.$system.map-file.ts')),
    route('desk/systems/:system/changes', here('systems.$system.changes.tsx')),
    route('desk/evidence', here('evidence.tsx')),
    route('desk/reports', here('reports.tsx')),
    route('desk/staff', here('staff.tsx')),
    route('desk/settings', here('settings.tsx')),
  ]),
]
