import { randomBytes } from 'node:crypto'
import { and, eq, gt, isNotNull, isNull, lt } from 'drizzle-orm'
import { z } from 'zod'
import { handOff } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { clearCookie, readCookie, setCookie } from '~/platform/cookies.server'
import { equalBytes } from '~/platform/keys.server'
import type { OrganisationSettings } from '~/platform/organisation.server'
import { publicKeysFrom } from '~/platform/public-keys.server'
import type { Runtime } from '~/platform/runtime.server'
import { blindIndex } from '~/requests/blind-index.server'
import { readHandOffToken } from './hand-off-token.server'
import type { HandedOver } from './hand-off-token.server'
import { beginSession, endSession, readSession } from './session.server'

type Rooms = Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>

const stateCookie = 'hand-off-state'
const roundCookie = 'hand-off-round'
const arrivalCookie = 'hand-off'
/** How long what the company's log-in said counts in the browser that it handed over. */
const minutes = 30

const storedShape = z.object({
  state: z.string(),
  email: z.string(),
  name: z.string().nullable(),
  customerNumber: z.string().nullable(),
  phone: z.string().nullable(),
})

/** Whether the organisation set up its own log-in: where it is, who signs, and with which keys. */
export function handOffIsOn(settings: OrganisationSettings): boolean {
  return settings['handOff.loginUrl'] !== '' && settings['handOff.issuer'] !== '' && settings['handOff.keys'] !== ''
}

/**
 * Sends a browser to the company's log-in with a state that only this browser has, so that nobody can be signed in as
 * somebody else by a form on a foreign page (log-in CSRF). `again`: it came from there without a state; the second time
 * in two minutes it is not sent round once more. Null: not set up, or going round in circles.
 */
export function startHandOff(
  runtime: Rooms,
  settings: OrganisationSettings,
  request: Request,
  { language, again }: { language: string; again: boolean },
): { location: string; cookies: string[] } | null {
  if (!handOffIsOn(settings) || (again && readCookie(runtime, request, roundCookie) !== undefined)) return null
  const state = randomBytes(24).toString('base64url')
  const location = new URL(settings['handOff.loginUrl'])
  location.searchParams.set('state', state)
  location.searchParams.set('language', language)
  return {
    location: location.href,
    cookies: [
      setCookie(runtime, stateCookie, state, 15 * 60),
      ...(again ? [setCookie(runtime, roundCookie, '1', 120)] : []),
    ],
  }
}

export type Received =
  | { ok: true; cookie: string }
  /** `no_state`: the customer began at the company's side; the browser goes round once, and gets a state. */
  | { ok: false; reason: 'off' | 'no_state' | 'refused' }

/**
 * Takes a token that the company's log-in posted. It is spent by this, whatever follows: the row of its `jti` stands
 * longer than the token could live. Nothing is believed yet; the browser is led to a page of ours, where its state is
 * compared (a form from a foreign origin does not carry our cookies) and the person says yes.
 */
export async function receiveHandOff(
  runtime: Rooms & Pick<Runtime, 'db' | 'log'>,
  settings: OrganisationSettings,
  token: string,
): Promise<Received> {
  const keys = publicKeysFrom(settings['handOff.keys'])
  if (!handOffIsOn(settings) || !keys.ok) return { ok: false, reason: 'off' }
  const now = runtime.clock.now()
  const read = await readHandOffToken(token, {
    keys: keys.keys,
    issuer: settings['handOff.issuer'],
    audience: runtime.publicUrl,
    now,
  })
  if (!read.ok) return refused(runtime, read.reason)
  const id = crypto.randomUUID()
  const claims = read.state === null ? null : JSON.stringify({ ...read.person, state: read.state })
  const [spent] = await runtime.db
    .insert(handOff)
    .values({
      id,
      tokenHash: runtime.keys.hmac('cookies', JSON.stringify(['hand-off', read.issuer, read.jti])),
      issuer: read.issuer,
      claimsSealed: claims === null ? null : runtime.keys.seal('cookies', claims, `hand_off:${id}`),
      at: now,
      expiresAt: now.add({ minutes }),
    })
    .onConflictDoNothing()
    .returning({ id: handOff.id })
  if (!spent) return refused(runtime, 'replayed')
  if (read.state === null) return { ok: false, reason: 'no_state' }
  return { ok: true, cookie: setCookie(runtime, arrivalCookie, `${id}.${signature(runtime, id)}`) }
}

function refused(runtime: Pick<Runtime, 'log'>, why: string): Received {
  runtime.log.info({ why }, 'hand-off refused')
  return { ok: false, reason: 'refused' }
}

const signature = (runtime: Pick<Runtime, 'keys'>, id: string) =>
  Buffer.from(runtime.keys.hmac('cookies', `hand-off:${id}`)).toString('base64url')

/** The row of this browser; undefined when its cookie is none of ours, or the row is over. */
async function arrivalOf(db: Executor, runtime: Rooms, request: Request, confirmed: boolean) {
  const [id = '', mark = ''] = (readCookie(runtime, request, arrivalCookie) ?? '').split('.')
  if (!equalBytes(Buffer.from(mark), Buffer.from(signature(runtime, id)))) return undefined
  const [row] = await db
    .select()
    .from(handOff)
    .where(
      and(
        eq(handOff.id, id),
        gt(handOff.expiresAt, runtime.clock.now()),
        confirmed ? isNotNull(handOff.confirmedAt) : isNull(handOff.confirmedAt),
      ),
    )
  if (!row?.claimsSealed) return undefined
  const opened = runtime.keys.open('cookies', row.claimsSealed, `hand_off:${row.id}`)
  const claims = storedShape.parse(JSON.parse(Buffer.from(opened).toString('utf8')))
  return { id: row.id, claims }
}

/** Who this browser was handed over as, before the person said yes; null when the state is not this browser's. */
export async function arrivedAs(db: Executor, runtime: Rooms, request: Request): Promise<HandedOver | null> {
  const arrival = await arrivalOf(db, runtime, request, false)
  const state = readCookie(runtime, request, stateCookie)
  if (!arrival || !state || !equalBytes(Buffer.from(arrival.claims.state), Buffer.from(state))) return null
  const { state: _state, ...person } = arrival.claims
  return person
}

/** The person said "yes, that is me": begins a session of that address in this browser. Answers the cookies to set. */
export async function confirmHandOff(
  tx: Transaction,
  runtime: Rooms,
  request: Request,
): Promise<{ ok: true; cookies: string[] } | { ok: false; reason: 'no_hand_off' }> {
  const person = await arrivedAs(tx, runtime, request)
  const arrival = await arrivalOf(tx, runtime, request, false)
  if (!person || !arrival) return { ok: false, reason: 'no_hand_off' }
  const [row] = await tx
    .update(handOff)
    .set({ confirmedAt: runtime.clock.now() })
    .where(and(eq(handOff.id, arrival.id), isNull(handOff.confirmedAt)))
    .returning({ id: handOff.id })
  if (!row) return { ok: false, reason: 'no_hand_off' }
  await appendEvidence(tx, runtime, { actor: { kind: 'subject' }, verb: 'identity.handed_over' })
  await endSession(tx, runtime, request)
  const session = await beginSession(tx, runtime, blindIndex(runtime, 'email', person.email))
  return { ok: true, cookies: [session, clearCookie(runtime, stateCookie), clearCookie(runtime, roundCookie)] }
}

/** Who the company's log-in said that this browser is, while the session that began with it lasts; null otherwise. */
export async function handedOver(runtime: Rooms & Pick<Runtime, 'db'>, request: Request): Promise<HandedOver | null> {
  const arrival = await arrivalOf(runtime.db, runtime, request, true)
  if (!arrival) return null
  const session = await readSession(runtime, request)
  const { state: _state, ...person } = arrival.claims
  return session && equalBytes(session.emailIndex, blindIndex(runtime, 'email', person.email)) ? person : null
}

/** Forgets what was handed over to this browser ("that is not me", signing out); answers the cookies to set. */
export async function forgetHandOff(tx: Transaction, runtime: Rooms, request: Request): Promise<string[]> {
  const [id = '', mark = ''] = (readCookie(runtime, request, arrivalCookie) ?? '').split('.')
  if (equalBytes(Buffer.from(mark), Buffer.from(signature(runtime, id))))
    await tx.update(handOff).set({ claimsSealed: null }).where(eq(handOff.id, id))
  return [arrivalCookie, stateCookie, roundCookie].map((name) => clearCookie(runtime, name))
}

/** Removes what nobody can use any more; a token that old is refused by its age. */
export async function purgeHandOffs(runtime: Pick<Runtime, 'db' | 'clock'>): Promise<void> {
  await runtime.db.delete(handOff).where(lt(handOff.expiresAt, runtime.clock.now()))
}
