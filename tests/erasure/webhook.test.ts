import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { and, eq } from 'drizzle-orm'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { accessPackage, evidenceEntry, webhookCall } from '~db/schema'
import { preparePackage } from '~/access/prepare.server'
import { reviewPackage } from '~/access/review.server'
import { accessTasks } from '~/access/tasks.server'
import { certificateOf } from '~/erasure/certificate.server'
import { planForApi, runForApi } from '~/erasure/present.server'
import { resultForSubject } from '~/erasure/result.server'
import { retryRun } from '~/erasure/retry-run.server'
import { workRun } from '~/erasure/run.server'
import { skipSystem } from '~/erasure/skip-system.server'
import { inTransaction } from '~/platform/runtime.server'
import { action as answer } from '~/routes/api/webhooks.$call'
import { planSchema, runSchema } from '~/routes/api/schemas'
import { findRequest } from '~/requests/find.server'
import { addSystem, findSystem, removeSystem, testSystem } from '~/systems/registry.server'
import { newWebhookSecret } from '~/systems/webhook/secret.server'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, finish, hire, plan, start, type Staff } from './case'
import { freePort, sampleReceiver } from './receiver'
import { map, smallCrm, type SmallCrm } from './small-crm'

interface Call {
  verb: string
  id: string
  headers: IncomingHttpHeaders
  body: string
  data: { call: string; answerTo: string; cause: string; identifiers: Record<string, string[]> }
}
const bodySchema = z.object({
  type: z.string(),
  data: z
    .object({
      call: z.string(),
      answerTo: z.string(),
      cause: z.string(),
      reference: z.string(),
      identifiers: z.record(z.string(), z.array(z.string())),
    })
    .optional(),
})

describe('a system behind a webhook', () => {
  let test: TestRuntime
  let crm: SmallCrm
  let agent: Staff
  let approver: Staff
  let service: Server
  let calls: Call[]
  /** What the service of this test says to each call. */
  let says: (call: Call) => { status: number; body?: unknown }
  const secret = newWebhookSecret()

  beforeAll(async () => {
    test = await testRuntime(new Date().toISOString())
    agent = await hire(test.runtime, 'agent')
    approver = await hire(test.runtime, 'approver')
    crm = await smallCrm('postgres')
    await connect(test.runtime, 'shop', 'postgres', crm.url, map)
    service = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        const body = Buffer.concat(parts).toString('utf8')
        const { type, data } = bodySchema.parse(JSON.parse(body))
        const call: Call = {
          verb: type.replace('privacybalie.', ''),
          id: String(request.headers['webhook-id']),
          headers: request.headers,
          body,
          data: data ?? { call: '', answerTo: '', cause: '', identifiers: {} },
        }
        calls.push(call)
        const { status, body: said } = says(call)
        response.writeHead(status, { 'Content-Type': 'application/json' }).end(said ? JSON.stringify(said) : undefined)
      })
    })
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    await new Promise((resolve) => service.close(resolve))
    await crm.close()
    await test.close()
  })
  beforeEach(() => {
    calls = []
  })
  afterEach(() => inTransaction(test.runtime, (tx) => removeSystem(tx, test.runtime, 'desk', { kind: 'system' })))

  const connectService = async (port = (service.address() as AddressInfo).port) => {
    const order = { key: 'desk', engine: 'webhook', url: `http://127.0.0.1:${String(port)}/in`, secret } as const
    await inTransaction(test.runtime, (tx) =>
      addSystem(tx, test.runtime, { ...order, details: {}, actor: { kind: 'system' } }),
    )
  }
  const done = (...tables: object[]) => ({ status: 200, body: { status: 'done', tables } })
  const begin = async (id: number) => {
    const requestId = await file(test.runtime, agent, { email: `person${String(id)}@shop.example` })
    return { requestId, ...(await start(test.runtime, requestId, agent, approver)) }
  }
  const run = async (runId: string) => {
    const { state, systems } = runSchema.parse(await runForApi(test.runtime.db, runId))
    return { state, desk: systems.find((each) => each.system === 'desk') }
  }
  /** Answers a call later, as the service would; `more` breaks it. */
  const answerLater = async (call: Call, said: object, more: { at?: Date; secret?: string; to?: string } = {}) => {
    const body = JSON.stringify({ call: call.data.call, status: 'done', ...said })
    const at = more.at ?? new Date(test.clock.now().epochMilliseconds)
    const headers = {
      'Content-Type': 'application/json',
      'webhook-id': `answer-${call.id}`,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(more.secret ?? secret).sign(`answer-${call.id}`, at, body),
    }
    const id = more.to ?? new URL(call.data.answerTo).pathname.split('/').at(-1)
    const request = new Request(call.data.answerTo, { method: 'POST', headers, body })
    const context = { runtime: test.runtime, nonce: '', csrf: '', clientAddress: '127.0.0.1', requestId: 'r' }
    return (await answer({ request, params: { call: id }, context })).status
  }

  it.each([{}, { LATER: '1' }])('the receiver of the document takes part in a whole case (%o)', async (env) => {
    const { runtime } = test
    const port = await freePort()
    const receiver = await sampleReceiver(secret, port, { ...env, ...(await forwarding(runtime)) })
    try {
      await connectService(port)
      const row = await findSystem(runtime.db, 'desk')
      expect(row && (await testSystem(runtime, row))).toMatchObject({ ok: true })
      const id = 'LATER' in env ? 6 : 5
      const requestId = await file(runtime, agent, { email: `person${String(id)}@shop.example` })
      const first = await plan(runtime, requestId, agent)
      if ('LATER' in env) {
        expect(first).toMatchObject({ ok: false, reason: 'system_unavailable', kind: 'answer_pending' })
        await answered(requestId, 'locate')
      }
      const { runId, planId } = await start(runtime, requestId, agent, approver)
      const rows = id === 5 ? 2 : 1
      expect(planSchema.parse(await planForApi(runtime.db, planId)).systems[0]).toMatchObject({
        system: 'desk',
        elsewhere: { by: 'service' },
        tables: [{ table: 'questions', action: 'delete', rows }],
      })
      await workRun(runtime, runId)
      for (const verb of 'LATER' in env ? (['erase', 'verify'] as const) : []) {
        await answered(requestId, verb)
        await workRun(runtime, runId)
      }
      expect(await run(runId)).toMatchObject({ state: 'done', desk: { state: 'done', deleted: rows } })
      await finish(runtime, runId)
      expect((await findRequest(runtime.db, requestId))?.state).toBe('completed')
      expect((await resultForSubject(runtime.db, requestId, 'nl'))?.erased).toContainEqual({ label: 'Vragen', rows })
      const staff = await certificateOf(runtime, requestId, { copy: 'staff', language: 'nl' })
      if (staff?.copy !== 'staff') throw new Error('no copy for staff')
      expect(staff.systems.find((each) => each.system === 'desk')?.residue?.notSearched).toEqual(['desk'])
    } finally {
      await receiver.close()
    }
  })

  /** The address to which the receiver of the document answers: a server that hands everything to the route. */
  let front: Server | undefined
  const forwarding = async (runtime: TestRuntime['runtime']) => {
    front ??= createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        const headers = new Headers()
        for (const [name, value] of Object.entries(request.headers))
          if (typeof value === 'string') headers.set(name, value)
        const url = `${runtime.publicUrl}${request.url ?? ''}`
        const handed = new Request(url, { method: 'POST', headers, body: Buffer.concat(parts) })
        const context = { runtime, nonce: '', csrf: '', clientAddress: '127.0.0.1', requestId: 'r' }
        void answer({ request: handed, params: { call: request.url?.split('/').at(-1) }, context }).then((answered) =>
          response.writeHead(answered.status).end(),
        )
      })
    })
    if (!front.listening) await new Promise<void>((resolve) => front?.listen(0, '127.0.0.1', resolve))
    runtime.publicUrl = `http://127.0.0.1:${String((front.address() as AddressInfo).port)}`
    return {}
  }
  afterAll(async () => {
    if (front) await new Promise((resolve) => front?.close(resolve))
  })
  /** Waits until the service has answered this call. */
  const answered = async (requestId: string, verb: string) => {
    const at = and(eq(webhookCall.requestId, requestId), eq(webhookCall.verb, verb))
    await expect
      .poll(async () => (await test.runtime.db.select().from(webhookCall).where(at)).at(-1)?.state, { timeout: 10_000 })
      .toBe('done')
  }

  it('each call is signed, tells only what is proven, and keeps its id however often it is sent', async () => {
    const { runtime } = test
    await connectService()
    says = ({ verb }) => (verb === 'erase' ? { status: 503 } : done({ table: 'q', rows: 1 }))
    const { requestId, runId } = await begin(7)
    await workRun(runtime, runId)
    expect(await run(runId)).toMatchObject({
      state: 'partial',
      desk: { state: 'failed', error: { kind: 'unreachable' } },
    })
    await workRun(runtime, runId)
    says = ({ verb }) => (verb === 'erase' ? done({ table: 'q', deleted: 1, kept: 1 }) : done({ table: 'q', rows: 0 }))
    await workRun(runtime, runId)
    expect(await run(runId)).toMatchObject({ state: 'done', desk: { state: 'done', deleted: 1, kept: 1 } })
    const erase = calls.filter((call) => call.verb === 'erase')
    expect([erase.length, new Set(erase.map((call) => call.id)).size]).toEqual([3, 1])
    for (const { headers, body, data, id } of calls) {
      expect(() => new Webhook(secret).verify(body, headers as Record<string, string>)).not.toThrow()
      expect([data.call, data.cause, data.identifiers]).toEqual([id, 'erasure', { email: ['person7@shop.example'] }])
      expect(body).not.toContain('Proef')
    }
    await workRun(runtime, runId)
    expect(calls.filter((call) => call.verb === 'erase')).toHaveLength(3)
    const entries = await runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.requestId, requestId))
    expect(entries.filter((each) => each.system === 'desk').map((each) => each.verb)).toEqual(
      expect.arrayContaining(['task.opened', 'run.executed', 'run.verified']),
    )
  })

  it('an answer that is not signed, old, of another call, or a repetition changes nothing', async () => {
    const { runtime } = test
    await connectService()
    says = ({ verb }) => (verb === 'locate' ? done({ table: 'q', rows: 1 }) : { status: 202 })
    const { runId } = await begin(8)
    await workRun(runtime, runId)
    expect(await run(runId)).toMatchObject({ state: 'running', desk: { state: 'running' } })
    const asked = calls.find((call) => call.verb === 'erase')
    if (!asked) throw new Error('not asked')
    const gone = { tables: [{ table: 'q', deleted: 1 }] }
    const old = new Date(test.clock.now().epochMilliseconds - 301_000)
    expect(await answerLater(asked, gone, { secret: newWebhookSecret() })).toBe(401)
    expect(await answerLater(asked, gone, { at: old })).toBe(401)
    expect(await answerLater(asked, gone, { to: crypto.randomUUID() })).toBe(401)
    expect(await answerLater(asked, gone, { to: 'x' })).toBe(401)
    expect(await answerLater(asked, { ...gone, call: crypto.randomUUID() })).toBe(400)
    expect(await answerLater(asked, { ...gone, status: 'accepted' })).toBe(400)
    await workRun(runtime, runId)
    expect(calls.filter((call) => call.verb === 'erase')).toHaveLength(1)
    expect(await run(runId)).toMatchObject({ state: 'running', desk: { state: 'running', deleted: 0 } })
    expect(await answerLater(asked, gone)).toBe(204)
    expect(await answerLater(asked, { tables: [{ table: 'q', deleted: 99 }] })).toBe(204)
    says = () => done()
    await workRun(runtime, runId)
    expect(await run(runId)).toMatchObject({ state: 'done', desk: { state: 'done', deleted: 1 } })
  })

  it('a service that never answers fails under that name, and is asked again by hand under the same id', async () => {
    const { runtime } = test
    await connectService()
    says = ({ verb }) => (verb === 'locate' ? done() : { status: 202 })
    const { runId, requestId } = await begin(9)
    await workRun(runtime, runId)
    test.clock.advance({ hours: 73 })
    await workRun(runtime, runId)
    expect(await run(runId)).toMatchObject({
      state: 'partial',
      desk: { state: 'failed', error: { kind: 'no_answer' } },
    })
    says = ({ verb }) => (verb === 'erase' ? { status: 422 } : done())
    await inTransaction(runtime, (tx) => retryRun(tx, runtime, { runId, actor: agent }))
    await workRun(runtime, runId)
    expect(new Set(calls.filter((call) => call.verb === 'erase').map((call) => call.id)).size).toBe(1)
    expect(await run(runId)).toMatchObject({ desk: { state: 'refused', error: { kind: 'refused', code: 'http_422' } } })
    const skipped = await inTransaction(runtime, (tx) =>
      skipSystem(tx, runtime, { requestId, runId, system: 'desk', reason: 'Contract opgezegd', actor: agent }),
    )
    expect(skipped).toEqual({ ok: true })
    expect(await run(runId)).toMatchObject({ state: 'partial', desk: { state: 'skipped' } })
  })

  it('what is still there after erasing is not done, and is erased anew', async () => {
    const { runtime } = test
    await connectService()
    let left = 2
    says = ({ verb }) => (verb === 'erase' ? done({ table: 'q', deleted: 1 }) : done({ table: 'q', rows: left }))
    const { runId } = await begin(10)
    await workRun(runtime, runId)
    expect(await run(runId)).toMatchObject({
      state: 'partial',
      desk: { state: 'failed', error: { kind: 'verification' } },
    })
    left = 0
    await workRun(runtime, runId)
    expect(await run(runId)).toMatchObject({ state: 'done', desk: { state: 'done', deleted: 1 } })
    expect(new Set(calls.filter((call) => call.verb === 'erase').map((call) => call.id)).size).toBe(2)
  })

  it('an answer that can not be read is no answer, and a plan is not made without one', async () => {
    const { runtime } = test
    await connectService()
    const requestId = await file(runtime, agent, { email: 'person11@shop.example' })
    for (const [said, kind] of [
      [{ status: 200, body: { status: 'done', tables: [{ table: 'q', rows: -1 }] } }, 'data'],
      [{ status: 200, body: 'no' }, 'data'],
      [{ status: 403 }, 'refused'],
      [{ status: 200, body: { status: 'refused', reason: 'unknown_person' } }, 'refused'],
    ] as const) {
      says = () => said
      expect(await plan(runtime, requestId, agent)).toMatchObject({ ok: false, reason: 'system_unavailable', kind })
    }
  })

  it('gives its part of an access package, also later, once', async () => {
    const { runtime } = test
    await connectService()
    says = () => ({ status: 202 })
    const requestId = await file(runtime, agent, { email: 'person12@shop.example', kinds: ['access'] })
    const proofs = [{ method: 'verified_elsewhere', proves: ['email'] }]
    const prepared = await inTransaction(runtime, (tx) =>
      preparePackage(tx, runtime, { requestId, actor: agent, proofs }),
    )
    if (!prepared.ok) throw new Error(prepared.reason)
    const fill = accessTasks.find((task) => task.name === 'access.prepare')
    const work = async () => fill?.run(runtime, { packageId: prepared.packageId })
    await expect(work()).rejects.toThrow('desk: answer_pending')
    const [failed] = await runtime.db.select().from(accessPackage).where(eq(accessPackage.id, prepared.packageId))
    expect(failed?.failure).toEqual({ kind: 'answer_pending', system: 'desk' })
    await expect(work()).rejects.toThrow('desk: answer_pending')
    const [asked, ...more] = calls
    expect(more).toEqual([])
    if (!asked) throw new Error('not asked')
    const values = [['=1+1', null], ['Waar blijft mijn fiets?']]
    const label = { nl: 'Vragen', en: 'Questions' }
    expect(await answerLater(asked, { tables: [{ table: 'q', label, columns: ['text', 'mood'], values }] })).toBe(204)
    await work()
    const row = await findRequest(runtime.db, requestId)
    const review = row && (await reviewPackage(runtime, row))
    const table = review?.tables.find((each) => each.system === 'desk')
    expect(table).toMatchObject({ table: 'q', rows: 2, label })
    expect(JSON.stringify(table)).toContain('Waar blijft mijn fiets?')
    expect(calls).toHaveLength(1)
  })
})
