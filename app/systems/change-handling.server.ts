import { eq } from 'drizzle-orm'
import { system } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import type { Handling } from './handling'
import type { SystemRow } from './registry.server'

/** Writes down what a person has to do in a place; tasks that are out keep the words they were given out with. */
export async function changeHandling(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { row: SystemRow; handling: Handling; actor: Actor },
): Promise<void> {
  await tx
    .update(system)
    .set({ details: { ...order.row.details, handling: order.handling } })
    .where(eq(system.id, order.row.id))
  await appendEvidence(tx, runtime, { actor: order.actor, verb: 'system.described', system: order.row.key })
}
