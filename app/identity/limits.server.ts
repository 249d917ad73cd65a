import { readOrganisation } from '~/platform/organisation.server'
import { rateLimiter } from '~/platform/rate-limit.server'
import type { LimitVerdict } from '~/platform/rate-limit.server'
import type { Runtime } from '~/platform/runtime.server'

type Rooms = Pick<Runtime, 'db' | 'keys'>

const hour = 3600
const day = 24 * hour

/** A client address or e-mail index as a key of a counter: keyed, so that the table names nobody. */
function counterKey(runtime: Rooms, ...parts: (string | Uint8Array)[]): string {
  const text = parts
    .map((part) => (typeof part === 'string' ? part : Buffer.from(part).toString('base64url')))
    .join(':')
  return Buffer.from(runtime.keys.hmac('index', `limit:${text}`)).toString('base64url')
}

/** Takes one submission of a client address: so many an hour as the organisation allows. */
export async function takeSubmission(runtime: Rooms, clientAddress: string): Promise<LimitVerdict> {
  const { 'identity.submissionsPerAddressPerHour': points } = await readOrganisation(runtime.db)
  return rateLimiter(runtime.db, { name: 'submission', points, seconds: hour }).take(counterKey(runtime, clientAddress))
}

/**
 * Takes one code mail to an e-mail address. Counted per client address and e-mail together, so that a stranger who asks
 * for codes uses up his own share and not the one of the person whose address it is; a wide bound per e-mail keeps a
 * mailbox from being flooded by many strangers at once.
 */
export async function takeCodeMail(
  runtime: Rooms,
  clientAddress: string,
  emailIndex: Uint8Array,
): Promise<LimitVerdict> {
  const own = await rateLimiter(runtime.db, { name: 'code-mail', points: 8, seconds: hour }).take(
    counterKey(runtime, clientAddress, emailIndex),
  )
  // What is refused takes nothing of the wide bound, or one stranger alone could use it up.
  if (!own.ok) return own
  return rateLimiter(runtime.db, { name: 'code-mail-all', points: 40, seconds: day }).take(
    counterKey(runtime, emailIndex),
  )
}

/** Takes one attempt to sign in from a client address, whatever e-mail address was typed. */
export function takeSignIn(runtime: Rooms, clientAddress: string): Promise<LimitVerdict> {
  return rateLimiter(runtime.db, { name: 'subject-sign-in', points: 60, seconds: hour }).take(
    counterKey(runtime, clientAddress),
  )
}

/** Codes that a client address may get wrong in an hour, over all its submissions. */
const wrongCodes = (runtime: Rooms) => rateLimiter(runtime.db, { name: 'wrong-code', points: 60, seconds: hour })

export function mayTryCode(runtime: Rooms, clientAddress: string): Promise<LimitVerdict> {
  return wrongCodes(runtime).look(counterKey(runtime, clientAddress))
}

export function countWrongCode(runtime: Rooms, clientAddress: string): Promise<LimitVerdict> {
  return wrongCodes(runtime).take(counterKey(runtime, clientAddress))
}
