import type { RouteConfigEntry } from '@remix-run/route-config'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RequestContext } from '~/platform/context.server'
import { deskRoutes } from '~/routes/desk/routes'
import { csrfToken } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import { enterRequest } from '~/requests/intake.server'
import { acceptInvitation, inviteStaff } from '~/staff/invite.server'
import { deskRoutePermissions, may } from '~/staff/permissions'
import { roles } from '~/staff/roles'
import type { Role } from '~/staff/roles'
import { signIn } from '~/staff/sign-in.server'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

/** Every desk route's module; a file that is not a route is not here. */
const modules = import.meta.glob<RouteModule>('../../app/routes/desk/*.{ts,tsx}')
type Handler = (args: { request: Request; params: Record<string, string>; context: RequestContext }) => Promise<unknown>
type RouteModule = { loader?: Handler; action?: Handler }

type Found = { path: string | null; load: () => Promise<RouteModule> }
const found: Found[] = flatten(deskRoutes)

function flatten(entries: RouteConfigEntry[]): Found[] {
  return entries.flatMap((entry) => {
    const load = modules[`../../app/${entry.file}`]
    if (!load) throw new Error(`No module for ${entry.file}`)
    return [{ path: entry.path ?? null, load }, ...flatten(entry.children ?? [])]
  })
}

let own: TestRuntime
let reference: string
const cookies = new Map<Role, string>()
const password = 'vlinder-tandem-kruiwagen-91'
const csrfCookie = 'csrf=desk-test'

beforeAll(async () => {
  own = await testRuntime()
  const { runtime } = own
  for (const role of roles) {
    const email = `${role}@spaak.example`
    const person = { email, name: role, role, language: 'nl', by: null, organisation: 'De Spaak' } as const
    const invited = await inTransaction(runtime, (tx) => inviteStaff(tx, runtime, person))
    if (!invited.ok) throw new Error(invited.reason)
    await inTransaction(runtime, (tx) =>
      acceptInvitation(tx, runtime, { token: invited.token, password, passwordAgain: password }),
    )
    const signedIn = await signIn(runtime, new Request('http://localhost:3000/desk'), {
      email,
      password,
      clientAddress: '127.0.0.1',
    })
    if (!signedIn.ok) throw new Error(signedIn.reason)
    cookies.set(role, signedIn.cookies.map((cookie) => cookie.split(';')[0]).join('; '))
  }
  const entered = await inTransaction(runtime, (tx) =>
    enterRequest(
      tx,
      runtime,
      { kinds: ['erasure'], language: 'nl', filedBy: 'self', channel: 'letter', name: 'Jan' },
      { kind: 'system' },
    ),
  )
  reference = (entered.ok && entered.requests[0]?.reference) || ''
})
afterAll(() => own.close())

/** The status with which a loader or action answers when it is called singly, as Remix may. */
async function statusOf(
  handler: Handler,
  method: 'GET' | 'POST',
  path: string,
  cookie: string,
  body = '',
): Promise<number | 'redirect to sign-in'> {
  const { runtime } = own
  const url = `http://localhost:3000/${path.replace(':reference', reference).replace(':token', 'x')}`
  const headers = { Cookie: `${csrfCookie}; ${cookie}`, 'Content-Type': 'application/x-www-form-urlencoded' }
  const request = new Request(url, method === 'GET' ? { headers } : { method, headers, body })
  const context = { runtime, nonce: 'n', csrf: 'c', clientAddress: '127.0.0.1', requestId: 'r' }
  try {
    const answer = await handler({ request, params: { reference, token: 'x' }, context })
    if (answer instanceof Response) return answer.status
    const init =
      typeof answer === 'object' && answer !== null && 'init' in answer ? (answer.init as ResponseInit | null) : null
    return init?.status ?? 200
  } catch (thrown) {
    if (!(thrown instanceof Response)) throw thrown
    return thrown.headers.get('Location')?.startsWith('/desk/login?next=') ? 'redirect to sign-in' : thrown.status
  }
}

test('every desk route has its row in the table of permissions, and every row its route', async () => {
  for (const { path, load } of found) {
    if (path === null) continue
    const { loader, action } = await load()
    const row = deskRoutePermissions[path]
    expect({ path, read: row?.read !== undefined, write: row?.write !== undefined }).toEqual({
      path,
      read: loader !== undefined,
      write: action !== undefined,
    })
  }
  expect(Object.keys(deskRoutePermissions).sort()).toEqual(found.flatMap(({ path }) => path ?? []).sort())
})

test('every loader and action of the desk authorises itself when it is called singly', async () => {
  for (const { path, load } of found) {
    const { loader, action } = await load()
    const row = path === null ? { read: 'account.own' } : deskRoutePermissions[path]
    for (const [handler, method, asks] of [
      [loader, 'GET', row?.read],
      [action, 'POST', row && 'write' in row ? row.write : undefined],
    ] as const)
      if (handler && asks !== 'open')
        expect([path, method, await statusOf(handler, method, path ?? 'desk', '')]).toEqual([
          path,
          method,
          'redirect to sign-in',
        ])
  }
})

test.each(roles)('what the table does not give the %s is refused with 403, the rest is not', async (role) => {
  for (const { path, load } of found) {
    const row = path === null ? undefined : deskRoutePermissions[path]
    if (!path || !row) continue
    const { loader, action } = await load()
    for (const [handler, method, asks] of [
      [loader, 'GET', row.read],
      [action, 'POST', row.write],
    ] as const) {
      if (!handler || !asks || asks === 'open') continue
      // A form without its token goes no further than the permission.
      const status = await statusOf(handler, method, path, cookies.get(role) ?? '')
      const allowed = may(role, asks)
      // The draft of a package asks besides that the case was opened.
      if (allowed && path.endsWith('package/draft')) continue
      expect([path, method, status === 403]).toEqual([path, method, !allowed])
    }
  }
})

test('a form from elsewhere, without its token, changes nothing at the desk', async () => {
  for (const { path, load } of found) {
    const { action } = await load()
    if (!action || !path) continue
    const statuses = await Promise.all(
      roles.map((role) => statusOf(action, 'POST', path, cookies.get(role) ?? '', 'csrf=forged&intent=invite')),
    )
    // What an address names besides a case is looked up before its form is read: there is none here.
    const unread = /:(?!reference|token)/.test(path) ? [400, 403, 404] : [400, 403]
    for (const status of statuses) expect([path, unread.includes(Number(status)), status]).toEqual([path, true, status])
  }
})

test('the token that fits the browser lets a form through', async () => {
  const found = deskRoutes.length
  expect(found).toBeGreaterThan(0)
  const csrf = csrfToken(own.runtime, 'desk-test')
  const { action } = (await modules['../../app/routes/desk/requests.$reference.start.tsx']?.()) ?? {}
  if (!action) throw new Error('no action')
  const status = await statusOf(
    action,
    'POST',
    'desk/requests/:reference/start',
    cookies.get('agent') ?? '',
    `csrf=${csrf}`,
  )
  expect(status).toBe(303)
})
