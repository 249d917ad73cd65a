import { asc, eq } from 'drizzle-orm'
import { outbox, staff } from '~db/schema'
import { approvePlan } from '~/erasure/approve.server'
import { answerRun } from '~/erasure/answer.server'
import { planRequest } from '~/erasure/plan-request.server'
import { executePlan } from '~/erasure/start-run.server'
import { workRun } from '~/erasure/run.server'
import { inTransaction, type Actor, type Runtime } from '~/platform/runtime.server'
import { enterRequest } from '~/requests/intake.server'
import type { Entry } from '~/requests/intake.server'
import { storeMap, checkMapOf } from '~/systems/apply-map.server'
import { addSystem } from '~/systems/registry.server'
import { identified } from '~tests/support/identified'

export type Staff = Extract<Actor, { kind: 'staff' }>

/** A staff member of the test's organisation. */
export async function hire(runtime: Runtime, role: 'agent' | 'approver' | 'admin'): Promise<Staff> {
  const id = crypto.randomUUID()
  await runtime.db
    .insert(staff)
    .values({ id, email: `${id}@example.nl`, name: role, role, createdAt: runtime.clock.now() })
  return { kind: 'staff', id }
}

/** Connects a database with its map; the test fails when the map does not fit it. */
export async function connect(
  runtime: Runtime,
  key: string,
  engine: 'postgres' | 'mysql',
  url: string,
  yaml: string,
): Promise<void> {
  runtime.settings = { ...runtime.settings, ALLOWED_SYSTEM_HOSTS: ['127.0.0.1', 'localhost', '::1'] }
  await inTransaction(runtime, async (tx) => {
    const added = await addSystem(tx, runtime, { key, engine, url, details: {}, actor: { kind: 'system' } })
    if (!added.ok) throw new Error(added.reason)
  })
  const checked = await checkMapOf(runtime, runtime.db, key, yaml)
  if (!checked.ok) throw new Error(JSON.stringify(checked))
  await inTransaction(runtime, (tx) =>
    storeMap(tx, runtime, { key, yaml, catalogue: checked.catalogue, actor: { kind: 'system' } }),
  )
}

/** A request entered by staff, who know who asks. */
export async function file(runtime: Runtime, by: Actor, entry: Partial<Entry> & { email: string }): Promise<string> {
  const entered = await inTransaction(runtime, (tx) =>
    enterRequest(
      tx,
      runtime,
      { kinds: ['erasure'], language: 'nl', filedBy: 'self', channel: 'email', name: 'Proef Persoon', ...entry },
      by,
    ),
  )
  const id = entered.ok ? entered.requests[0]?.id : undefined
  if (!id) throw new Error('not entered')
  await identified(runtime, id)
  return id
}

export const plan = (
  runtime: Runtime,
  requestId: string,
  agent: Staff,
  more: Partial<Parameters<typeof planRequest>[2]> = {},
) =>
  inTransaction(runtime, (tx) =>
    planRequest(tx, runtime, { requestId, proven: ['email'], actor: agent, mover: 'agent', ...more }),
  )

/** Plans, approves and starts a run; throws when any of it is refused. */
export async function start(
  runtime: Runtime,
  requestId: string,
  agent: Staff,
  approver: Staff,
): Promise<{ runId: string; hash: string; planId: string }> {
  const made = await plan(runtime, requestId, agent)
  if (!made.ok) throw new Error(JSON.stringify(made))
  const { hash, id } = made.plan
  const approved = await inTransaction(runtime, (tx) =>
    approvePlan(tx, runtime, { requestId, hash, actor: approver, mover: 'approver' }),
  )
  if (!approved.ok) throw new Error(JSON.stringify(approved))
  const started = await inTransaction(runtime, (tx) =>
    executePlan(tx, runtime, { requestId, actor: agent, mover: 'agent' }),
  )
  if (!started.ok) throw new Error(JSON.stringify(started))
  return { runId: started.runId, hash, planId: id }
}

/** Works a run and its answer as the jobs would; the mail counts as accepted. */
export async function finish(runtime: Runtime, runId: string): Promise<void> {
  await workRun(runtime, runId)
  await answerRun(runtime, runId)
  await runtime.db
    .update(outbox)
    .set({ state: 'sent' })
    .where(eq(outbox.idempotencyKey, `erasure.answer:${runId}`))
  await answerRun(runtime, runId)
}

export function mails(runtime: Runtime) {
  return runtime.db.select().from(outbox).orderBy(asc(outbox.createdAt))
}
