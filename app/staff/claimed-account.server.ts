import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { staff, staffIdentity } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import { findStaffByEmail, memberOf, staffEmail } from './accounts.server'
import type { StaffMember, StaffRow } from './accounts.server'
import { claimedRole, rolesOfClaims } from './claimed-role'
import type { Role } from './roles'
import { endSessionsOf } from './sessions.server'
import type { Claims } from './single-sign-on.server'

export type ClaimRefusal = 'sso_no_role' | 'sso_no_account' | 'sso_no_email'
type Claimed = { ok: true; staff: StaffMember } | { ok: false; reason: ClaimRefusal }

const person = z.object({
  email: z.string().max(320).optional(),
  email_verified: z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]).optional(),
  name: z.string().max(200).optional(),
})
const program = { kind: 'system' } as const

/**
 * The account of somebody whom the organisation's log-in vouches for. Known by issuer and subject; the first time by an
 * address that the issuer says is verified. With OIDC_ROLES the issuer decides who comes in, as what, at every sign-in;
 * without it, only who was invited comes in, in the role that they were given.
 */
export async function claimAccount(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'settings'>,
  claims: Claims,
): Promise<Claimed> {
  const { OIDC_ROLES: pairs, OIDC_ROLE_CLAIM: claimName, OIDC_TRUST_EMAIL: trusted } = runtime.settings
  const decides = pairs !== undefined && pairs.length > 0
  const role = decides ? claimedRole(claims.all[claimName ?? 'roles'], rolesOfClaims(pairs)) : null
  const linked = await linkedAccount(tx, claims)
  if (decides && !role) {
    // Who lost the role there loses the desk here, also where they are still signed in.
    if (linked) await endSessionsOf(tx, linked.id)
    return { ok: false, reason: 'sso_no_role' }
  }
  const row = linked ?? (await accountByAddress(tx, runtime, claims, { role, trusted: trusted === true }))
  if (row === 'no_email') return { ok: false, reason: 'sso_no_email' }
  if (!row || row.disabledAt) return { ok: false, reason: 'sso_no_account' }
  const identity = { issuer: claims.issuer, subject: claims.subject }
  const now = runtime.clock.now()
  await tx
    .insert(staffIdentity)
    .values({ ...identity, staffId: row.id, createdAt: now, lastUsedAt: now })
    .onConflictDoUpdate({ target: [staffIdentity.issuer, staffIdentity.subject], set: { lastUsedAt: now } })
  if (role && row.role !== role) await giveRole(tx, runtime, row, role)
  return { ok: true, staff: memberOf({ ...row, role: role ?? row.role }) }
}

async function linkedAccount(tx: Transaction, { issuer, subject }: Claims): Promise<StaffRow | undefined> {
  const [found] = await tx
    .select({ staff })
    .from(staffIdentity)
    .innerJoin(staff, eq(staff.id, staffIdentity.staffId))
    .where(and(eq(staffIdentity.issuer, issuer), eq(staffIdentity.subject, subject)))
  return found?.staff
}

async function accountByAddress(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  claims: Claims,
  { role, trusted }: { role: Role | null; trusted: boolean },
): Promise<StaffRow | 'no_email' | undefined> {
  const { email, email_verified: verified, name } = person.safeParse(claims.all).data ?? {}
  if (!email || (verified !== true && !trusted) || !/^[^\s@]+@[^\s@]+$/u.test(email)) return 'no_email'
  const known = await findStaffByEmail(tx, email)
  if (known) {
    // An address that was given to somebody else there must not open the account of who had it before.
    const [taken] = await tx
      .select({ subject: staffIdentity.subject })
      .from(staffIdentity)
      .where(and(eq(staffIdentity.staffId, known.id), eq(staffIdentity.issuer, claims.issuer)))
    return taken ? undefined : known
  }
  if (!role) return undefined
  const [made] = await tx
    .insert(staff)
    .values({ email: staffEmail(email), name: name?.trim() || email, role, createdAt: runtime.clock.now() })
    .returning()
  if (made)
    await appendEvidence(tx, runtime, { actor: program, verb: 'staff.provisioned', data: { staff: made.id, role } })
  return made
}

async function giveRole(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  row: StaffRow,
  role: Role,
): Promise<void> {
  await tx.update(staff).set({ role }).where(eq(staff.id, row.id))
  await endSessionsOf(tx, row.id)
  await appendEvidence(tx, runtime, {
    actor: program,
    verb: 'staff.role_changed',
    data: { staff: row.id, from: row.role, to: role, by: 'oidc' },
  })
}
