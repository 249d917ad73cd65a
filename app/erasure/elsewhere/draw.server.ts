import { createHmac } from 'node:crypto'
import type { Transaction } from '~db/client'
import { handlingOf, nameOf } from '~/systems/handling'
import { listSystems } from '~/systems/registry.server'
import type { HashedSystem } from '../digest'
import type { PlanOrder } from '../make-plan.server'
import type { Cause } from '../plan'
import type { Elsewhere, SystemSummary } from '../summary'

/** Causes that a request brings about and that somebody has to follow where no adapter of ours reaches. */
const followedElsewhere: readonly Cause[] = ['erasure', 'consent_withdrawal', 'objection', 'restriction']

export interface SystemElsewhere {
  readonly key: string
  readonly elsewhere: Elsewhere
}

/** The systems of a plan where somebody else does the work; none for what the program does by itself later. */
export async function systemsElsewhere(
  tx: Transaction,
  order: Pick<PlanOrder, 'cause' | 'request' | 'systems'>,
): Promise<SystemElsewhere[]> {
  if (!order.request || !followedElsewhere.includes(order.cause)) return []
  return (await listSystems(tx))
    .filter(({ engine }) => engine === 'manual' || engine === 'webhook')
    .filter(({ key }) => order.systems?.includes(key) ?? true)
    .map((row) => {
      const { where, what, proof } = handlingOf(row)
      return { key: row.key, elsewhere: { by: 'person', name: nameOf(row), where, what, proof } }
    })
}

/** Its part of a plan: no rows that we know of; the plan is bound to what the person is told to do. */
export function drawElsewhere(
  { key, elsewhere }: SystemElsewhere,
  hashKey: Uint8Array,
): { key: string; summary: SystemSummary; changes: number; hashed: HashedSystem } {
  const digest = createHmac('sha256', hashKey).update(JSON.stringify(elsewhere)).digest('hex')
  const row = { table: '', key: [], action: 'keep', reason: 'rule', until: null, digest } as const
  return {
    key,
    summary: { tables: [], cuts: [], detached: [], others: [], decisions: [], elsewhere },
    changes: 0,
    hashed: { system: key, mapVersion: 0, rows: [row], cuts: [] },
  }
}
