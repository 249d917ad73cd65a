import { hash, verify } from '@node-rs/argon2'
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import * as english from '@zxcvbn-ts/language-en'
import type { PasswordRefusal } from './password-policy'
import { longestPassword, shortestPassword, weakestScore } from './password-policy'

// OWASP Password Storage Cheat Sheet: argon2id (the library's 2) with 19 MiB, two passes, one lane.
const parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** The password as argon2id in PHC form. Unicode is compared by its composed form. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), parameters)
}

let nobody: Promise<string> | undefined

/**
 * Whether a password belongs to a hash. Without a hash (no such account, invited, disabled) it takes the same time and
 * says no, so that nobody learns from the clock who has an account.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  nobody ??= hashPassword(crypto.randomUUID())
  const fits = await verify(passwordHash ?? (await nobody), password.slice(0, longestPassword).normalize('NFC'))
  return fits && passwordHash !== null
}

let estimator: ZxcvbnFactory | undefined

/** The policy that holds on invitation, reset and change: length, not the address, not guessable (zxcvbn). */
export function judgePassword(
  password: string,
  about: { email: string; name: string },
): { ok: true } | { ok: false; reason: PasswordRefusal } {
  if ([...password].length < shortestPassword) return { ok: false, reason: 'too_short' }
  if (password.length > longestPassword) return { ok: false, reason: 'too_long' }
  const lower = password.toLowerCase()
  const [mailbox = ''] = about.email.toLowerCase().split('@')
  if (lower === about.email.toLowerCase() || (mailbox.length > 3 && lower.replaceAll(mailbox, '').length < 8))
    return { ok: false, reason: 'is_email' }
  estimator ??= new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    translations: english.translations,
  })
  const words = [...about.email.split(/[@.]/), ...about.name.split(/\s+/), 'privacybalie'].filter(Boolean)
  return estimator.check(password, words).score < weakestScore ? { ok: false, reason: 'guessable' } : { ok: true }
}
