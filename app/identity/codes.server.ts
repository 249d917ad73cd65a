import { randomInt } from 'node:crypto'
import { and, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm'
import { oneTimeCode } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { equalBytes } from '~/platform/keys.server'
import type { Runtime } from '~/platform/runtime.server'

export type CodePurpose = 'submission' | 'sign_in' | 'download' | 'contact'
export type CodeRow = typeof oneTimeCode.$inferSelect

export const codeMinutes = 15
export const codeAttempts = 5
const resendAfterSeconds = 30

/** Six digits out of the system's random source. */
export function newCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0')
}

/** The keyed hash under which a code is stored: bound to its own row, so that it fits nowhere else. */
export function codeHash(runtime: Pick<Runtime, 'keys'>, codeId: string, code: string): Uint8Array {
  return runtime.keys.hmac('codes', `${codeId}:${code}`)
}

export type CodeOrder = {
  purpose: CodePurpose
  /** The submission, or one attempt to sign in. */
  bindingId: string
  emailIndex: Uint8Array
  /** Null: a place is kept for a code that a job makes, or never makes. */
  code: string | null
  /** The link of the same mail, hashed; absent: the job that makes the code makes it too. */
  linkHash?: Uint8Array | undefined
  sender?: Uint8Array | undefined
  /** How long it works; default a quarter of an hour. */
  minutes?: number
}

/**
 * Keeps a new code for a binding; the ones before it are void from now on. Refuses within 30 seconds of the last one.
 * Stored is a keyed hash only.
 */
export async function keepCode(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: CodeOrder,
): Promise<{ ok: true; id: string } | { ok: false; reason: 'too_soon' }> {
  const now = runtime.clock.now()
  // A row's lock is not enough: who waited for it would still be handed the code that was the newest before.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`one_time_code:${order.bindingId}`}, 0))`)
  const last = await lastCode(tx, order.bindingId)
  if (last && last.sentAt.add({ seconds: resendAfterSeconds }).epochMilliseconds > now.epochMilliseconds)
    return { ok: false, reason: 'too_soon' }
  await tx
    .update(oneTimeCode)
    .set({ replacedAt: now })
    .where(and(eq(oneTimeCode.bindingId, order.bindingId), isNull(oneTimeCode.replacedAt), isNull(oneTimeCode.usedAt)))
  const id = crypto.randomUUID()
  await tx.insert(oneTimeCode).values({
    id,
    purpose: order.purpose,
    bindingId: order.bindingId,
    emailIndex: order.emailIndex,
    // Without a code the hash is of something that no six digits give.
    codeHash: codeHash(runtime, id, order.code ?? crypto.randomUUID()),
    linkHash: order.linkHash ?? null,
    sender: order.sender ?? null,
    sentAt: now,
    expiresAt: now.add({ minutes: order.minutes ?? codeMinutes }),
  })
  return { ok: true, id }
}

/** The newest code of a binding, locked: two browsers that ask at once get one after the other. */
export async function lastCode(tx: Transaction, bindingId: string): Promise<CodeRow | undefined> {
  const [row] = await tx
    .select()
    .from(oneTimeCode)
    .where(eq(oneTimeCode.bindingId, bindingId))
    .orderBy(desc(oneTimeCode.sentAt))
    .limit(1)
    .for('update')
  return row
}

/**
 * Tries a code: counts the attempt first, in one statement on the row itself, so that parallel guesses are counted one
 * by one, and spends the code when it fits. Wrong, expired, replaced, used and spent are one answer. The transaction
 * must be committed also when it is wrong: the count is part of it.
 */
export async function tryCode(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  bindingId: string,
  code: string,
): Promise<{ ok: true; code: CodeRow } | { ok: false; reason: 'wrong_or_expired' }> {
  const now = runtime.clock.now()
  const [row] = await tx
    .update(oneTimeCode)
    .set({ attempts: sql`${oneTimeCode.attempts} + 1` })
    .where(
      and(
        eq(oneTimeCode.bindingId, bindingId),
        isNull(oneTimeCode.replacedAt),
        isNull(oneTimeCode.usedAt),
        gt(oneTimeCode.expiresAt, now),
        lt(oneTimeCode.attempts, codeAttempts),
      ),
    )
    .returning()
  const fits = row !== undefined && equalBytes(row.codeHash, codeHash(runtime, row.id, code))
  if (!fits) return { ok: false, reason: 'wrong_or_expired' }
  await tx.update(oneTimeCode).set({ usedAt: now }).where(eq(oneTimeCode.id, row.id))
  return { ok: true, code: row }
}

/** What was typed as a code: spaces, dots and hyphens of a copied mail fall away. Null: not six digits. */
export function typedCode(text: string): string | null {
  const digits = text.replace(/[\s.\-\u00a0]/g, '')
  return /^\d{6}$/.test(digits) ? digits : null
}

/** The blind index of the address that a binding's codes go to. */
export async function emailIndexOfBinding(db: Executor, bindingId: string): Promise<Uint8Array | null> {
  const [row] = await db
    .select({ emailIndex: oneTimeCode.emailIndex })
    .from(oneTimeCode)
    .where(eq(oneTimeCode.bindingId, bindingId))
    .limit(1)
  return row?.emailIndex ?? null
}
