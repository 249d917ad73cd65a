import { isRole } from './roles'
import type { Role } from './roles'

/** A pair of OIDC_ROLES: `value=role`. */
export type RoleOfClaim = { value: string; role: Role }

/** Reads `privacy-team=agent`; the value may hold `=`. */
export function rolesOfClaims(pairs: readonly string[]): RoleOfClaim[] {
  return pairs.flatMap((pair) => {
    const at = pair.lastIndexOf('=')
    const role = pair.slice(at + 1)
    return at > 0 && isRole(role) ? [{ value: pair.slice(0, at), role }] : []
  })
}

/** The role of the first pair whose value the claim holds (a text, or a list of texts); null for none. */
export function claimedRole(claim: unknown, pairs: readonly RoleOfClaim[]): Role | null {
  const held = Array.isArray(claim) ? claim : [claim]
  return pairs.find(({ value }) => held.includes(value))?.role ?? null
}
