/** What a staff member is (promises.md): agent works cases, approver approves, admin configures, auditor only reads. */
export const roles = ['agent', 'approver', 'admin', 'auditor'] as const
export type Role = (typeof roles)[number]

export function isRole(role: string): role is Role {
  return (roles as readonly string[]).includes(role)
}

const rank: Record<Role, number> = { auditor: 0, agent: 1, approver: 1, admin: 2 }

/** Nobody gives a role that stands above their own; agents and approvers don't make each other. */
export function mayGiveRole(giver: Role, role: Role): boolean {
  return giver === role || rank[giver] > rank[role]
}
