import { eq } from 'drizzle-orm'
import { staff } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from './accounts.server'
import type { PasswordRefusal } from './password-policy'
import { hashPassword, judgePassword } from './passwords.server'
import { endSessionsOf } from './sessions.server'

/**
 * Sets another password; the caller has just checked the present one. Every session ends, this one too: who changes a
 * password because somebody else knew it wants nobody left inside.
 */
export async function changePassword(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { member, password, passwordAgain }: { member: StaffMember; password: string; passwordAgain: string },
): Promise<{ ok: true } | { ok: false; reason: 'not_the_same' | PasswordRefusal }> {
  const verdict = judgePassword(password, member)
  if (!verdict.ok) return verdict
  if (password !== passwordAgain) return { ok: false, reason: 'not_the_same' }
  await tx
    .update(staff)
    .set({ passwordHash: await hashPassword(password) })
    .where(eq(staff.id, member.id))
  await endSessionsOf(tx, member.id)
  await appendEvidence(tx, runtime, { actor: { kind: 'staff', id: member.id }, verb: 'staff.password_changed' })
  return { ok: true }
}
