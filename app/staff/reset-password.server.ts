import { and, eq, gt, isNull } from 'drizzle-orm'
import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { passwordReset, staff } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import type { Task } from '~/jobs/task.server'
import { sendMail } from '~/mail/send.server'
import { rateLimiter } from '~/platform/rate-limit.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import { findStaffByEmail, memberOf, staffEmail } from './accounts.server'
import type { StaffMember, StaffRow } from './accounts.server'
import type { PasswordRefusal } from './password-policy'
import { hashPassword, judgePassword } from './passwords.server'
import { endSessionsOf } from './sessions.server'

const validMinutes = 60
const perAccount = { name: 'password-reset', points: 3, seconds: 60 * 60 }
const perAddress = { name: 'password-reset-from', points: 10, seconds: 60 * 60 }
const task = 'staff.password_reset'

const tokenHash = (token: string) => new Uint8Array(createHash('sha256').update(`password-reset:${token}`).digest())

/**
 * Asks for a link to another password. What it does and answers, and how long that takes, is the same whether somebody
 * has this address or not: one row, one job; the job finds out. Above three an hour for one account nothing is sent, and
 * nothing else is said.
 */
export async function askPasswordReset(
  runtime: Runtime,
  { email, clientAddress }: { email: string; clientAddress: string },
): Promise<{ ok: true } | { ok: false; reason: 'too_many'; retryAfterSeconds: number }> {
  const counter = (text: string) => Buffer.from(runtime.keys.hmac('index', text)).toString('base64url')
  const from = await rateLimiter(runtime.db, perAddress).take(counter(`reset-from:${clientAddress}`))
  if (!from.ok) return from
  const account = await rateLimiter(runtime.db, perAccount).take(counter(`reset:${staffEmail(email).slice(0, 320)}`))
  const row = await findStaffByEmail(runtime.db, email)
  const meant = account.ok && row?.passwordHash && !row.disabledAt ? row.id : null
  const now = runtime.clock.now()
  await inTransaction(runtime, async (tx) => {
    const id = crypto.randomUUID()
    const expiresAt = now.add({ minutes: validMinutes })
    await tx.insert(passwordReset).values({ id, staffId: meant, createdAt: now, expiresAt })
    await enqueueJob(tx, task, { resetId: id }, { jobKey: `password-reset:${id}` })
  })
  return { ok: true }
}

/** Makes the link and mails it, where the wish belongs to an account. */
export const sendPasswordReset: Task = {
  name: task,
  run: (runtime, payload) => {
    const { resetId } = z.object({ resetId: z.uuid() }).parse(payload)
    return inTransaction(runtime, async (tx) => {
      const [found] = await tx
        .select({ staff, reset: passwordReset })
        .from(passwordReset)
        .innerJoin(staff, eq(staff.id, passwordReset.staffId))
        .where(and(eq(passwordReset.id, resetId), isNull(passwordReset.tokenHash), isNull(staff.disabledAt)))
        .for('update')
      if (!found) return
      const token = randomBytes(32).toString('base64url')
      await tx
        .update(passwordReset)
        .set({ tokenHash: tokenHash(token) })
        .where(eq(passwordReset.id, resetId))
      await sendMail(tx, runtime, {
        template: 'password_reset',
        to: found.staff.email,
        language: memberOf(found.staff).language,
        props: { name: found.staff.name, url: `${runtime.publicUrl}/desk/reset/${token}`, minutes: validMinutes },
        idempotencyKey: `password_reset:${resetId}`,
      })
    })
  },
}

/** Whose password a link may set; null when it is unknown, used or too old. */
export async function findPasswordReset(
  db: Executor,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  token: string,
): Promise<StaffRow | null> {
  const [found] = await db
    .select({ staff })
    .from(passwordReset)
    .innerJoin(staff, eq(staff.id, passwordReset.staffId))
    .where(
      and(
        eq(passwordReset.tokenHash, tokenHash(token)),
        isNull(passwordReset.usedAt),
        gt(passwordReset.expiresAt, runtime.clock.now()),
        isNull(staff.disabledAt),
      ),
    )
  return found?.staff ?? null
}

/**
 * Sets another password by a link and uses it up, with every other link that was asked for; all sessions end. The second
 * factor stays: who reads the mails of somebody is not let in by that alone.
 */
export async function resetPassword(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { token, password, passwordAgain }: { token: string; password: string; passwordAgain: string },
): Promise<
  { ok: true; staff: StaffMember } | { ok: false; reason: 'invalid_link' | 'not_the_same' | PasswordRefusal }
> {
  const row = await findPasswordReset(tx, runtime, token)
  if (!row) return { ok: false, reason: 'invalid_link' }
  const verdict = judgePassword(password, row)
  if (!verdict.ok) return verdict
  if (password !== passwordAgain) return { ok: false, reason: 'not_the_same' }
  const used = await tx
    .update(passwordReset)
    .set({ usedAt: runtime.clock.now() })
    .where(and(eq(passwordReset.staffId, row.id), isNull(passwordReset.usedAt)))
    .returning({ tokenHash: passwordReset.tokenHash })
  // Two at once: the row lock lets one of them find nothing.
  if (used.length === 0) return { ok: false, reason: 'invalid_link' }
  const passwordHash = await hashPassword(password)
  await tx.update(staff).set({ passwordHash }).where(eq(staff.id, row.id))
  await endSessionsOf(tx, row.id)
  const actor = { kind: 'staff', id: row.id } as const
  await appendEvidence(tx, runtime, { actor, verb: 'staff.password_changed', data: { by: 'mail' } })
  return { ok: true, staff: memberOf(row) }
}
