import { and, eq, gt } from 'drizzle-orm'
import { senderBlock } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'

const blockHours = 24

/** Who asked, as a keyed hash of the client network and the address that was typed: names nobody, fits nothing else. */
export function senderOf(runtime: Pick<Runtime, 'keys'>, clientAddress: string, emailIndex: Uint8Array): Uint8Array {
  return runtime.keys.hmac('index', `sender:${clientAddress}:${Buffer.from(emailIndex).toString('base64url')}`)
}

/** For a day nothing is mailed to this address on the word of this network. */
export async function blockSender(tx: Transaction, runtime: Pick<Runtime, 'clock'>, sender: Uint8Array): Promise<void> {
  const at = runtime.clock.now()
  await tx.insert(senderBlock).values({ sender, at, until: at.add({ hours: blockHours }) })
}

export async function isBlocked(db: Executor, runtime: Pick<Runtime, 'clock'>, sender: Uint8Array): Promise<boolean> {
  const [row] = await db
    .select({ id: senderBlock.id })
    .from(senderBlock)
    .where(and(eq(senderBlock.sender, sender), gt(senderBlock.until, runtime.clock.now())))
    .limit(1)
  return row !== undefined
}
