import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { identityProof, request, staff } from '~db/schema'
import { preparePackage } from '~/access/prepare.server'
import { releasePackage } from '~/access/release.server'
import { accessTasks } from '~/access/tasks.server'
import type { RequestContext } from '~/platform/context.server'
import { inTransaction } from '~/platform/runtime.server'
import { createToken } from '~/staff/api-token.server'
import { apiRoutePermissions } from '~/staff/permissions'
import type { Role } from '~/staff/roles'
import type { Scope } from '~/staff/scopes'
import { apiRoutes } from '~/routes/api/routes'
import * as execution from '~/routes/api/requests.$reference.execute'
import * as notFound from '~/routes/api/not-found'
import * as one from '~/routes/api/requests.$reference'
import * as openApi from '~/routes/api/openapi'
import * as approval from '~/routes/api/requests.$reference.plan.approve'
import * as packages from '~/routes/api/requests.$reference.package'
import * as planning from '~/routes/api/requests.$reference.plan'
import * as requests from '~/routes/api/requests'
import * as runs from '~/routes/api/runs.$run'
import { connectDemoCrm } from '~tests/support/demo-crm'
import type { DemoCrm } from '~tests/support/demo-crm'
import { identified } from '~tests/support/identified'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let crm: DemoCrm
const tokens = new Map<string, string>()
const people = new Map<Role, string>()
const allOfAgent: Scope[] = [
  'requests:read',
  'requests:write',
  'requests:verified',
  'erasure:plan',
  'erasure:execute',
  'packages:read',
]

beforeAll(async () => {
  own = await testRuntime('2026-03-02T09:00:00Z')
  crm = await connectDemoCrm(own.runtime)
  for (const role of ['agent', 'approver', 'admin', 'auditor'] as const) {
    const [row] = await own.runtime.db
      .insert(staff)
      .values({ email: `${role}@despaak.example.nl`, name: role, role, createdAt: own.clock.now() })
      .returning()
    people.set(role, row?.id ?? '')
  }
  await token('agent', 'agent', allOfAgent)
  await token('agent again', 'agent', ['requests:read'])
  await token('unverified', 'agent', ['requests:write', 'requests:read'])
  await token('approver', 'approver', ['requests:read', 'erasure:approve'])
  await token('admin', 'admin', allOfAgent)
  await token('auditor', 'auditor', ['requests:read'])
})
afterAll(async () => {
  await crm.close()
  await own.close()
})

async function token(name: string, role: Role, scopes: Scope[]) {
  const made = await inTransaction(own.runtime, (tx) =>
    createToken(tx, own.runtime, { name, staffEmail: `${role}@despaak.example.nl`, scopes, actor: { kind: 'system' } }),
  )
  if (!made.ok) throw new Error(made.reason)
  tokens.set(name, made.token)
}

type Handler = (args: {
  request: Request
  params: Record<string, string>
  context: RequestContext
}) => Promise<Response> | Response
type Route = { loader?: unknown; action?: unknown }
type Asked = {
  as?: string | null
  params?: Record<string, string>
  query?: string
  headers?: Record<string, string>
  method?: string
}

async function call(
  route: Route,
  body: unknown,
  { as = 'agent', params = {}, query = '', headers = {}, method }: Asked = {},
) {
  const isRead = body === undefined && method === undefined
  const given = as === null ? {} : { Authorization: `Bearer ${tokens.get(as) ?? as}` }
  const init = {
    method: method ?? (isRead ? 'GET' : 'POST'),
    headers: { ...given, ...(isRead ? {} : { 'Content-Type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  }
  const request = new Request(`http://localhost:3000/api/v1/called${query}`, init)
  const context: RequestContext = {
    runtime: own.runtime,
    nonce: '',
    csrf: '',
    clientAddress: '127.0.0.1',
    requestId: 'test',
  }
  const handler = (init.method === 'GET' ? route.loader : route.action) as Handler
  const response = await handler({ request, params, context })
  const type = response.headers.get('Content-Type') ?? ''
  const json = type.includes('json') ? (JSON.parse(await response.text()) as Record<string, unknown>) : {}
  return { status: response.status, type, json, response }
}

const somebody = { kind: 'access', name: 'Jan Jansen', email: 'jan@example.nl', channel: 'phone' }
const made = z.object({ reference: z.string(), state: z.string(), receivedAt: z.string(), dueOn: z.string() })
const seen = { method: 'verified_elsewhere', note: 'Paspoort gezien aan de balie', proven: ['email'] }

/** A request for erasure of a customer of the demo, proven at the counter. */
let met = 0
async function erasure() {
  const [row] = await crm.sql<{ id: string; email: string }[]>`
    select c.id::text, c.email from customers c where c.email is not null and c.deleted_at is null and c.id > 150
      and (select count(*) from customers d where lower(trim(d.email)) = lower(trim(c.email))) = 1
      and exists (select 1 from orders o where o.customer_id = c.id)
      and not exists (select 1 from service_contracts s where s.customer_id = c.id)
    order by c.id offset ${met++} limit 1`
  const { json } = await call(requests, { ...somebody, kind: 'erasure', email: row?.email, identity: seen })
  return { ...made.parse(json), customer: row?.id ?? '' }
}

test('every route of the API stands in the table of permissions, and none stands there in vain', () => {
  expect(apiRoutes.map((route) => route.path).sort()).toEqual(Object.keys(apiRoutePermissions).sort())
})

test('a request is entered with its real day of receipt, and its clock has been running since', async () => {
  const { status, json } = await call(requests, { ...somebody, receivedOn: '2026-02-02' })
  expect(status).toBe(201)
  expect(made.parse(json)).toMatchObject({ state: 'received', dueOn: '2026-03-02' })
  expect(Object.keys(json).sort()).toEqual(['dueOn', 'receivedAt', 'reference', 'state'])
  const read = await call(one, undefined, { params: { reference: made.parse(json).reference } })
  expect(read.status).toBe(200)
  expect(read.json).toMatchObject({ kind: 'access', proven: [], timeline: [{ verb: 'request.entered', by: 'token' }] })
  expect(JSON.stringify(read.json)).not.toContain('Jansen')
})

test('the same call under the same key is done once; another call under it is refused', async () => {
  const headers = { 'Idempotency-Key': 'order-1' }
  const first = await call(requests, somebody, { headers })
  const second = await call(requests, somebody, { headers })
  expect(second).toMatchObject({ status: 201, json: first.json })
  const other = await call(requests, { ...somebody, name: 'Piet' }, { headers })
  expect(other).toMatchObject({
    status: 422,
    type: 'application/problem+json',
    json: { type: '/api/problems/key-reused' },
  })
  const ofAnother = await call(requests, somebody, { headers, as: 'admin' })
  expect(ofAnother.json['reference']).not.toBe(first.json['reference'])
  const atOnce = await Promise.all(
    [1, 2, 3].map(() => call(requests, somebody, { headers: { 'Idempotency-Key': 'order-2' } })),
  )
  expect(new Set(atOnce.map((answer) => answer.json['reference'])).size).toBe(1)
  expect((await call(requests, somebody, { headers: { 'Idempotency-Key': 'a b' } })).status).toBe(400)
})

test('what was refused under a key may be tried again under it', async () => {
  const { reference } = made.parse((await call(requests, { ...somebody, kind: 'erasure' })).json)
  const asked = { params: { reference }, headers: { 'Idempotency-Key': 'plan-1' } }
  expect((await call(planning, {}, asked)).status).toBe(409)
  expect((await call(planning, {}, asked)).status).toBe(409)
})

test('each mistake has its status, its problem and, where it is a field, its name', async () => {
  const problems: [number, string, Promise<{ status: number; type: string; json: Record<string, unknown> }>][] = [
    [400, 'invalid-request', call(requests, { ...somebody, kind: 'nonsense' })],
    [400, 'invalid-request', call(requests, { ...somebody, email: 'no address' })],
    [400, 'invalid-request', call(requests, { ...somebody, name: '\u0000\u0000' })],
    [400, 'invalid-request', call(requests, { ...somebody, surprise: 1 })],
    [400, 'invalid-request', call(requests, { ...somebody, receivedOn: '2026-03-03' })],
    [400, 'invalid-request', call(requests, { ...somebody, receivedOn: '2026-02-30' })],
    [400, 'invalid-request', call(requests, [1, 2])],
    [400, 'invalid-request', call(requests, { ...somebody, identity: { ...seen, proven: ['customerNumber'] } })],
    [400, 'invalid-json', call(requests, '{"kind":')],
    [413, 'too-large', call(requests, { ...somebody, details: 'x'.repeat(300_000) })],
    [415, 'not-json', call(requests, 'kind=access', { headers: { 'Content-Type': 'text/plain' } })],
    [401, 'unauthorised', call(requests, somebody, { as: null })],
    [401, 'unauthorised', call(requests, somebody, { as: 'pb_wrong' })],
    [403, 'forbidden', call(requests, somebody, { as: 'auditor' })],
    [403, 'forbidden', call(requests, somebody, { as: 'agent again' })],
    [403, 'verified-scope-missing', call(requests, { ...somebody, identity: seen }, { as: 'unverified' })],
    [404, 'not-found', call(one, undefined, { params: { reference: 'AVG-2026-AAAAAA' } })],
    [404, 'not-found', call(one, undefined, { params: { reference: "' or 1=1" } })],
    [404, 'not-found', call(runs, undefined, { params: { run: 'x' } })],
    [404, 'not-found', call(notFound, undefined)],
    [405, 'method-not-allowed', call(requests, undefined, { method: 'DELETE' })],
    [400, 'invalid-request', call(requests, undefined, { query: '?state=lost' })],
    [400, 'invalid-request', call(requests, undefined, { query: '?limit=1000' })],
    [
      400,
      'invalid-cursor',
      call(requests, undefined, { query: `?cursor=${Buffer.from('["2026-01-01","x"]').toString('base64url')}.x` }),
    ],
  ]
  for (const [status, name, asked] of problems) {
    const answer = await asked
    expect([name, answer.status, answer.type]).toEqual([name, status, 'application/problem+json'])
    expect(answer.json).toMatchObject({ type: `/api/problems/${name}`, status })
    expect(typeof answer.json['title']).toBe('string')
  }
  const wrong = await call(requests, { ...somebody, kind: 'nonsense', email: 'secret@@x' })
  expect(wrong.json['errors']).toMatchObject([{ field: 'kind' }, { field: 'email' }])
  expect(JSON.stringify(wrong.json)).not.toContain('secret')
})

test('pages follow one another by due date without a gap and without a repeat', async () => {
  const all: string[] = []
  let cursor = ''
  do {
    const { json } = await call(requests, undefined, { query: `?limit=3${cursor ? `&cursor=${cursor}` : ''}` })
    const page = z
      .object({
        items: z.array(z.object({ reference: z.string(), dueOn: z.string() })),
        nextCursor: z.string().nullable(),
      })
      .parse(json)
    all.push(...page.items.map((item) => `${item.dueOn} ${item.reference}`))
    cursor = page.nextCursor ?? ''
  } while (cursor)
  const rows = await own.runtime.db.select().from(request)
  expect(all).toHaveLength(rows.length)
  expect(new Set(all).size).toBe(all.length)
  expect(all.map((item) => item.slice(0, 10))).toEqual(all.map((item) => item.slice(0, 10)).sort())
  const overdue = await call(requests, undefined, { query: '?kind=access&dueBefore=2026-03-03&assignee=none' })
  expect(z.object({ items: z.array(z.unknown()) }).parse(overdue.json).items).toHaveLength(1)
})

test('an identity that was looked at elsewhere is a record, with who stated it', async () => {
  const { reference } = made.parse((await call(requests, { ...somebody, identity: seen })).json)
  const [row] = await own.runtime.db.select().from(request).where(eq(request.reference, reference))
  const [proof] = await own.runtime.db
    .select()
    .from(identityProof)
    .where(eq(identityProof.requestId, row?.id ?? ''))
  expect(proof).toMatchObject({ method: 'verified_elsewhere', proves: ['email'], byStaffId: people.get('agent') })
  expect(Buffer.from(proof?.noteSealed ?? []).toString('latin1')).not.toContain('Paspoort')
  expect((await call(one, undefined, { params: { reference } })).json['proven']).toEqual(['email'])
})

test('an identity that is open blocks the plan', async () => {
  const { reference } = made.parse((await call(requests, { ...somebody, kind: 'erasure' })).json)
  expect((await call(planning, {}, { params: { reference } })).json).toMatchObject({
    type: '/api/problems/identity-open',
    status: 409,
  })
})

test('a plan is approved by another person on its hash, and then carried out', async () => {
  const { reference } = await erasure()
  const asked = { params: { reference } }
  const plan = await call(planning, {}, asked)
  expect(plan.status).toBe(201)
  const { hash, systems } = z
    .object({
      id: z.uuid(),
      hash: z.string().regex(/^[0-9a-f]{64}$/),
      systems: z.array(z.object({ system: z.string(), tables: z.array(z.object({ table: z.string() })) })),
    })
    .parse(plan.json)
  expect(systems.map((system) => system.system)).toEqual(['crm'])
  expect(systems[0]?.tables.map((table) => table.table)).toContain('orders')
  expect((await call(execution, {}, asked)).json).toMatchObject({ type: '/api/problems/not-approved' })
  expect((await call(approval, { hash }, asked)).status).toBe(403)
  const wrong = await call(approval, { hash: 'a'.repeat(64) }, { ...asked, as: 'approver' })
  expect(wrong).toMatchObject({ status: 409, json: { type: '/api/problems/hash-mismatch' } })
  expect((await call(approval, { hash: 'short' }, { ...asked, as: 'approver' })).status).toBe(400)
  expect((await call(approval, { hash }, { ...asked, as: 'approver' })).status).toBe(200)
  const started = await call(execution, {}, asked)
  expect(started.status).toBe(202)
  const run = await call(runs, undefined, { params: { run: z.string().parse(started.json['run']) } })
  expect(run).toMatchObject({ status: 200, json: { state: 'running', systems: [{ system: 'crm', residue: null }] } })
})

test('two tokens of one person are one person', async () => {
  const [both] = await own.runtime.db
    .update(staff)
    .set({ role: 'approver' })
    .where(eq(staff.email, 'admin@despaak.example.nl'))
    .returning()
  expect(both?.role).toBe('approver')
  await token('admin approves', 'admin', ['erasure:approve'])
  await own.runtime.db.update(staff).set({ role: 'admin' }).where(eq(staff.email, 'admin@despaak.example.nl'))
  const { reference } = await erasure()
  const plan = await call(planning, {}, { params: { reference }, as: 'admin' })
  expect(plan.status).toBe(201)
  await own.runtime.db.update(staff).set({ role: 'approver' }).where(eq(staff.email, 'admin@despaak.example.nl'))
  const answer = await call(approval, { hash: plan.json['hash'] }, { params: { reference }, as: 'admin approves' })
  expect(answer).toMatchObject({ status: 403, json: { type: '/api/problems/same-person' } })
  await own.runtime.db.update(staff).set({ role: 'admin' }).where(eq(staff.email, 'admin@despaak.example.nl'))
})

test('several persons with one address are named as such, and a choice settles it', async () => {
  const rows = await crm.sql<{ id: string }[]>`
    update customers set email = 'samen@example.nl' where id in (160, 161) returning id::text`
  expect(rows).toHaveLength(2)
  const { reference } = made.parse(
    (await call(requests, { ...somebody, kind: 'erasure', email: 'samen@example.nl', identity: seen })).json,
  )
  const asked = { params: { reference } }
  const first = await call(planning, {}, asked)
  expect(first).toMatchObject({ status: 409, json: { type: '/api/problems/ambiguous-subject' } })
  const chosen = await call(planning, { subjects: [{ system: 'crm', table: 'customers', key: 160 }] }, asked)
  expect(chosen.status).toBe(201)
})

test('a package comes as a zip after its release, and not before', async () => {
  const { customer } = await erasure()
  const [row] = await crm.sql<{ email: string }[]>`select email from customers where id = ${customer}`
  const { reference } = made.parse((await call(requests, { ...somebody, email: row?.email, identity: seen })).json)
  const asked = { params: { reference } }
  expect(await call(packages, undefined, asked)).toMatchObject({
    status: 409,
    json: { type: '/api/problems/package-not-released' },
  })
  const [entered] = await own.runtime.db.select().from(request).where(eq(request.reference, reference))
  const actor = { kind: 'staff', id: people.get('agent') ?? '' } as const
  await identified(own.runtime, entered?.id ?? '')
  const begun = await inTransaction(own.runtime, (tx) =>
    preparePackage(tx, own.runtime, {
      requestId: entered?.id ?? '',
      actor,
      proofs: [{ method: 'verified_elsewhere', proves: ['email'] }],
    }),
  )
  if (!begun.ok) throw new Error(begun.reason)
  await accessTasks[0]?.run(own.runtime, { packageId: begun.packageId })
  const by = { id: actor.id, email: 'agent@despaak.example.nl', name: 'agent', role: 'agent', language: 'nl' } as const
  await inTransaction(own.runtime, (tx) =>
    releasePackage(tx, own.runtime, {
      requestId: entered?.id ?? '',
      packageId: begun.packageId,
      leaveOut: { tables: [], columns: [], rows: [] },
      by,
    }),
  )
  const { response, type } = await call(packages, undefined, asked)
  expect(type).toBe('application/zip')
  expect(
    Buffer.from(await response.arrayBuffer())
      .subarray(0, 2)
      .toString(),
  ).toBe('PK')
  expect((await call(packages, undefined, { ...asked, as: 'auditor' })).status).toBe(403)
})

test('the description of the API is made from the schemas that check it', async () => {
  const document = z
    .object({ openapi: z.string(), paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(await openApi.loader().json())
  expect(document.openapi).toBe('3.1.0')
  for (const [path, allowed] of Object.entries(apiRoutePermissions)) {
    if (!path.startsWith('api/v1')) continue
    const described = document.paths[`/${path.replace(/:(\w+)/g, '{$1}')}`] ?? {}
    expect(Object.keys(described)).toEqual(
      expect.arrayContaining([...('read' in allowed ? ['get'] : []), ...('write' in allowed ? ['post'] : [])]),
    )
  }
  expect(JSON.stringify(document)).toContain('"verified_elsewhere"')
})

test('too many calls of one token are told to wait', async () => {
  await token('busy', 'agent', ['requests:read'])
  let last = 200
  for (let at = 0; at < 60 && last !== 429; at++) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call(requests, undefined, { as: 'busy', query: '?limit=1' })),
    )
    last = answers.some((answer) => answer.status === 429) ? 429 : 200
  }
  expect(last).toBe(429)
  const refused = await call(requests, undefined, { as: 'busy' })
  expect(Number(refused.response.headers.get('Retry-After'))).toBeGreaterThan(0)
})
