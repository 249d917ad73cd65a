import type { RouteConfigEntry } from '@remix-run/route-config'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { beginSession } from '~/identity/session.server'
import type { RequestContext } from '~/platform/context.server'
import { csrfToken } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import { portalRoutes } from '~/routes/portal/routes'
import { blindIndex } from '~/requests/blind-index.server'
import { enterRequest } from '~/requests/intake.server'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

/**
 * What opens a page of the portal: nothing (`open`), a secret in its own address or a token in its form (`secret`), the
 * cookie of a browser that filed or asked (`browser`), or the session of whoever proved the address (`session`).
 */
type Guard = 'open' | 'secret' | 'browser' | 'session'
const portal: Record<string, { read?: Guard; write?: Guard }> = {
  '': { read: 'open' },
  'theme.css': { read: 'open' },
  ':lng': { read: 'open' },
  ':lng/requests/new': { read: 'open', write: 'open' },
  ':lng/verify': { read: 'browser', write: 'browser' },
  ':lng/verify/code': { read: 'open', write: 'browser' },
  ':lng/confirm/:token': { read: 'secret', write: 'secret' },
  ':lng/notice/:token': { read: 'secret', write: 'secret' },
  ':lng/colleague/:token': { read: 'secret', write: 'secret' },
  ':lng/not-me': { read: 'open' },
  ':lng/sign-in': { read: 'open', write: 'open' },
  ':lng/sign-out': { read: 'open', write: 'open' },
  ':lng/hand-off': { read: 'open', write: 'secret' },
  ':lng/hand-off/start': { read: 'open' },
  ':lng/hand-off/confirm': { read: 'browser', write: 'browser' },
  ':lng/requests': { read: 'session' },
  ':lng/requests/:reference': { read: 'session' },
  ':lng/requests/:reference/withdrawal': { read: 'session', write: 'session' },
  ':lng/requests/:reference/answer': { read: 'session', write: 'session' },
  ':lng/requests/:reference/identity': { read: 'session', write: 'session' },
  ':lng/requests/:reference/package/file': { read: 'session' },
  ':lng/requests/:reference/confirm': { read: 'open', write: 'session' },
  ':lng/requests/:reference/proof': { read: 'open', write: 'session' },
  ':lng/privacy': { read: 'open' },
  ':lng/*': { read: 'open', write: 'open' },
}

type Handler = (args: { request: Request; params: Record<string, string>; context: RequestContext }) => Promise<unknown>
type RouteModule = { loader?: Handler; action?: Handler }
const modules = import.meta.glob<RouteModule>('../../app/routes/portal/*.{ts,tsx}')

type Found = { path: string; load: () => Promise<RouteModule> }
function flatten(entries: RouteConfigEntry[]): Found[] {
  return entries.flatMap((entry) => {
    const load = modules[`../../app/${entry.file}`]
    if (!load) throw new Error(`No module for ${entry.file}`)
    const path = entry.index ? '' : entry.path
    return [...(path === undefined ? [] : [{ path, load }]), ...flatten(entry.children ?? [])]
  })
}
const found = flatten(portalRoutes)

let own: TestRuntime
let reference = ''
const browser = 'every-route'

beforeAll(async () => {
  own = await testRuntime()
  const entered = await inTransaction(own.runtime, (tx) =>
    enterRequest(
      tx,
      own.runtime,
      {
        kinds: ['access'],
        language: 'nl',
        filedBy: 'self',
        channel: 'email',
        name: 'Jan',
        email: 'jan@voorbeeld.example',
      },
      { kind: 'system' },
    ),
  )
  reference = (entered.ok && entered.requests[0]?.reference) || ''
})
afterAll(() => own.close())

/** What a loader or action answers when it is called by itself; a thrown answer counts as one. */
async function answerOf(handler: Handler, method: 'GET' | 'POST', path: string, cookie = '') {
  const { runtime } = own
  const csrf = csrfToken(runtime, browser)
  const address = path.replace(':lng', 'nl').replace(':reference', reference).replace(':token', 'x').replace('*', 'x')
  const headers = { Cookie: `csrf=${browser}; ${cookie}`, 'Content-Type': 'application/x-www-form-urlencoded' }
  const request = new Request(
    `http://localhost:3000/${address}`,
    method === 'GET' ? { headers } : { method, headers, body: new URLSearchParams({ csrf }).toString() },
  )
  const context = { runtime, nonce: 'n', csrf, clientAddress: '127.0.0.1', requestId: 'r' }
  try {
    const answer = await handler({ request, params: { lng: 'nl', reference, token: 'x' }, context })
    return answer instanceof Response ? answer : null
  } catch (thrown) {
    if (thrown instanceof Response) return thrown
    throw thrown
  }
}

const handlersOf = async ({ path, load }: Found) => {
  const { loader, action } = await load()
  const row = portal[path]
  return [
    ...(loader ? [{ handler: loader, method: 'GET' as const, guard: row?.read }] : []),
    ...(action ? [{ handler: action, method: 'POST' as const, guard: row?.write }] : []),
  ]
}

test('every route of the portal has its row in the table of guards, and every row its route', async () => {
  for (const { path, load } of found) {
    const { loader, action } = await load()
    const row = portal[path]
    const has = { read: loader !== undefined, write: action !== undefined }
    expect({ path, read: row?.read !== undefined, write: row?.write !== undefined }).toEqual({ path, ...has })
  }
  expect(Object.keys(portal).sort()).toEqual(found.map(({ path }) => path).sort())
})

test('what wants a session leads to signing in without one, each loader and action by itself', async () => {
  for (const route of found)
    for (const { handler, method, guard } of await handlersOf(route)) {
      if (guard !== 'session') continue
      const answer = await answerOf(handler, method, route.path)
      expect([route.path, method, answer?.status]).toEqual([route.path, method, 303])
      expect([route.path, answer?.headers.get('Location')?.startsWith('/nl/sign-in?expired')]).toEqual([
        route.path,
        true,
      ])
    }
})

test('one request of somebody else is as unknown as one that does not exist, on every address that names one', async () => {
  const session = await inTransaction(own.runtime, (tx) =>
    beginSession(tx, own.runtime, blindIndex(own.runtime, 'email', 'ander@voorbeeld.example')),
  )
  for (const route of found.filter(({ path }) => path.includes(':reference')))
    for (const { handler, method, guard } of await handlersOf(route)) {
      if (guard !== 'session') continue
      const answer = await answerOf(handler, method, route.path, session.split(';')[0])
      expect([route.path, method, answer?.status]).toEqual([route.path, method, 404])
    }
})
