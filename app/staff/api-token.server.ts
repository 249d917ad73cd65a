import { and, desc, eq, isNull, lt, or } from 'drizzle-orm'
import { createHash, randomBytes } from 'node:crypto'
import type { Temporal } from 'temporal-polyfill'
import { apiToken, staff } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { findStaffByEmail, memberOf } from './accounts.server'
import type { StaffMember } from './accounts.server'
import { isRole } from './roles'
import { isScope, scopesOfRole } from './scopes'
import type { Scope } from './scopes'

export type TokenMade =
  | { ok: true; id: string; /** Shown once. */ token: string }
  | { ok: false; reason: 'unknown_staff' | 'disabled' | 'no_scope' }
  | { ok: false; reason: 'unknown_scope' | 'scope_above_role'; scope: string }

// As with invitations: 256 random bits, so a fast hash is enough.
const tokenHash = (token: string) => new Uint8Array(createHash('sha256').update(`api-token:${token}`).digest())

/**
 * Makes a token for machines, bound to a staff member (invited is enough, disabled is not) and to scopes that the
 * member's role may carry.
 */
export async function createToken(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { name: string; staffEmail: string; scopes: readonly string[]; actor: Actor; expiresAt?: Temporal.Instant },
): Promise<TokenMade> {
  const row = await findStaffByEmail(tx, order.staffEmail)
  if (!row || !isRole(row.role)) return { ok: false, reason: 'unknown_staff' }
  if (row.disabledAt) return { ok: false, reason: 'disabled' }
  const wanted = [...new Set(order.scopes)]
  if (wanted.length === 0) return { ok: false, reason: 'no_scope' }
  for (const scope of wanted) {
    if (!isScope(scope)) return { ok: false, reason: 'unknown_scope', scope }
    if (!scopesOfRole[row.role].includes(scope)) return { ok: false, reason: 'scope_above_role', scope }
  }
  const token = `pb_${randomBytes(32).toString('base64url')}`
  const [made] = await tx
    .insert(apiToken)
    .values({
      staffId: row.id,
      name: order.name,
      tokenHash: tokenHash(token),
      scopes: wanted,
      createdAt: runtime.clock.now(),
      expiresAt: order.expiresAt ?? null,
    })
    .returning({ id: apiToken.id })
  if (!made) throw new Error('A token was not stored')
  await appendEvidence(tx, runtime, {
    actor: order.actor,
    verb: 'token.created',
    data: { token: made.id, staff: row.id, scopes: wanted },
  })
  return { ok: true, id: made.id, token }
}

export type TokenBearer = { staff: StaffMember; tokenId: string; scopes: readonly Scope[]; actor: Actor }
export type TokenChecked =
  { ok: true; bearer: TokenBearer } | { ok: false; reason: 'no_token' | 'unknown_token' | 'scope_missing' }

/**
 * Whose token an `Authorization: Bearer …` header carries, and whether it reaches as far as `scope`. Scopes that the
 * member's present role no longer has are gone, also from older tokens.
 */
export async function authenticateToken(
  runtime: Pick<Runtime, 'db' | 'clock'>,
  header: string | null,
  scope?: Scope,
): Promise<TokenChecked> {
  const token = /^Bearer ([\w-]{1,200})$/i.exec(header ?? '')?.[1]
  if (!token) return { ok: false, reason: 'no_token' }
  const [row] = await runtime.db
    .select({ token: apiToken, staff })
    .from(apiToken)
    .innerJoin(staff, eq(staff.id, apiToken.staffId))
    .where(and(eq(apiToken.tokenHash, tokenHash(token)), isNull(apiToken.revokedAt), isNull(staff.disabledAt)))
  const now = runtime.clock.now()
  if (!row || !isRole(row.staff.role)) return { ok: false, reason: 'unknown_token' }
  if (row.token.expiresAt && row.token.expiresAt.epochMilliseconds <= now.epochMilliseconds)
    return { ok: false, reason: 'unknown_token' }
  const most = scopesOfRole[row.staff.role]
  const carried = row.token.scopes.filter(isScope).filter((one) => most.includes(one))
  if (scope && !carried.includes(scope)) return { ok: false, reason: 'scope_missing' }
  // Once a minute is enough to see whether a token is still in use.
  const stale = or(isNull(apiToken.lastUsedAt), lt(apiToken.lastUsedAt, now.subtract({ minutes: 1 })))
  await runtime.db
    .update(apiToken)
    .set({ lastUsedAt: now })
    .where(and(eq(apiToken.id, row.token.id), stale))
  const member = memberOf(row.staff)
  return {
    ok: true,
    bearer: {
      staff: member,
      tokenId: row.token.id,
      scopes: carried,
      actor: { kind: 'staff', id: member.id, via: 'token' },
    },
  }
}

/** The tokens of one member, or (null) of everybody, newest first, with their owner's name. */
export function listTokens(db: Executor, staffId: string | null) {
  return db
    .select({ token: apiToken, owner: staff.name })
    .from(apiToken)
    .innerJoin(staff, eq(staff.id, apiToken.staffId))
    .where(staffId === null ? undefined : eq(apiToken.staffId, staffId))
    .orderBy(desc(apiToken.createdAt))
}

/** Ends a token; the next call with it is refused. */
export async function revokeToken(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  id: string,
  actor: Actor,
): Promise<boolean> {
  const ended = await tx
    .update(apiToken)
    .set({ revokedAt: runtime.clock.now() })
    .where(and(eq(apiToken.id, id), isNull(apiToken.revokedAt)))
    .returning({ id: apiToken.id })
  if (ended.length === 0) return false
  await appendEvidence(tx, runtime, { actor, verb: 'token.revoked', data: { token: id } })
  return true
}
