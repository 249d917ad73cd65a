import { and, eq, lt } from 'drizzle-orm'
import { idempotencyKey } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import type { Temporal } from 'temporal-polyfill'
import { equalBytes } from './keys.server'
import { inTransaction } from './runtime.server'
import type { Runtime } from './runtime.server'

/** What is answered to a machine: a status and a JSON value. */
export type Answer = { status: number; body: unknown }

/** An answer is kept for so many days; afterwards the same key is a new call. */
const keptDays = 7

export type OnceRefusal = { ok: false; reason: 'key_reused' }

/**
 * Does a write once per holder and key: the same call again gets the same answer, another call under the same key is
 * refused. The work and its answer are committed together; what was refused (400 and above) is rolled back and not kept.
 * Without a key it is simply done.
 * @param call what was asked, as one text: method, path and body
 */
export async function answerOnce(
  runtime: Pick<Runtime, 'db' | 'clock' | 'keys'>,
  { holder, key, call }: { holder: string; key: string | null; call: string },
  work: (tx: Transaction) => Promise<Answer>,
): Promise<({ ok: true } & Answer) | OnceRefusal> {
  try {
    return await inTransaction(runtime, async (tx) => {
      const hash = runtime.keys.hmac('index', `idempotency:${call}`)
      const kept = key === null ? null : await claim(tx, runtime, holder, key, hash)
      if (kept) return kept
      const answer = await work(tx)
      if (answer.status >= 400) throw new Refused(answer)
      if (key !== null)
        await tx
          .update(idempotencyKey)
          .set({ status: answer.status, answer: answer.body })
          .where(and(eq(idempotencyKey.holder, holder), eq(idempotencyKey.key, key)))
      return { ok: true, ...answer }
    })
  } catch (error) {
    if (error instanceof Refused) return { ok: true, ...error.answer }
    throw error
  }
}

/** Carries a refusal out of the transaction, so that it is rolled back. */
class Refused extends Error {
  constructor(readonly answer: Answer) {
    super('refused')
  }
}

/** Forgets every answer that is older than it need be; called by the clock, so that no answer stays because nobody calls. */
export async function forgetAnswers(db: Executor, now: Temporal.Instant): Promise<void> {
  await db.delete(idempotencyKey).where(lt(idempotencyKey.at, now.subtract({ hours: 24 * keptDays })))
}

/** Takes the key, waiting for another call that holds it; answers what that call was given. */
async function claim(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock'>,
  holder: string,
  key: string,
  requestHash: Uint8Array,
): Promise<({ ok: true } & Answer) | OnceRefusal | null> {
  const now = runtime.clock.now()
  const old = lt(idempotencyKey.at, now.subtract({ hours: 24 * keptDays }))
  await tx.delete(idempotencyKey).where(and(eq(idempotencyKey.holder, holder), old))
  const taken = await tx
    .insert(idempotencyKey)
    .values({ holder, key, requestHash, at: now })
    .onConflictDoNothing()
    .returning({ key: idempotencyKey.key })
  if (taken.length > 0) return null
  const [row] = await tx
    .select()
    .from(idempotencyKey)
    .where(and(eq(idempotencyKey.holder, holder), eq(idempotencyKey.key, key)))
  if (!row || row.status === null) throw new Error('An idempotency key was kept without its answer')
  if (!equalBytes(row.requestHash, requestHash)) return { ok: false, reason: 'key_reused' }
  return { ok: true, status: row.status, body: row.answer }
}
