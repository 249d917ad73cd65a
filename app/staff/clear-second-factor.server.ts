import { eq } from 'drizzle-orm'
import { staffPasskey, staffRecoveryCode, staffTotp } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { findStaff, memberOf } from './accounts.server'
import type { AccountRefusal, StaffMember } from './accounts.server'
import { mayGiveRole } from './roles'
import { endSessionsOf } from './sessions.server'

/**
 * For a colleague who lost phone and recovery codes: everything but the password goes, all sessions end, and the next
 * sign-in sets up a new one. `by` is null for the command line, which is also the way out for the only admin.
 */
export async function clearSecondFactor(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { by, staffId }: { by: StaffMember | null; staffId: string },
): Promise<{ ok: true; staff: StaffMember } | { ok: false; reason: AccountRefusal }> {
  const row = await findStaff(tx, staffId)
  if (!row) return { ok: false, reason: 'unknown_staff' }
  const staff = memberOf(row)
  if (by?.id === staffId) return { ok: false, reason: 'not_yourself' }
  if (by && !mayGiveRole(by.role, staff.role)) return { ok: false, reason: 'above_you' }
  await tx.delete(staffTotp).where(eq(staffTotp.staffId, staffId))
  await tx.delete(staffRecoveryCode).where(eq(staffRecoveryCode.staffId, staffId))
  await tx.delete(staffPasskey).where(eq(staffPasskey.staffId, staffId))
  await endSessionsOf(tx, staffId)
  const actor: Actor = by ? { kind: 'staff', id: by.id } : { kind: 'system' }
  await appendEvidence(tx, runtime, { actor, verb: 'staff.second_factor_cleared', data: { staff: staffId } })
  return { ok: true, staff }
}
