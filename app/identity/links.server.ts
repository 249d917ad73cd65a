import { randomInt } from 'node:crypto'
import { and, eq, gt, isNull } from 'drizzle-orm'
import { oneTimeCode } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import type { CodeRow } from './codes.server'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const length = 43

/** 43 random letters, 245 bits. No digits: the code has to be the first run of them in the mail. */
export function newLinkToken(): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('')
}

/** The keyed hash under which a link is stored. `purpose` keeps the links of one kind from fitting another. */
export function linkHash(runtime: Pick<Runtime, 'keys'>, purpose: 'code' | 'notice', token: string): Uint8Array {
  return runtime.keys.hmac('codes', `${purpose}-link:${token}`)
}

/** The address of the page that a link in a mail opens; opening it changes nothing. */
export function linkUrl(runtime: Pick<Runtime, 'publicUrl'>, language: string, token: string): string {
  return `${runtime.publicUrl}/${language}/confirm/${token}`
}

const fits = (runtime: Pick<Runtime, 'clock' | 'keys'>, token: string) =>
  and(
    eq(oneTimeCode.linkHash, linkHash(runtime, 'code', token)),
    isNull(oneTimeCode.replacedAt),
    isNull(oneTimeCode.usedAt),
    gt(oneTimeCode.expiresAt, runtime.clock.now()),
  )

/** What a link stands for, without using it; undefined: wrong, used, replaced or older than a quarter of an hour. */
export async function lookAtLink(
  db: Executor,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  token: string,
): Promise<CodeRow | undefined> {
  const [row] = await db.select().from(oneTimeCode).where(fits(runtime, token))
  return row
}

/** Spends a link, and with it the code of the same mail: of two who do so at once, one gets it. */
export async function useLink(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  token: string,
): Promise<CodeRow | undefined> {
  const [row] = await tx
    .update(oneTimeCode)
    .set({ usedAt: runtime.clock.now() })
    .where(fits(runtime, token))
    .returning()
  return row
}
