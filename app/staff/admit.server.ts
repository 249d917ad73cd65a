import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { sendMail } from '~/mail/send.server'
import { readCookie, setCookie } from '~/platform/cookies.server'
import { equalBytes } from '~/platform/keys.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from './accounts.server'
import { openSession } from './sessions.server'
import { forgetStep } from './sign-in-step.server'

/** How somebody showed who they are. */
export type SignInMethod = 'invitation' | 'password' | 'totp' | 'recovery_code' | 'passkey' | 'oidc'

/**
 * Lets a staff member in who has shown all that was asked: a session, its evidence, and a mail to its owner when this
 * browser was never seen with the account. Answers the Set-Cookie headers.
 */
export async function admit(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  request: Request,
  { staff, by }: { staff: StaffMember; by: SignInMethod },
): Promise<string[]> {
  const session = await openSession(tx, runtime, staff.id, request.headers.get('User-Agent'))
  const now = runtime.clock.now()
  await appendEvidence(tx, runtime, { actor: { kind: 'staff', id: staff.id }, verb: 'staff.signed_in', data: { by } })
  // Who has just taken up an invitation knows that they did.
  if (by !== 'invitation' && !browserIsKnown(runtime, request, staff.id))
    await sendMail(tx, runtime, {
      template: 'new_sign_in',
      to: staff.email,
      language: staff.language,
      props: { at: now.toString({ smallestUnit: 'second' }), url: `${runtime.publicUrl}/desk/account` },
      idempotencyKey: `new_sign_in:${staff.id}:${crypto.randomUUID()}`,
    })
  return [session, rememberBrowser(runtime, staff.id), forgetStep(runtime)]
}

const BROWSER = 'staff-browser'
const halfAYear = 180 * 24 * 60 * 60

function browserMark(runtime: Pick<Runtime, 'keys'>, staffId: string): string {
  return Buffer.from(runtime.keys.hmac('cookies', `staff-browser:${staffId}`)).toString('base64url')
}

/** A sign-in from a browser without this mark is told to its owner by mail. */
function rememberBrowser(runtime: Pick<Runtime, 'keys' | 'publicUrl'>, staffId: string): string {
  return setCookie(runtime, BROWSER, browserMark(runtime, staffId), halfAYear)
}

function browserIsKnown(runtime: Pick<Runtime, 'keys' | 'publicUrl'>, request: Request, staffId: string): boolean {
  const mark = readCookie(runtime, request, BROWSER)
  return mark !== undefined && equalBytes(Buffer.from(mark), Buffer.from(browserMark(runtime, staffId)))
}
