import { and, eq } from 'drizzle-orm'
import { outsideTask } from '~db/schema'
import { appendEvidence } from '~/evidence/append.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { openOutsideTask } from '~/requests/outside/open-task.server'
import type { OutsideTask } from '~/requests/outside/task'
import { findSystem } from '~/systems/registry.server'
import type { WebhookAnswer } from '~/systems/webhook/messages'
import { Temporal } from 'temporal-polyfill'
import { changeRunSystem, type RunSystemRow } from '../run-records.server'
import { runTask } from '../start-run.server'
import type { Elsewhere } from '../summary'
import type { Work } from '../work'
import { askService, forgetAnswers, type Asked } from './call.server'

/**
 * Has a service erase, then asks it what it still finds. Each of the two is one call under one id, however often it is sent;
 * a service that answers later leaves the system `running` until its callback, or until the time for it is over.
 */
export async function workService(
  runtime: Runtime,
  work: Work,
  row: RunSystemRow,
  elsewhere: Elsewhere,
): Promise<void> {
  const { plan, opened } = work
  const request = plan.requestId ? await findRequest(runtime.db, plan.requestId) : undefined
  const system = await findSystem(runtime.db, row.systemKey)
  if (!request) return
  if (!system) return fail(runtime, row, null, 'failed', 'unknown_system', null)
  const task = await taskOf(runtime, work, row, request, elsewhere)
  const about = { request, taskId: task.id, cause: plan.cause, identifiers: opened.search.identifiers }
  if (row.state !== 'executed') {
    await changeRunSystem(runtime.db, row.id, { state: 'running', failure: null, mismatch: null })
    const erased = await askService(runtime, system, { ...about, verb: 'erase' })
    if (erased.state !== 'done') return standStill(runtime, work, row, task, erased)
    await recordErased(runtime, work, row, task, erased.answer)
  }
  const verified = await askService(runtime, system, { ...about, verb: 'verify' })
  if (verified.state !== 'done') return standStill(runtime, work, row, task, verified)
  await recordVerified(runtime, work, row, task, verified.answer)
}

async function taskOf(
  runtime: Runtime,
  { run, plan }: Work,
  row: RunSystemRow,
  request: { id: string; reference: string },
  { name }: Elsewhere,
): Promise<OutsideTask> {
  const at = and(
    eq(outsideTask.runId, run.id),
    eq(outsideTask.kind, 'webhook'),
    eq(outsideTask.systemKey, row.systemKey),
  )
  const [known] = await runtime.db.select().from(outsideTask).where(at)
  if (known) return known
  const task = { request, runId: run.id, kind: 'webhook', cause: plan.cause, systemKey: row.systemKey } as const
  await inTransaction(runtime, (tx) => openOutsideTask(tx, runtime, { ...task, about: { name }, state: 'sent' }))
  const [made] = await runtime.db.select().from(outsideTask).where(at)
  if (!made) throw new Error('A task that was just given out is gone')
  return made
}

/** The service is not through: it will answer later, refused, or could not be reached. */
async function standStill(
  runtime: Runtime,
  { run }: Work,
  row: RunSystemRow,
  task: OutsideTask,
  asked: Exclude<Asked, { state: 'done' }>,
): Promise<void> {
  if (asked.state === 'refused') return fail(runtime, row, task, 'refused', 'refused', asked.reason)
  if (asked.state === 'failed') return fail(runtime, row, task, 'failed', asked.kind, asked.code)
  await inTransaction(runtime, async (tx) => {
    await tx.update(outsideTask).set({ state: 'accepted' }).where(eq(outsideTask.id, task.id))
    // Looked at again when its time is over, should it never answer.
    await enqueueJob(
      tx,
      runTask,
      { runId: run.id },
      { jobKey: `${runTask}:answer:${asked.callId}`, runAt: Temporal.Instant.from(asked.until).add({ seconds: 1 }) },
    )
  })
}

async function fail(
  runtime: Runtime,
  row: RunSystemRow,
  task: OutsideTask | null,
  state: 'failed' | 'refused',
  kind: string,
  code: string | null,
): Promise<void> {
  await inTransaction(runtime, async (tx) => {
    await changeRunSystem(tx, row.id, { state, failure: { kind, code, table: null, constraint: null } })
    if (task)
      await tx
        .update(outsideTask)
        .set({ state: state === 'refused' ? 'refused' : 'no_answer' })
        .where(eq(outsideTask.id, task.id))
  })
  runtime.log.warn({ system: row.systemKey, kind, code }, 'a service did not carry an erasure out')
}

const sum = (answer: WebhookAnswer, what: 'deleted' | 'pseudonymised' | 'kept' | 'rows') =>
  answer.tables.reduce((total, table) => total + (table[what] ?? 0), 0)

async function recordErased(
  runtime: Runtime,
  { run, plan }: Work,
  row: RunSystemRow,
  task: OutsideTask,
  answer: WebhookAnswer,
): Promise<void> {
  const counts = {
    deleted: sum(answer, 'deleted'),
    pseudonymised: sum(answer, 'pseudonymised'),
    kept: sum(answer, 'kept'),
  }
  // Labels and counts, for the answer to the person: nothing of theirs stands here.
  const tables = JSON.stringify(
    answer.tables.map(({ label, deleted, pseudonymised, kept }) => ({ label, deleted, pseudonymised, kept })),
  )
  await inTransaction(runtime, async (tx) => {
    const at = runtime.clock.now()
    await changeRunSystem(tx, row.id, { state: 'executed', executedAt: at, batchesDone: 1, ...counts })
    await tx
      .update(outsideTask)
      .set({ ...counts, about: { ...task.about, tables } })
      .where(eq(outsideTask.id, task.id))
    await appendEvidence(tx, runtime, {
      actor: { kind: 'system' },
      verb: 'run.executed',
      request: plan.requestId ? await findRequest(tx, plan.requestId) : undefined,
      system: row.systemKey,
      data: { run: run.id, plan: plan.id, ...counts },
    })
  })
}

async function recordVerified(
  runtime: Runtime,
  { run, plan }: Work,
  row: RunSystemRow,
  task: OutsideTask,
  answer: WebhookAnswer,
): Promise<void> {
  const left = answer.tables.filter((table) => (table.rows ?? 0) > 0)
  await inTransaction(runtime, async (tx) => {
    const now = runtime.clock.now()
    const [done] = await tx.select().from(outsideTask).where(eq(outsideTask.id, task.id))
    const nothing = !done || done.deleted + done.pseudonymised + done.kept === 0
    const state = nothing ? 'nothing_found' : 'done'
    if (left.length > 0) await forgetAnswers(tx, task.id)
    await changeRunSystem(
      tx,
      row.id,
      left.length > 0
        ? {
            state: 'failed',
            failure: { kind: 'verification', code: null, table: null, constraint: null },
            mismatch: Object.fromEntries(left.map((table) => [table.table, table.rows ?? 0])),
          }
        : {
            state,
            failure: null,
            mismatch: null,
            verifiedAt: now,
            residueAt: now,
            residueSearched: 0,
            nameHits: 0,
            notSearched: [task.about['name'] ?? row.systemKey],
          },
    )
    await tx
      .update(outsideTask)
      .set(left.length > 0 ? { state: 'no_answer' } : { state, closedAt: now })
      .where(eq(outsideTask.id, task.id))
    await appendEvidence(tx, runtime, {
      actor: { kind: 'system' },
      verb: left.length > 0 ? 'run.not_verified' : 'run.verified',
      request: plan.requestId ? await findRequest(tx, plan.requestId) : undefined,
      system: row.systemKey,
      data: { run: run.id, left: left.length },
    })
  })
}
