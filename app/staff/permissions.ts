import type { Role } from './roles'
import type { Scope } from './scopes'

/**
 * The one table of who may do what at the desk. Every loader and action asks for one of these; what a role may not do is
 * not shown either.
 */
export const permissions = {
  'account.own': ['agent', 'approver', 'admin', 'auditor'],
  'queue.read': ['agent', 'approver', 'admin', 'auditor'],
  'case.read': ['agent', 'approver', 'admin', 'auditor'],
  'case.work': ['agent', 'admin'],
  'case.advise': ['auditor'],
  'case.unmask': ['agent', 'admin'],
  'plan.make': ['agent', 'admin'],
  'plan.approve': ['approver'],
  'plan.execute': ['agent', 'admin'],
  'package.release': ['agent', 'admin'],
  'systems.read': ['agent', 'approver', 'admin', 'auditor'],
  'systems.manage': ['admin'],
  'retention.read': ['agent', 'approver', 'admin', 'auditor'],
  'retention.act': ['agent', 'admin'],
  'evidence.read': ['admin', 'auditor'],
  'reports.read': ['agent', 'approver', 'admin', 'auditor'],
  'staff.read': ['admin', 'auditor'],
  'staff.manage': ['admin'],
  'settings.read': ['admin', 'auditor'],
  'settings.manage': ['admin'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof permissions

/** What a route asks for: `open` needs nobody signed in. */
export type RoutePermission = Permission | 'open'

export function may(role: Role, permission: Permission): boolean {
  return (permissions[permission] as readonly Role[]).includes(role)
}

/** Every desk address with what reading it (GET) and writing to it (POST) asks for. A route without a row fails a test. */
export const deskRoutePermissions: Record<string, { read?: RoutePermission; write?: RoutePermission }> = {
  desk: { read: 'queue.read' },
  'desk/login': { read: 'open', write: 'open' },
  'desk/login/second': { read: 'open', write: 'open' },
  'desk/login/enrolment': { read: 'open', write: 'open' },
  'desk/login/passkey': { write: 'open' },
  'desk/login/oidc': { read: 'open' },
  'desk/login/oidc/callback': { read: 'open' },
  'desk/login/forgotten': { read: 'open', write: 'open' },
  'desk/reset/:token': { read: 'open', write: 'open' },
  'desk/logout': { write: 'open' },
  'desk/invitation/:token': { read: 'open', write: 'open' },
  'desk/account': { read: 'account.own', write: 'account.own' },
  'desk/account/absence': { read: 'account.own', write: 'account.own' },
  'desk/calendar/:token': { read: 'open' },
  'desk/account/calendar': { read: 'account.own', write: 'account.own' },
  'desk/account/security': { read: 'account.own' },
  'desk/account/totp': { read: 'account.own', write: 'account.own' },
  'desk/account/passkeys': { write: 'account.own' },
  'desk/account/recovery-codes': { write: 'account.own' },
  'desk/account/sessions': { write: 'account.own' },
  'desk/presence': { read: 'account.own', write: 'account.own' },
  'desk/tokens': { read: 'account.own', write: 'account.own' },
  'desk/queue': { read: 'queue.read' },
  'desk/queue.csv': { read: 'queue.read', write: 'case.unmask' },
  'desk/queue/assignment': { read: 'case.work', write: 'case.work' },
  'desk/queue/views': { read: 'queue.read', write: 'queue.read' },
  'desk/queue/rows': { read: 'queue.read' },
  'desk/queue/events': { read: 'queue.read' },
  'desk/requests/import': { read: 'settings.manage', write: 'settings.manage' },
  'desk/requests/new': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference': { read: 'case.read' },
  'desk/requests/:reference/news': { read: 'case.read' },
  'desk/letters': { read: 'case.work', write: 'case.work' },
  'desk/letters.pdf': { write: 'case.unmask' },
  'desk/requests/:reference/attachments': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/attachments/:attachment': { read: 'case.unmask' },
  'desk/requests/:reference/letters': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/assignment': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/start': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/plan': { read: 'plan.make', write: 'plan.make' },
  'desk/requests/:reference/approval': { read: 'plan.approve', write: 'plan.approve' },
  'desk/requests/:reference/execution': { read: 'plan.execute', write: 'plan.execute' },
  'desk/requests/:reference/refusal': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/follow-up': { read: 'plan.make', write: 'plan.make' },
  'desk/requests/:reference/lifting': { read: 'plan.execute', write: 'plan.execute' },
  'desk/requests/:reference/partial-completion': { read: 'plan.execute', write: 'plan.execute' },
  'desk/requests/:reference/extension': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/pause': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/resumption': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/correction': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/merging': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/dismissal': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/reopening': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/completion': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/question': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/note': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/authority': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/advice': { read: 'case.advise', write: 'case.advise' },
  'desk/requests/:reference/withdrawal': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/identity': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/identity-code': { read: 'case.work', write: 'case.work' },
  'desk/requests/:reference/package': { read: 'package.release', write: 'package.release' },
  'desk/requests/:reference/package/draft': { read: 'package.release' },
  'desk/requests/:reference/certificate': { read: 'case.read' },
  'desk/requests/:reference/where': { read: 'case.unmask' },
  'desk/requests/:reference/unmask': { read: 'case.unmask', write: 'case.unmask' },
  'desk/tasks': { read: 'case.read' },
  'desk/tasks/:task': { read: 'case.read', write: 'case.work' },
  'desk/retention': { read: 'retention.read', write: 'retention.act' },
  'desk/retention/:finding': { read: 'retention.act', write: 'retention.act' },
  'desk/retention/:finding/hold': { read: 'retention.act', write: 'retention.act' },
  'desk/retention/plans/:plan/approval': { read: 'plan.approve', write: 'plan.approve' },
  'desk/systems': { read: 'systems.read', write: 'systems.manage' },
  'desk/systems/new': { read: 'systems.manage', write: 'systems.manage' },
  'desk/systems/:system': { read: 'systems.read', write: 'systems.manage' },
  'desk/systems/:system/connection': { read: 'systems.manage', write: 'systems.manage' },
  'desk/systems/:system/details': { read: 'systems.manage', write: 'systems.manage' },
  'desk/systems/:system/handling': { read: 'systems.manage', write: 'systems.manage' },
  'desk/systems/:system/standing': { read: 'systems.manage', write: 'systems.manage' },
  'desk/systems/:system/returned': { write: 'systems.manage' },
  'desk/systems/:system/map': { read: 'systems.read', write: 'systems.manage' },
  'desk/systems/:system/map/entry': { read: 'systems.manage', write: 'systems.manage' },
  'desk/systems/:system/map.yaml': { read: 'systems.read' },
  'desk/systems/:system/changes': { read: 'systems.read' },
  'desk/evidence': { read: 'evidence.read' },
  'desk/reports': { read: 'reports.read' },
  'desk/reports.csv': { read: 'reports.read' },
  'desk/staff': { read: 'staff.read', write: 'staff.manage' },
  'desk/staff/:staff/absence': { read: 'staff.manage', write: 'staff.manage' },
  'desk/snippets': { read: 'settings.read', write: 'settings.manage' },
  'desk/settings': { read: 'settings.read', write: 'settings.manage' },
}

/** What an API call asks for: the token's scope and, like the desk, the role of the person it is bound to. */
export type ApiPermission = { scope: Scope; permission: Permission } | 'open'

/** Every API address with what reading it (GET) and writing to it (POST) asks for. A route without a row fails a test. */
export const apiRoutePermissions = {
  'api/openapi.json': { read: 'open' },
  'api/v1/requests': {
    read: { scope: 'requests:read', permission: 'queue.read' },
    write: { scope: 'requests:write', permission: 'case.work' },
  },
  'api/v1/requests/:reference': { read: { scope: 'requests:read', permission: 'case.read' } },
  'api/v1/requests/:reference/plan': { write: { scope: 'erasure:plan', permission: 'plan.make' } },
  'api/v1/requests/:reference/plan/approve': { write: { scope: 'erasure:approve', permission: 'plan.approve' } },
  'api/v1/requests/:reference/execute': { write: { scope: 'erasure:execute', permission: 'plan.execute' } },
  'api/v1/runs/:run': { read: { scope: 'requests:read', permission: 'case.read' } },
  'api/v1/requests/:reference/certificate': { read: { scope: 'requests:read', permission: 'case.read' } },
  'api/v1/requests/:reference/package': { read: { scope: 'packages:read', permission: 'package.release' } },
  // Signed by the system that answers.
  'api/v1/webhooks/:call': { write: 'open' },
  'api/*': { read: 'open', write: 'open' },
} as const satisfies Record<string, { read?: ApiPermission; write?: ApiPermission }>
