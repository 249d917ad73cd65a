import type { Role } from './roles'

/** What an API token may be for (contract.md). */
export const scopes = [
  'requests:read',
  'requests:write',
  'requests:verified',
  'erasure:plan',
  'erasure:approve',
  'erasure:execute',
  'packages:read',
  'retention:read',
  'evidence:read',
  'suppression:check',
] as const
export type Scope = (typeof scopes)[number]

export function isScope(scope: string): scope is Scope {
  return (scopes as readonly string[]).includes(scope)
}

const agentScopes = [
  'requests:read',
  'requests:write',
  'requests:verified',
  'erasure:plan',
  'erasure:execute',
  'packages:read',
] as const

/** The most that a token of a staff member may carry. */
export const scopesOfRole: Record<Role, readonly Scope[]> = {
  agent: agentScopes,
  approver: ['requests:read', 'erasure:approve'],
  admin: [...agentScopes, 'retention:read', 'suppression:check'],
  auditor: ['requests:read', 'evidence:read', 'retention:read'],
}
