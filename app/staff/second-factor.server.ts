import { and, count, eq, isNull } from 'drizzle-orm'
import { staffPasskey, staffRecoveryCode, staffTotp } from '~db/schema'
import type { Executor } from '~db/client'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'

export type Factors = { totp: boolean; passkeys: number; recoveryCodes: number }

/** What an account has besides its password. */
export async function factorsOf(db: Executor, staffId: string): Promise<Factors> {
  const [totp] = await db.select({ id: staffTotp.staffId }).from(staffTotp).where(eq(staffTotp.staffId, staffId))
  const [keys] = await db.select({ count: count() }).from(staffPasskey).where(eq(staffPasskey.staffId, staffId))
  const [codes] = await db
    .select({ count: count() })
    .from(staffRecoveryCode)
    .where(and(eq(staffRecoveryCode.staffId, staffId), isNull(staffRecoveryCode.usedAt)))
  return { totp: totp !== undefined, passkeys: keys?.count ?? 0, recoveryCodes: codes?.count ?? 0 }
}

export function hasSecondFactor(factors: Factors): boolean {
  return factors.totp || factors.passkeys > 0
}

/** Everybody needs one, unless the demo runs or the organisation's setting says otherwise. */
export async function secondFactorIsRequired(runtime: Pick<Runtime, 'db' | 'demo'>): Promise<boolean> {
  if (runtime.demo) return false
  return (await readOrganisation(runtime.db))['staff.secondFactor'] === 'required'
}

/** What a right password leads to: the desk, the question for the second factor, or setting one up first. */
export async function stepAfterPassword(
  runtime: Pick<Runtime, 'db' | 'demo'>,
  staffId: string,
): Promise<'desk' | 'second' | 'enrolment'> {
  if (hasSecondFactor(await factorsOf(runtime.db, staffId))) return 'second'
  return (await secondFactorIsRequired(runtime)) ? 'enrolment' : 'desk'
}

/** Whether an account may give one of its second factors up: it keeps another, or nobody needs one here. */
export async function mayDropFactor(runtime: Pick<Runtime, 'db' | 'demo'>, staffId: string): Promise<boolean> {
  const { totp, passkeys } = await factorsOf(runtime.db, staffId)
  return (totp ? 1 : 0) + passkeys > 1 || !(await secondFactorIsRequired(runtime))
}
