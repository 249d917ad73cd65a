import { rateLimiter } from '~/platform/rate-limit.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import { memberOf } from './accounts.server'
import type { StaffRow } from './accounts.server'
import { admit } from './admit.server'
import { makeRecoveryCodes, takeRecoveryCode } from './recovery-codes.server'
import { factorsOf, hasSecondFactor } from './second-factor.server'
import { keepTotp, takeTotp } from './totp.server'

/**
 * Six digits of which three are right at any moment: at twenty tries a day somebody who has the password needs decades.
 * A try counts before it is looked at, so that guessing in parallel gains nothing.
 */
const burst = { name: 'second-factor', points: 5, seconds: 15 * 60 }
const daily = { name: 'second-factor-day', points: 20, seconds: 24 * 60 * 60 }

export type SecondStep =
  | { ok: true; cookies: string[]; /** Made at enrolment; shown once. */ recoveryCodes?: string[] }
  | { ok: false; reason: 'wrong_code' | 'enrolment_old' | 'already_so' }
  | { ok: false; reason: 'too_many'; retryAfterSeconds: number }

async function mayTry(runtime: Pick<Runtime, 'db'>, staffId: string) {
  for (const limit of [burst, daily]) {
    const verdict = await rateLimiter(runtime.db, limit).take(staffId)
    if (!verdict.ok) return verdict
  }
  return { ok: true } as const
}

/** The second step of signing in, after the password: a code of the app, or one of the recovery codes. */
export async function giveSecondFactor(
  runtime: Runtime,
  request: Request,
  { row, code }: { row: StaffRow; code: string },
): Promise<SecondStep> {
  const verdict = await mayTry(runtime, row.id)
  if (!verdict.ok) return verdict
  const cookies = await inTransaction(runtime, async (tx) => {
    const order = { staffId: row.id, code }
    if (await takeTotp(tx, runtime, order)) return admit(tx, runtime, request, { staff: memberOf(row), by: 'totp' })
    if (await takeRecoveryCode(tx, runtime, order))
      return admit(tx, runtime, request, { staff: memberOf(row), by: 'recovery_code' })
    return null
  })
  if (!cookies) return { ok: false, reason: 'wrong_code' }
  await rateLimiter(runtime.db, burst).forget(row.id)
  return { ok: true, cookies }
}

/** Setting up an app before the first sign-in. Who has a second factor already is not asked for another one here. */
export async function enrolAtSignIn(
  runtime: Runtime,
  request: Request,
  { row, sealed, code }: { row: StaffRow; sealed: string; code: string },
): Promise<SecondStep> {
  if (hasSecondFactor(await factorsOf(runtime.db, row.id))) return { ok: false, reason: 'already_so' }
  return inTransaction(runtime, async (tx) => {
    const kept = await keepTotp(tx, runtime, { staffId: row.id, sealed, code })
    if (!kept.ok) return kept
    const recoveryCodes = await makeRecoveryCodes(tx, runtime, row.id)
    const cookies = await admit(tx, runtime, request, { staff: memberOf(row), by: 'totp' })
    return { ok: true as const, cookies, recoveryCodes }
  })
}
