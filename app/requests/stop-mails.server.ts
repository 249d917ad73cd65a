import { rateLimiter } from '~/platform/rate-limit.server'
import type { Runtime } from '~/platform/runtime.server'
import type { RequestRow } from './move.server'
import { emailIndexesOf } from './same-person.server'

/** A stop needs no proof, so anybody can file one with anybody's address: its mails are bounded per address and day. */
const limit = { name: 'marketing-stop-mail', points: 3, seconds: 24 * 3600 }

/** Takes one mail that says that marketing was stopped. Whoever proved the address always gets theirs. */
export async function mayMailStop(runtime: Pick<Runtime, 'db'>, row: RequestRow): Promise<boolean> {
  if (row.verifiedAt) return true
  const [emailIndex] = await emailIndexesOf(runtime.db, row.id)
  if (!emailIndex) return true
  return (await rateLimiter(runtime.db, limit).take(Buffer.from(emailIndex).toString('base64url'))).ok
}
