import { rateLimiter } from '~/platform/rate-limit.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import { findStaffByEmail, memberOf, staffEmail } from './accounts.server'
import type { StaffMember, StaffRow } from './accounts.server'
import { admit } from './admit.server'
import { verifyPassword } from './passwords.server'
import { stepAfterPassword } from './second-factor.server'
import { rememberStep } from './sign-in-step.server'

const window = 15 * 60
/** Wrong tries on one account, and from one address, whoever it tries. */
const accountFailures = { name: 'sign-in-account', points: 10, seconds: window }
const addressFailures = { name: 'sign-in-address', points: 50, seconds: window }
/** Tries that are under way count before their outcome is known, so that guessing in parallel gains nothing. */
const accountTries = { name: 'sign-in-tries', points: 40, seconds: window }

export type SignedIn =
  /** `desk`: signed in. Otherwise the cookies hold the step that was taken, and the next one has a page of its own. */
  | { ok: true; staff: StaffMember; step: 'desk' | 'second' | 'enrolment'; cookies: string[] }
  | { ok: false; reason: 'wrong' }
  | { ok: false; reason: 'too_many'; retryAfterSeconds: number }

type Credentials = { email: string; password: string }

/**
 * Signs a staff member in, or leads to the second factor. The answer and the time it takes are the same for a wrong password, an unknown address, an
 * invitation that was not accepted and a disabled account.
 */
export async function signIn(
  runtime: Runtime,
  request: Request,
  { email, password, clientAddress }: Credentials & { clientAddress: string },
): Promise<SignedIn> {
  const checked = await checkPassword(runtime, { email, password, clientAddress })
  if (!checked.ok) return checked
  const step = await stepAfterPassword(runtime, checked.staff.id)
  if (step !== 'desk') return { ok: true, staff: checked.staff, step, cookies: [rememberStep(runtime, checked.row)] }
  const cookies = await inTransaction(runtime, (tx) =>
    admit(tx, runtime, request, { staff: checked.staff, by: 'password' }),
  )
  return { ok: true, staff: checked.staff, step, cookies }
}

/** Looks at a password under the same limits as the sign-in; used again where a person must show that they are still there. */
export async function checkPassword(
  runtime: Pick<Runtime, 'db' | 'keys'>,
  { email, password, clientAddress }: Credentials & { clientAddress: string },
): Promise<{ ok: true; staff: StaffMember; row: StaffRow } | Extract<SignedIn, { ok: false }>> {
  const counter = (text: string) => Buffer.from(runtime.keys.hmac('index', text)).toString('base64url')
  const account = counter(`sign-in:${staffEmail(email).slice(0, 320)}`)
  const address = counter(`sign-in-from:${clientAddress}`)
  const failures = rateLimiter(runtime.db, accountFailures)
  const tries = rateLimiter(runtime.db, accountTries)
  const fromAddress = rateLimiter(runtime.db, addressFailures)
  for (const verdict of [await failures.look(account), await fromAddress.look(address), await tries.take(account)])
    if (!verdict.ok) return verdict
  const row = await findStaffByEmail(runtime.db, email)
  const right = await verifyPassword(row && !row.disabledAt ? row.passwordHash : null, password)
  if (!row || !right) {
    await failures.take(account)
    await fromAddress.take(address)
    return { ok: false, reason: 'wrong' }
  }
  await failures.forget(account)
  await tries.forget(account)
  return { ok: true, staff: memberOf(row), row }
}
