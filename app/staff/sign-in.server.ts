import { appendEvidence } from '~/evidence/append.server'
import { sendMail } from '~/mail/send.server'
import { readCookie, setCookie } from '~/platform/cookies.server'
import { equalBytes } from '~/platform/keys.server'
import { rateLimiter } from '~/platform/rate-limit.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import { findStaffByEmail, memberOf, staffEmail } from './accounts.server'
import type { StaffMember } from './accounts.server'
import { verifyPassword } from './passwords.server'
import { openSession } from './sessions.server'

const window = 15 * 60
/** Wrong tries on one account, and from one address, whoever it tries. */
const accountFailures = { name: 'sign-in-account', points: 10, seconds: window }
const addressFailures = { name: 'sign-in-address', points: 50, seconds: window }
/** Tries that are under way count before their outcome is known, so that guessing in parallel gains nothing. */
const accountTries = { name: 'sign-in-tries', points: 40, seconds: window }

export type SignedIn =
  | { ok: true; staff: StaffMember; cookies: string[] }
  | { ok: false; reason: 'wrong' }
  | { ok: false; reason: 'too_many'; retryAfterSeconds: number }

type Credentials = { email: string; password: string }

/**
 * Signs a staff member in. The answer and the time it takes are the same for a wrong password, an unknown address, an
 * invitation that was not accepted and a disabled account.
 */
export async function signIn(
  runtime: Runtime,
  request: Request,
  { email, password, clientAddress }: Credentials & { clientAddress: string },
): Promise<SignedIn> {
  const checked = await checkPassword(runtime, { email, password, clientAddress })
  if (!checked.ok) return checked
  return inTransaction(runtime, async (tx) => {
    const cookies = [await openSession(tx, runtime, checked.staff.id), rememberBrowser(runtime, checked.staff.id)]
    const now = runtime.clock.now()
    await appendEvidence(tx, runtime, { actor: { kind: 'staff', id: checked.staff.id }, verb: 'staff.signed_in' })
    if (!browserIsKnown(runtime, request, checked.staff.id))
      await sendMail(tx, runtime, {
        template: 'new_sign_in',
        to: checked.staff.email,
        language: checked.staff.language,
        props: { at: now.toString({ smallestUnit: 'second' }), url: `${runtime.publicUrl}/desk/account` },
        idempotencyKey: `new_sign_in:${checked.staff.id}:${crypto.randomUUID()}`,
      })
    return { ok: true as const, staff: checked.staff, cookies }
  })
}

/** Looks at a password under the same limits as the sign-in; used again where a person must show that they are still there. */
export async function checkPassword(
  runtime: Pick<Runtime, 'db' | 'keys'>,
  { email, password, clientAddress }: Credentials & { clientAddress: string },
): Promise<{ ok: true; staff: StaffMember } | Extract<SignedIn, { ok: false }>> {
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
  return { ok: true, staff: memberOf(row) }
}

const BROWSER = 'staff-browser'
const halfAYear = 180 * 24 * 60 * 60

function browserMark(runtime: Pick<Runtime, 'keys'>, staffId: string): string {
  return Buffer.from(runtime.keys.hmac('cookies', `staff-browser:${staffId}`)).toString('base64url')
}

/** A sign-in from a browser without this mark is told to its owner by mail. */
export function rememberBrowser(runtime: Pick<Runtime, 'keys' | 'publicUrl'>, staffId: string): string {
  return setCookie(runtime, BROWSER, browserMark(runtime, staffId), halfAYear)
}

function browserIsKnown(runtime: Pick<Runtime, 'keys' | 'publicUrl'>, request: Request, staffId: string): boolean {
  const mark = readCookie(runtime, request, BROWSER)
  return mark !== undefined && equalBytes(Buffer.from(mark), Buffer.from(browserMark(runtime, staffId)))
}
