import { createHmac } from 'node:crypto'
import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { handlingOf, nameOf } from '~/systems/handling'
import { findSystem, listSystems } from '~/systems/registry.server'
import type { WebhookAnswer } from '~/systems/webhook/messages'
import type { HashedSystem } from '../digest'
import type { PlanOrder, PlanRefusal } from '../make-plan.server'
import type { Action, Cause } from '../plan'
import type { Elsewhere, SystemSummary, TableSummary } from '../summary'
import { askService } from './call.server'

/** Causes that a request brings about and that somebody has to follow where no adapter of ours reaches. */
const followedElsewhere: readonly Cause[] = ['erasure', 'consent_withdrawal', 'objection', 'restriction']

export interface SystemElsewhere {
  readonly key: string
  readonly elsewhere: Elsewhere
}

/** A system's part of a plan, with what the plan's hash is bound to. */
export interface DrawnElsewhere {
  readonly key: string
  readonly summary: SystemSummary
  readonly changes: number
  readonly hashed: HashedSystem
}

/**
 * The systems of a plan where somebody else does the work; none for what the program does by itself later. A service is asked
 * to erase only; what else a right brings about in it goes by hand.
 */
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
      const by = row.engine === 'webhook' && order.cause === 'erasure' ? 'service' : 'person'
      return { key: row.key, elsewhere: { by, name: nameOf(row), where, what, proof } }
    })
}

/** Draws all of them up: the tasks as they will be given out, and what the services say they hold. */
export async function drawElsewhere(
  tx: Transaction,
  runtime: Runtime,
  away: readonly SystemElsewhere[],
  order: PlanOrder,
  hashKey: Uint8Array,
): Promise<{ ok: true; drawn: DrawnElsewhere[] } | Extract<PlanRefusal, { reason: 'system_unavailable' }>> {
  const drawn: DrawnElsewhere[] = []
  for (const system of away) {
    if (system.elsewhere.by === 'person') {
      drawn.push(drawTask(system, hashKey))
      continue
    }
    const row = await findSystem(tx, system.key)
    if (!row || !order.request) continue
    const { cause, identifiers, request } = order
    const asked = await askService(runtime, row, { request, taskId: null, verb: 'locate', cause, identifiers })
    if (asked.state !== 'done') {
      const kind = asked.state === 'failed' ? asked.kind : asked.state === 'refused' ? 'refused' : 'answer_pending'
      return { ok: false, reason: 'system_unavailable', system: system.key, kind }
    }
    drawn.push(drawService(system, asked.answer, hashKey))
  }
  return { ok: true, drawn }
}

/** No rows that we know of; the plan is bound to what the person is told to do. */
function drawTask({ key, elsewhere }: SystemElsewhere, hashKey: Uint8Array): DrawnElsewhere {
  const digest = createHmac('sha256', hashKey).update(JSON.stringify(elsewhere)).digest('hex')
  const row = { table: '', key: [], action: 'keep', reason: 'rule', until: null, digest } as const
  return {
    key,
    summary: { ...empty, tables: [], elsewhere },
    changes: 0,
    hashed: { system: key, mapVersion: 0, rows: [row], cuts: [] },
  }
}

const empty = { cuts: [], detached: [], others: [], decisions: [] }

/** What a service says it holds, and, where it says so, what it would do with it; otherwise all of it is to go. */
function drawService({ key, elsewhere }: SystemElsewhere, answer: WebhookAnswer, hashKey: Uint8Array): DrawnElsewhere {
  const tables = answer.tables.flatMap(({ table, rows = 0, deleted, pseudonymised = 0, kept = 0 }): TableSummary[] => {
    const counts: [Action, number][] = [
      ['delete', deleted ?? Math.max(0, rows - pseudonymised - kept)],
      ['pseudonymise', pseudonymised],
      ['keep', kept],
    ]
    return counts
      .filter(([, count]) => count > 0)
      .map(([action, count]) => ({ table, action, reason: 'rule', until: null, rows: count, columns: [] }))
  })
  return {
    key,
    summary: { ...empty, tables, elsewhere },
    changes: tables.reduce((sum, { action, rows }) => sum + (action === 'keep' ? 0 : rows), 0),
    hashed: {
      system: key,
      mapVersion: 0,
      rows: tables.map(({ table, action, rows }) => ({
        table,
        key: [],
        action,
        reason: 'rule',
        until: null,
        digest: createHmac('sha256', hashKey).update(String(rows)).digest('hex'),
      })),
      cuts: [],
    },
  }
}
