import type { RouteConfigEntry } from '@remix-run/route-config'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Temporal } from 'temporal-polyfill'
import type { RequestContext } from '~/platform/context.server'
import { csrfToken } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import { assignRequest } from '~/requests/assign.server'
import type { RequestRow } from '~/requests/move.server'
import { deskRoutes } from '~/routes/desk/routes'
import { acceptInvitation, inviteStaff } from '~/staff/invite.server'
import { deskRoutePermissions, may } from '~/staff/permissions'
import { roles } from '~/staff/roles'
import type { Role } from '~/staff/roles'
import { signIn } from '~/staff/sign-in.server'
import type { StaffMember } from '~/staff/accounts.server'
import { deskCases } from '~tests/support/desk-case'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

type Handler = (args: { request: Request; params: Record<string, string>; context: RequestContext }) => Promise<unknown>
type RouteModule = { loader?: Handler; action?: Handler }
const modules = import.meta.glob<RouteModule>('../../app/routes/desk/*.{ts,tsx}')

const text = 'Dit typte ik net en wil ik niet kwijt.'
const id = '00000000-0000-4000-8000-000000000000'

/** Every form of a case by its address: what a person would send, several ways where it has several intents. */
const forms: Record<string, Record<string, string>[]> = {
  assignment: [{ assignee: 'none', note: text }],
  start: [{}],
  question: [{ question: text }],
  note: [{ as: 'answer', text }],
  refusal: [{ ground: 'unfounded', basis: text, reasons: text }],
  'follow-up': [{}],
  lifting: [{ reason: text }],
  'partial-completion': [{ answer: text }],
  extension: [{ until: '2026-04-10', ground: 'complexity', reasons: text, told: 'letter' }],
  pause: [{ cause: 'identity', question: text }],
  resumption: [{}],
  correction: [
    { part: 'received', receivedOn: '2026-02-20', reason: text },
    { part: 'kind', kind: 'erasure', reason: text },
    { part: 'address', email: 'ander@klant.example', reason: text },
  ],
  merging: [{ other: '' }],
  dismissal: [{ answer: text }],
  reopening: [{ reason: text }],
  completion: [{ answer: text }],
  withdrawal: [{}],
  identity: [
    { intent: 'uphold', upheld: text },
    { proves: 'email', note: text, how: 'other', on: '2026-03-02' },
  ],
  plan: [{}, { intent: 'recall' }],
  approval: [{ intent: 'reject', reason: text }, { hash: 'x' }],
  'approval/alone': [{ hash: 'x', reason: text }],
  review: [{ approval: id, verdict: 'objected', reason: text }],
  execution: [
    {},
    { intent: 'retry' },
    { intent: 'skip', system: 'crm', reason: text },
    { intent: 'keep', finding: id, reason: text },
    { intent: 'empty-group', group: id, reason: text },
  ],
  authority: [{ kind: 'power_of_attorney', outcome: 'accepted' }],
  package: [{}, { intent: 'release', package: id }],
}

/** What only adds something of its own, so that nobody's work is written over. */
const additions = ['attachments', 'letters', 'unmask', 'identity-code', 'advice', 'colleague']

let own: TestRuntime
let desk: ReturnType<typeof deskCases>
let agent: StaffMember
let row: RequestRow
let other: RequestRow
const cookies = new Map<Role, string>()
const password = 'vlinder-tandem-kruiwagen-91'
const receivedOn = Temporal.PlainDate.from('2026-02-16')

beforeAll(async () => {
  own = await testRuntime()
  desk = deskCases(own)
  const { runtime } = own
  for (const role of roles) {
    const email = `${role}@spaak.example`
    const person = { email, name: role, role, language: 'nl', by: null, organisation: 'De Spaak' } as const
    const invited = await inTransaction(runtime, (tx) => inviteStaff(tx, runtime, person))
    if (!invited.ok) throw new Error(invited.reason)
    const chosen = { token: invited.token, password, passwordAgain: password }
    await inTransaction(runtime, (tx) => acceptInvitation(tx, runtime, chosen))
    const request = new Request('http://localhost:3000/desk')
    const signedIn = await signIn(runtime, request, { email, password, clientAddress: '127.0.0.1' })
    if (!signedIn.ok) throw new Error(signedIn.reason)
    cookies.set(role, signedIn.cookies.map((cookie) => cookie.split(';')[0]).join('; '))
  }
  agent = await desk.account('agent', 'Anna Agent')
  row = await desk.entered(agent, { receivedOn })
  other = await desk.entered(agent, { receivedOn })
  const order = { requestId: row.id, assigneeId: null, by: agent }
  const changed = await inTransaction(runtime, (tx) => assignRequest(tx, runtime, order))
  if (!changed.ok) throw new Error(changed.reason)
})
afterAll(() => own.close())

const addresses = (entries: RouteConfigEntry[]): { path: string; file: string }[] =>
  entries.flatMap((entry) => [
    ...(entry.path?.startsWith('desk/requests/:reference/') ? [{ path: entry.path, file: entry.file }] : []),
    ...addresses(entry.children ?? []),
  ])

async function answerTo(handler: Handler, role: Role, path: string, form?: Record<string, string>) {
  const csrf = csrfToken(own.runtime, 'conflicts')
  const request = new Request(`http://localhost:3000/${path.replace(':reference', row.reference)}`, {
    headers: {
      Cookie: `csrf=conflicts; ${cookies.get(role) ?? ''}`,
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    ...(form ? { method: 'POST', body: new URLSearchParams({ csrf, password, ...form }).toString() } : {}),
  })
  const context = { runtime: own.runtime, nonce: 'n', csrf, clientAddress: '127.0.0.1', requestId: 'r' }
  try {
    const answer = await handler({ request, params: { reference: row.reference }, context })
    const init =
      typeof answer === 'object' && answer !== null && 'init' in answer ? (answer.init as ResponseInit) : null
    return { status: init?.status ?? 200, body: JSON.stringify(answer) }
  } catch (thrown) {
    if (!(thrown instanceof Response)) throw thrown
    return { status: thrown.status, body: '' }
  }
}

test('of two people who act on one case the second changes nothing, and everything typed comes back, on every form', async () => {
  const before = await desk.now(row.id)
  for (const { path, file } of addresses(deskRoutes)) {
    const name = path.slice('desk/requests/:reference/'.length)
    const asks = deskRoutePermissions[path]?.write
    if (!asks || asks === 'open' || additions.includes(name)) continue
    const sent = forms[name]
    if (!sent) throw new Error(`${name}: a form of a case without a row here`)
    const { action } = (await modules[`../../app/${file}`]?.()) ?? {}
    const role = roles.find((each) => may(each, asks))
    if (!action || !role) throw new Error(`${name}: nobody may`)
    for (const fields of sent) {
      const filled = name === 'merging' ? { other: other.reference } : fields
      // The page was made before a colleague gave the case back.
      const { status, body } = await answerTo(action, role, path, { version: String(before.version - 1), ...filled })
      expect([name, fields, status, body.includes('conflict')]).toEqual([name, fields, 409, true])
      for (const typed of Object.values(fields))
        if (typed === text) expect([name, body]).toEqual([name, expect.stringContaining(text)])
    }
  }
  expect(await desk.now(row.id)).toEqual(before)
})

test('the page that comes back says what the first one did', async () => {
  const { loader } = (await modules['../../app/routes/desk/requests.$reference.question.tsx']?.()) ?? {}
  if (!loader) throw new Error('no loader')
  const { body } = await answerTo(loader, 'agent', 'desk/requests/:reference/question')
  expect(body).toContain('Toegewezen aan niemand (Anna Agent)')
})
