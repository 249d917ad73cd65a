import { and, eq, isNull } from 'drizzle-orm'
import { outsideTask } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import { requestSealer } from '../sealed.server'
import { detailPlace, type OutsideTask, type TaskKind } from './task'

export interface NewTask {
  readonly request: { readonly id: string; readonly reference: string }
  readonly runId: string | null
  readonly kind: TaskKind
  /** Why it has to be done: erasure, consent_withdrawal, objection, restriction, look. */
  readonly cause: string
  readonly systemKey: string
  /** What the person who does it has to know, as it was written down at this time. */
  readonly about?: Readonly<Record<string, string>>
  /** What of it is personal: sealed with the case. */
  readonly detail?: string
  readonly state?: 'open' | 'sent'
}

/**
 * Gives a task out, once for a run (or, where no run asks, once for a request): null when it is out already. Where no run
 * asks the caller holds the request's lock.
 */
export async function openOutsideTask(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  task: NewTask,
): Promise<OutsideTask | null> {
  if (task.runId === null && (await isOut(tx, task))) return null
  const id = crypto.randomUUID()
  const sealer = task.detail === undefined ? null : await requestSealer(tx, runtime, task.request.id)
  const [made] = await tx
    .insert(outsideTask)
    .values({
      id,
      requestId: task.request.id,
      runId: task.runId,
      kind: task.kind,
      cause: task.cause,
      systemKey: task.systemKey,
      about: { ...task.about },
      detailSealed: sealer?.sealOptional(detailPlace(id), task.detail) ?? null,
      state: task.state ?? 'open',
      at: runtime.clock.now(),
    })
    .onConflictDoNothing({ target: [outsideTask.runId, outsideTask.kind, outsideTask.systemKey] })
    .returning()
  if (!made) return null
  await appendEvidence(tx, runtime, {
    actor: { kind: 'system' },
    verb: 'task.opened',
    request: task.request,
    ...(task.kind === 'recipient' ? {} : { system: task.systemKey }),
    data: { task: made.id, kind: task.kind, cause: task.cause },
  })
  return made
}

async function isOut(tx: Transaction, task: NewTask): Promise<boolean> {
  const [known] = await tx
    .select({ id: outsideTask.id })
    .from(outsideTask)
    .where(
      and(
        eq(outsideTask.requestId, task.request.id),
        isNull(outsideTask.runId),
        eq(outsideTask.kind, task.kind),
        eq(outsideTask.systemKey, task.systemKey),
        eq(outsideTask.cause, task.cause),
      ),
    )
    .limit(1)
  return known !== undefined
}
