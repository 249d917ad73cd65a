import { and, eq, isNull } from 'drizzle-orm'
import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { invitation, staff } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { sendMail } from '~/mail/send.server'
import type { Runtime } from '~/platform/runtime.server'
import { memberOf, staffEmail } from './accounts.server'
import type { StaffMember, StaffRow } from './accounts.server'
import type { PasswordRefusal } from './password-policy'
import { hashPassword, judgePassword } from './passwords.server'
import { mayGiveRole, roles } from './roles'
import { endSessionsOf } from './sessions.server'

export const invitationHours = 72

export const invitationSchema = z.object({
  email: z
    .string()
    .trim()
    .max(320)
    .regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/u),
  name: z.string().trim().min(1).max(200),
  role: z.enum(roles),
  language: z.enum(['nl', 'en']).default('nl'),
})
export type NewStaff = z.infer<typeof invitationSchema>

export type Invited =
  | {
      ok: true
      staffId: string
      /** Shown once; the link is `/desk/invitation/{token}`. */ token: string
      link: string
    }
  | { ok: false; reason: 'above_you' | 'has_account' }

// 256 random bits need no slow hash and no key: nobody finds them by guessing.
const tokenHash = (token: string) => new Uint8Array(createHash('sha256').update(`invitation:${token}`).digest())

/**
 * Makes an account without a password and a single-use link, valid for 72 hours, by which its owner sets one. Inviting
 * again somebody who never accepted replaces the link. `by` is null for the command line: whoever has a shell on the
 * server stands above all roles. The mail goes out unless `mail` is false.
 */
export async function inviteStaff(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: NewStaff & { by: StaffMember | null; organisation: string; mail?: boolean },
): Promise<Invited> {
  if (order.by && !mayGiveRole(order.by.role, order.role)) return { ok: false, reason: 'above_you' }
  const email = staffEmail(order.email)
  const now = runtime.clock.now()
  await tx
    .insert(staff)
    .values({ email, name: order.name, role: order.role, language: order.language, createdAt: now })
    .onConflictDoNothing({ target: staff.email })
  const [row] = await tx.select().from(staff).where(eq(staff.email, email)).for('update')
  if (!row || row.passwordHash || row.disabledAt) return { ok: false, reason: 'has_account' }
  await tx
    .update(staff)
    .set({ name: order.name, role: order.role, language: order.language })
    .where(eq(staff.id, row.id))
  await tx.delete(invitation).where(and(eq(invitation.staffId, row.id), isNull(invitation.usedAt)))
  const token = randomBytes(32).toString('base64url')
  await tx.insert(invitation).values({
    staffId: row.id,
    tokenHash: tokenHash(token),
    invitedByStaffId: order.by?.id ?? null,
    createdAt: now,
    expiresAt: now.add({ hours: invitationHours }),
  })
  const link = `${runtime.publicUrl}/desk/invitation/${token}`
  await appendEvidence(tx, runtime, {
    actor: order.by ? { kind: 'staff', id: order.by.id } : { kind: 'system' },
    verb: 'staff.invited',
    data: { staff: row.id, role: order.role },
  })
  if (order.mail !== false)
    await sendMail(tx, runtime, {
      template: 'invitation',
      to: email,
      language: order.language,
      props: { name: order.name, invitedBy: order.by?.name ?? order.organisation, url: link, hours: invitationHours },
      idempotencyKey: `invitation:${crypto.randomUUID()}`,
    })
  return { ok: true, staffId: row.id, token, link }
}

/** Whom a link invites; null when it is unknown, used or older than 72 hours. */
export async function findInvitation(
  db: Executor,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  token: string,
): Promise<StaffRow | null> {
  const [row] = await db
    .select({ staff, invitation })
    .from(invitation)
    .innerJoin(staff, eq(staff.id, invitation.staffId))
    .where(and(eq(invitation.tokenHash, tokenHash(token)), isNull(invitation.usedAt)))
  if (
    !row ||
    row.staff.disabledAt ||
    row.invitation.expiresAt.epochMilliseconds <= runtime.clock.now().epochMilliseconds
  )
    return null
  return row.staff
}

export type Accepted =
  { ok: true; staff: StaffMember } | { ok: false; reason: 'invalid_link' | 'not_the_same' | PasswordRefusal }

/** Sets the first password and uses the link up; two at once: one of them finds it used. */
export async function acceptInvitation(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { token, password, passwordAgain }: { token: string; password: string; passwordAgain: string },
): Promise<Accepted> {
  const row = await findInvitation(tx, runtime, token)
  if (!row) return { ok: false, reason: 'invalid_link' }
  const verdict = judgePassword(password, row)
  if (!verdict.ok) return verdict
  if (password !== passwordAgain) return { ok: false, reason: 'not_the_same' }
  const used = await tx
    .update(invitation)
    .set({ usedAt: runtime.clock.now() })
    .where(and(eq(invitation.tokenHash, tokenHash(token)), isNull(invitation.usedAt)))
    .returning({ id: invitation.id })
  if (used.length === 0) return { ok: false, reason: 'invalid_link' }
  await tx
    .update(staff)
    .set({ passwordHash: await hashPassword(password) })
    .where(eq(staff.id, row.id))
  await endSessionsOf(tx, row.id)
  await appendEvidence(tx, runtime, { actor: { kind: 'staff', id: row.id }, verb: 'staff.accepted' })
  return { ok: true, staff: memberOf(row) }
}
