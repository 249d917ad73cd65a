import { readOrganisation } from '~/platform/organisation.server'
import { rateLimiter } from '~/platform/rate-limit.server'
import type { LimitVerdict } from '~/platform/rate-limit.server'
import type { Runtime } from '~/platform/runtime.server'
import { isBlocked, senderOf } from './senders.server'

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

/** Of one network's code mails to one address in a day so many come out of a share that others can't have used up. */
const firstOfTheDay = 3

/**
 * Takes one code mail to an e-mail address. Counted per client network and e-mail together, so that a stranger who asks
 * for codes uses up his own share and not the one of the person whose address it is. Wide bounds per e-mail keep a mailbox
 * from being flooded by many strangers at once: one for the first mails that a network asks for in a day, which a network
 * that was not seen yet can count on, and one for all that come after. A blocked pair ("that was not me") gets none.
 */
export async function takeCodeMail(
  runtime: Rooms & Pick<Runtime, 'clock'>,
  clientAddress: string,
  emailIndex: Uint8Array,
): Promise<LimitVerdict> {
  if (await isBlocked(runtime.db, runtime, senderOf(runtime, clientAddress, emailIndex)))
    return { ok: false, reason: 'too_many', retryAfterSeconds: day }
  const pair = counterKey(runtime, clientAddress, emailIndex)
  const own = await rateLimiter(runtime.db, { name: 'code-mail', points: 8, seconds: hour }).take(pair)
  // What is refused takes nothing of the wide bounds, or one stranger alone could use them up.
  if (!own.ok) return own
  const early = await rateLimiter(runtime.db, { name: 'code-mail-first', points: firstOfTheDay, seconds: day }).take(
    pair,
  )
  const wide = early.ok
    ? { name: 'code-mail-new', points: 120, seconds: day }
    : { name: 'code-mail-all', points: 40, seconds: day }
  return rateLimiter(runtime.db, wide).take(counterKey(runtime, emailIndex))
}

/** Takes one attempt to sign in from a client address, whatever e-mail address was typed. */
export function takeSignIn(runtime: Rooms, clientAddress: string): Promise<LimitVerdict> {
  return rateLimiter(runtime.db, { name: 'subject-sign-in', points: 60, seconds: hour }).take(
    counterKey(runtime, clientAddress),
  )
}

/** Takes one token that a client address brings along from the company's log-in. */
export function takeHandOff(runtime: Rooms, clientAddress: string): Promise<LimitVerdict> {
  return rateLimiter(runtime.db, { name: 'hand-off', points: 60, seconds: hour }).take(
    counterKey(runtime, clientAddress),
  )
}

/** Takes one form with facts that tell a person from others; what they are tried on is counted besides (fact-tries). */
export function takeFacts(runtime: Rooms, clientAddress: string): Promise<LimitVerdict> {
  return rateLimiter(runtime.db, { name: 'facts', points: 20, seconds: hour }).take(counterKey(runtime, clientAddress))
}

/** Codes that a client address may get wrong in an hour, over all its submissions. */
const wrongCodes = (runtime: Rooms) => rateLimiter(runtime.db, { name: 'wrong-code', points: 60, seconds: hour })

export function mayTryCode(runtime: Rooms, clientAddress: string): Promise<LimitVerdict> {
  return wrongCodes(runtime).look(counterKey(runtime, clientAddress))
}

export function countWrongCode(runtime: Rooms, clientAddress: string): Promise<LimitVerdict> {
  return wrongCodes(runtime).take(counterKey(runtime, clientAddress))
}
