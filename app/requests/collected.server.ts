import { and, eq, isNotNull } from 'drizzle-orm'
import { request } from '~db/schema'
import type { Transaction } from '~db/client'

/** The copy that was offered on a request was collected, or is offered no more: nothing waits for it any longer. */
export async function noteCollected(tx: Transaction, requestId: string): Promise<void> {
  await tx
    .update(request)
    .set({ offeredUntil: null })
    .where(and(eq(request.id, requestId), isNotNull(request.offeredUntil)))
}
