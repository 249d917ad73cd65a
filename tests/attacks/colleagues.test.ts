import type { RouteConfigEntry } from '@remix-run/route-config'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiRoutes } from '~/routes/api/routes'
import { deskRoutes } from '~/routes/desk/routes'
import { apiRoutePermissions, deskRoutePermissions, may } from '~/staff/permissions'
import type { ApiPermission, RoutePermission } from '~/staff/permissions'
import { roles } from '~/staff/roles'
import type { Role } from '~/staff/roles'
import { scopesOfRole } from '~/staff/scopes'
import { startDemo } from './running-demo'
import type { RunningDemo } from './running-demo'
import { Visitor } from './visitor'
import type { Answer } from './visitor'

let demo: RunningDemo
const people = new Map<Role, Visitor>()
const tokens = new Map<Role, string>()
const seen: Answer[] = []
let reference = ''
let system = ''

const account = (role: Role) => {
  const found = demo.staff.find((one) => one.role === role)
  if (!found) throw new Error(`The demo has no ${role}`)
  return found
}
const signedIn = async (email: string, password: string) => {
  const visitor = new Visitor(demo, seen)
  expect((await visitor.signIn(email, password)).status).toBe(303)
  return visitor
}

beforeAll(async () => {
  // no trusted proxy: whatever X-Forwarded-For says, everybody comes from this machine
  demo = await startDemo()
  for (const role of roles) {
    const { email, password } = account(role)
    people.set(role, await signedIn(email, password))
    const made = await demo.command(
      'token',
      'add',
      '--name',
      role,
      '--as',
      email,
      '--scope',
      scopesOfRole[role].join(','),
      '--json',
    )
    tokens.set(role, (JSON.parse(made) as { token: string }).token)
  }
  const queue = await people.get('agent')?.get('/desk/queue')
  reference = /AVG-\d{4}-[A-Z0-9]{6}/.exec(queue?.text ?? '')?.[0] ?? ''
  expect(reference).not.toBe('')
  const systems = JSON.parse(await demo.command('system', 'list', '--json')) as
    { key: string }[] | { systems: { key: string }[] }
  system = (Array.isArray(systems) ? systems : systems.systems)[0]?.key ?? ''
  expect(system).not.toBe('')
  // the draft of a package is for whoever has just opened the personal data of the case
  for (const role of ['agent', 'admin'] as const)
    expect((await people.get(role)?.post(`/desk/requests/${reference}/unmask`, {}))?.status).toBe(303)
}, 300_000)
afterAll(() => demo.stop())

type Place = { path: string; id: string }
/** Every address of the desk, also those inside layouts, with the id by which Remix calls its loader singly. */
function placesOf(entries: RouteConfigEntry[]): Place[] {
  return entries.flatMap((entry) => [
    ...(entry.path === undefined ? [] : [{ path: entry.path, id: entry.id ?? entry.file.replace(/\.tsx?$/, '') }]),
    ...placesOf(entry.children ?? []),
  ])
}
const uuid = '00000000-0000-4000-8000-000000000000'
const addressOf = (path: string) =>
  `/${path
    .replace(':reference', reference)
    .replace(':system', system)
    .replace(':token', 'x')
    .replace(/:(finding|plan|run|hold|id)/g, uuid)}`
const toDoor = ({ status, headers, text }: Answer) =>
  (status === 303 || status === 302 || status === 202) && `${headers.location ?? ''}${text}`.includes('/desk/login')

test('nobody reads an address of the desk without being signed in: as a page, as data, or a loader by itself', async () => {
  for (const { path, id } of placesOf(deskRoutes)) {
    const asked: RoutePermission | undefined = deskRoutePermissions[path]?.read
    if (asked === 'open' || asked === undefined) continue
    const stranger = new Visitor(demo, seen)
    const address = addressOf(path)
    for (const url of [
      address,
      `${address}.data`,
      `${address}.data?_routes=${encodeURIComponent(id)}`,
      `${address}.data?_routes=root`,
    ]) {
      const answer = await stranger.get(url)
      if (!url.endsWith('=root')) expect([url, answer.status, toDoor(answer)]).toEqual([url, answer.status, true])
      expect(answer.text).not.toMatch(/masked|assignee|"timeline"/)
    }
  }
})

test('nobody writes to an address of the desk without being signed in', async () => {
  for (const { path } of placesOf(deskRoutes)) {
    const asked: RoutePermission | undefined = deskRoutePermissions[path]?.write
    if (asked === 'open') continue
    const stranger = new Visitor(demo, seen)
    for (const url of [addressOf(path), `${addressOf(path)}.data`]) {
      const answer = await stranger.post(url, {})
      expect([url, answer.status, asked === undefined ? answer.status === 405 : toDoor(answer)]).toEqual([
        url,
        answer.status,
        true,
      ])
    }
  }
})

test.each(roles)('%s reads what the table allows, and no loader by itself allows more', async (role) => {
  const person = people.get(role)
  if (!person) throw new Error('nobody')
  for (const { path, id } of placesOf(deskRoutes)) {
    const row = deskRoutePermissions[path]
    expect([path, row !== undefined]).toEqual([path, true])
    const asked = row?.read
    if (asked === 'open' || asked === undefined) continue
    const address = addressOf(path)
    for (const url of [address, `${address}.data`, `${address}.data?_routes=${encodeURIComponent(id)}`]) {
      const answer = await person.get(url)
      expect([role, url, answer.status < 500]).toEqual([role, url, true])
      expect([role, url, toDoor(answer)]).toEqual([role, url, false])
      expect([role, url, answer.status === 403]).toEqual([role, url, !may(role, asked)])
    }
  }
})

test.each(roles)('%s writes where the table allows, up to the form’s token, and nowhere else', async (role) => {
  const person = people.get(role)
  if (!person) throw new Error('nobody')
  for (const { path } of placesOf(deskRoutes)) {
    const asked = deskRoutePermissions[path]?.write
    if (asked === 'open') continue
    const address = addressOf(path)
    const answer = await person.post(address, { csrf: 'vervalst', intent: 'language' })
    const wanted = asked === undefined ? [405] : may(role, asked) ? [400, 404] : [403]
    expect([role, address, wanted, wanted.includes(answer.status)]).toEqual([role, address, wanted, true])
    if (asked !== undefined && !may(role, asked)) {
      // also with a right token, and also as data
      expect([address, (await person.post(address, {})).status]).toEqual([address, 403])
      expect([address, (await person.post(`${address}.data`, {})).status]).toEqual([address, 403])
    }
  }
})

test('the API gives nothing without a token, with a wrong one, or with a session of the desk', async () => {
  const agent = people.get('agent')
  for (const { path = '' } of apiRoutes) {
    const row: { read?: ApiPermission; write?: ApiPermission } | undefined =
      apiRoutePermissions[path as keyof typeof apiRoutePermissions]
    for (const [method, asked] of [
      ['GET', row?.read],
      ['POST', row?.write],
    ] as const) {
      if (asked === 'open' || asked === undefined) continue
      for (const headers of [
        {},
        { Authorization: 'Bearer pb_x' },
        { Authorization: 'Basic YTpi' },
        { Authorization: `Bearer ${'x'.repeat(5000)}` },
      ]) {
        const answer = await new Visitor(demo, seen).send(method, addressOf(path), headers)
        expect([method, path, answer.status === 401 || answer.status === 429]).toEqual([method, path, true])
        expect(answer.headers['content-type']).toContain('application/problem+json')
      }
      expect([401, 429]).toContain((await agent?.send(method, addressOf(path)))?.status)
    }
  }
})

test.each(roles)('a token of an %s reaches as far as its scopes and its role', async (role) => {
  const caller = new Visitor(demo, seen)
  const Authorization = `Bearer ${tokens.get(role) ?? ''}`
  for (const { path = '' } of apiRoutes) {
    const row: { read?: ApiPermission; write?: ApiPermission } | undefined =
      apiRoutePermissions[path as keyof typeof apiRoutePermissions]
    // a reference that nobody has, so that nothing is done where it is allowed
    const address = addressOf(path).replace(reference, 'AVG-2026-AAAAAA')
    for (const [method, asked] of [
      ['GET', row?.read],
      ['POST', row?.write],
    ] as const) {
      if (asked === 'open' || asked === undefined) continue
      const allowed = scopesOfRole[role].includes(asked.scope) && may(role, asked.permission)
      const body = method === 'POST' ? '{}' : undefined
      const answer = await caller.send(method, address, { Authorization, 'Content-Type': 'application/json' }, body)
      expect([role, method, path, answer.status < 500]).toEqual([role, method, path, true])
      expect([role, method, path, [401, 403].includes(answer.status)]).toEqual([role, method, path, !allowed])
    }
  }
})

test('a hand-made call of the API is refused in words, never by falling over', async () => {
  const caller = new Visitor(demo, seen)
  const headers = { Authorization: `Bearer ${tokens.get('agent') ?? ''}`, 'Content-Type': 'application/json' }
  const queries = [
    'dueBefore=0000-01-01',
    'dueBefore=-000001-01-01',
    'dueBefore=9999-12-31',
    'dueBefore=2026-02-30',
    'limit=1e3',
  ]
  queries.push(
    'limit=-1',
    'limit=NaN',
    'limit=0x10',
    'limit=',
    'cursor=a',
    'cursor=a.b',
    'cursor=%00',
    'assignee=%00',
    'state=x',
    'kind=__proto__',
  )
  queries.push(
    'state=received&state=x',
    '__proto__=1',
    'cursor=' + 'x'.repeat(6000),
    'assignee=' + uuid,
    'dueBefore=2026-01-01T00:00',
  )
  for (const query of queries) {
    const { status } = await caller.get(`/api/v1/requests?${query}`, headers)
    expect([query.slice(0, 40), [200, 400].includes(status)]).toEqual([query.slice(0, 40), true])
  }
  const valid = { kind: 'access', name: 'Jan', channel: 'phone' }
  const bodies: unknown[] = [
    null,
    [],
    1,
    'x',
    {},
    { ...valid, kind: ['access'] },
    { ...valid, receivedOn: '0000-01-01' },
  ]
  bodies.push(
    { ...valid, receivedOn: '9999-12-31' },
    { ...valid, name: '\u0000' },
    { ...valid, name: 'a\r\nb' },
    { ...valid, email: 'a\n@b' },
  )
  bodies.push(
    { ...valid, extra: 1 },
    { ...valid, name: 'x'.repeat(10_000) },
    { ...valid, identity: { method: 'verified_elsewhere' } },
  )
  const raw = [
    '{',
    '[[[[',
    '{"kind":"access","__proto__":{"name":"x"}}',
    '['.repeat(100_000),
    '"\\ud800"',
    '\u0000',
    '1e999',
  ]
  for (const body of [...bodies.map((one) => JSON.stringify(one)), ...raw]) {
    const { status } = await caller.send('POST', '/api/v1/requests', headers, body)
    expect([body.slice(0, 60), status]).toEqual([body.slice(0, 60), 400])
  }
  for (const [key, status] of [
    ['é', 400],
    ['x'.repeat(201), 400],
    ['a b', 400],
  ] as const)
    expect((await caller.send('POST', '/api/v1/requests', { ...headers, 'Idempotency-Key': key }, '{}')).status).toBe(
      status,
    )
  for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x'])
    expect((await caller.send('POST', '/api/v1/requests', { ...headers, 'Content-Type': type }, '{}')).status).toBe(415)
  expect((await caller.send('POST', '/api/v1/requests', headers, 'x'.repeat(300_000))).status).toBe(413)
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    expect((await caller.send(method, '/api/v1/requests', headers)).status).toBe(405)
  // a subject that is none: keys that fit no column
  const plan = (key: unknown) =>
    caller.send(
      'POST',
      `/api/v1/requests/${reference}/plan`,
      headers,
      JSON.stringify({ subjects: [{ system: 'crm', table: 'customers', key }] }),
    )
  for (const key of ['abc', '9'.repeat(60), "1' or '1'='1", -1, 1.5, ['1', '2'], '\u0000', '', 1e300])
    expect([String(key), (await plan(key)).status < 500]).toEqual([String(key), true])
})

test('a hand-made address of the desk is refused with 400 or 404', async () => {
  const agent = people.get('agent')
  const admin = people.get('admin')
  const odd = [
    'view=x',
    'dueBefore=0000-01-01',
    'dueBefore=2026-13-01',
    'after=x',
    `after=0000-00-00.${uuid}`,
    `before=9999-99-99.${uuid}`,
  ]
  odd.push(
    `after=2026-01-01.${uuid}&before=2026-01-01.${uuid}`,
    'after=2026-01-01.' + '-'.repeat(36),
    'assignee=x',
    'state=__proto__',
    'q=%00',
    'q=%ff',
  )
  for (const query of odd) expect([200, 400]).toContain((await agent?.get(`/desk/queue?${query}`))?.status)
  for (const path of [
    'evidence?before=x',
    'evidence?before=99999999999999999999',
    'evidence?before=999999999999999999',
    'evidence?reference=%00',
  ])
    expect([200, 400]).toContain((await admin?.get(`/desk/${path}`))?.status)
  for (const path of [
    'requests/x',
    'requests/%00',
    'requests/AVG-2026-AAAAAA',
    'requests/AVG-2026-AAAAAA/note',
    'retention/x',
    'retention/%00',
  ])
    expect([400, 403, 404]).toContain((await admin?.get(`/desk/${path}`))?.status)
})

test('the way back after signing in stays inside the desk', async () => {
  const agent = people.get('agent')
  const odd = [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/desk//evil.example/..//',
    '/desk/../../evil',
    'javascript:alert(1)',
  ]
  odd.push(
    '/desk\\..\\evil',
    '/desk/%0d%0aX-Evil:1',
    '/desk@evil.example',
    '/desk.evil.example',
    '\t//evil.example',
    'data:text/html,x',
    '/desk/..//evil.example',
  )
  for (const next of odd) {
    const { headers, status } = (await agent?.get(`/desk/login?next=${encodeURIComponent(next)}`)) ?? {
      headers: {},
      status: 0,
    }
    expect([next, status]).toEqual([next, 303])
    const to = new URL(headers.location ?? '', demo.portalUrl)
    expect([next, to.origin, /^\/desk(\/|$)/.test(to.pathname)]).toEqual([next, new URL(demo.portalUrl).origin, true])
    expect(headers['x-evil' as keyof typeof headers]).toBeUndefined()
  }
})

test('a session of the desk can’t be planted, and a copy of its cookie is worth nothing after signing out', async () => {
  const { email, password } = account('auditor')
  const visitor = new Visitor(demo, seen)
  visitor.cookies.set('staff', 'geplant-door-een-ander')
  await visitor.signIn(email, password)
  const cookie = visitor.cookies.get('staff') ?? ''
  expect(cookie).not.toBe('geplant-door-een-ander')
  const thief = new Visitor(demo, seen)
  thief.cookies.set('staff', cookie)
  expect((await thief.get('/desk/queue')).status).toBe(200)
  expect((await visitor.post('/desk/logout', {})).status).toBe(303)
  expect(toDoor(await thief.get('/desk/queue'))).toBe(true)
})

test('another password ends every session of the account, everywhere', async () => {
  const second = demo.staff.filter(({ role }) => role === 'agent')[1]
  if (!second) throw new Error('The demo has one agent only')
  const [here, there] = [await signedIn(second.email, second.password), await signedIn(second.email, second.password)]
  const fresh = 'bakfiets-regenjas-dynamo-47'
  const fields = { password: fresh, passwordAgain: fresh }
  expect((await here.post('/desk/account', { ...fields, present: 'niet het wachtwoord' })).status).toBe(400)
  expect((await there.get('/desk/queue')).status).toBe(200)
  expect((await here.post('/desk/account', { ...fields, present: second.password })).status).toBe(303)
  for (const visitor of [here, there]) expect(toDoor(await visitor.get('/desk/queue'))).toBe(true)
  expect((await new Visitor(demo, seen).signIn(second.email, second.password)).status).toBe(400)

  const admin = people.get('admin')
  const page = (await admin?.get('/desk/staff'))?.text ?? ''
  const row = page.split('<tr').find((part) => part.includes(second.email)) ?? ''
  const staff = /name="staff"[^>]*value="([0-9a-f-]{36})"/.exec(row)?.[1] ?? ''
  expect(staff).not.toBe('')
  const working = await signedIn(second.email, fresh)
  expect((await admin?.post('/desk/staff', { intent: 'role', staff, role: 'auditor' }))?.status).toBe(303)
  expect(toDoor(await working.get('/desk/queue'))).toBe(true)
  const reading = await signedIn(second.email, fresh)
  expect((await reading.get('/desk/requests/new')).status).toBe(403)
  expect((await admin?.post('/desk/staff', { intent: 'disable', staff }))?.status).toBe(303)
  expect(toDoor(await reading.get('/desk/queue'))).toBe(true)
  expect((await new Visitor(demo, seen).signIn(second.email, fresh)).status).toBe(400)
})

test('nobody makes themselves more than they are', async () => {
  for (const role of ['agent', 'approver', 'auditor'] as const) {
    const invite = {
      intent: 'invite',
      email: `via-${role}@voorbeeld.example`,
      name: 'X',
      role: 'admin',
      language: 'nl',
    }
    expect((await people.get(role)?.post('/desk/staff', invite))?.status).toBe(403)
  }
  const admin = people.get('admin')
  for (const role of ['superadmin', '__proto__', 'constructor', ''])
    expect(
      (await admin?.post('/desk/staff', { intent: 'invite', email: 'a@b.example', name: 'X', role, language: 'nl' }))
        ?.status,
    ).toBe(400)
  const { email } = account('auditor')
  const scopes = ['requests:write', 'erasure:approve', '*', '__proto__']
  for (const scope of scopes)
    expect(await demo.command('token', 'add', '--name', 'x', '--as', email, '--scope', scope, '--json')).not.toContain(
      'pb_',
    )
})

test('without a trusted proxy nobody comes from where they say: the twenty-first submission is refused', async () => {
  const statuses: number[] = []
  for (let at = 0; at < 22; at++) {
    const visitor = new Visitor(demo, seen, `203.0.113.${at}`)
    statuses.push((await visitor.file(`vloed${at}@voorbeeld.example`)).status)
  }
  expect(statuses.filter((status) => status === 303)).toHaveLength(20)
  expect(statuses.slice(20)).toEqual([429, 429])
})

test('the eleventh wrong password is answered with 429, the form is still there, and the right one has to wait', async () => {
  const { email, password } = account('approver')
  const visitor = new Visitor(demo, seen)
  const csrf = await visitor.csrf('/desk/login')
  const statuses: number[] = []
  let last: Answer | undefined
  for (let at = 0; at < 11; at++) {
    last = await visitor.post(
      '/desk/login',
      { email, password: `fout-${at}`, csrf },
      { 'X-Forwarded-For': `192.0.2.${at}` },
    )
    statuses.push(last.status)
  }
  expect(statuses.slice(0, 10)).toEqual(Array(10).fill(400))
  expect(statuses[10]).toBe(429)
  expect(last?.text).toContain('name="password"')
  expect(last?.text).not.toContain('fout-10')
  expect((await visitor.post('/desk/login', { email: email.toUpperCase(), password, csrf })).status).toBe(429)
})

test('after all this no answer and no line of the log held a stack, a statement or a connection', () => {
  // an example of an address, at a host called host, stands on the page that asks for one
  const leaks =
    /\n\s+at .+:\d+:\d+|node_modules|postgres(ql)?:\/\/[^\s@]*@(?!host:)|PostgresError|Failed query|\bselect .+ from\b/i
  expect(seen.filter(({ text }) => leaks.test(text)).map(({ text }) => leaks.exec(text)?.[0])).toEqual([])
  expect(seen.filter(({ status }) => status >= 500)).toEqual([])
  expect(demo.log()).not.toMatch(/postgres(ql)?:\/\/|Failed query|request failed|API call failed/)
  for (const { password } of demo.staff) expect(demo.log()).not.toContain(password)
})
