import { and, eq, gt } from 'drizzle-orm'
import { createHash } from 'node:crypto'
import { passkeyChallenge } from '~db/schema'
import type { Executor } from '~db/client'
import { clearCookie, readCookie, setCookie } from '~/platform/cookies.server'
import type { Runtime } from '~/platform/runtime.server'

const COOKIE = 'staff-challenge'
const minutes = 5

/** What a signature is wanted for; a challenge for one is worth nothing for another. */
export type ChallengePurpose = 'sign-in' | `add:${string}` | `presence:${string}`

const hashOf = (challenge: string) => new Uint8Array(createHash('sha256').update(challenge).digest())

/** Remembers a challenge in the database (good once, for five minutes) and in this browser. Answers the cookie. */
export async function keepChallenge(
  db: Executor,
  runtime: Pick<Runtime, 'clock' | 'publicUrl'>,
  challenge: string,
  purpose: ChallengePurpose,
): Promise<string> {
  const expiresAt = runtime.clock.now().add({ minutes })
  await db.insert(passkeyChallenge).values({ challengeHash: hashOf(challenge), purpose, expiresAt })
  return setCookie(runtime, COOKIE, challenge, minutes * 60)
}

/** Uses up the challenge that this browser was given for this purpose; null when there is none, or no more. */
export async function takeChallenge(
  db: Executor,
  runtime: Pick<Runtime, 'clock' | 'publicUrl'>,
  request: Request,
  purpose: ChallengePurpose,
): Promise<string | null> {
  const challenge = readCookie(runtime, request, COOKIE)
  if (!challenge) return null
  const taken = await db
    .delete(passkeyChallenge)
    .where(
      and(
        eq(passkeyChallenge.challengeHash, hashOf(challenge)),
        eq(passkeyChallenge.purpose, purpose),
        gt(passkeyChallenge.expiresAt, runtime.clock.now()),
      ),
    )
    .returning({ purpose: passkeyChallenge.purpose })
  return taken.length > 0 ? challenge : null
}

export function forgetChallenge(runtime: Pick<Runtime, 'publicUrl'>): string {
  return clearCookie(runtime, COOKIE)
}
