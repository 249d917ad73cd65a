import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { evidenceEntry, invitation, staff, staffSession } from '~db/schema'
import { changeRole, disableStaff, findStaff, memberOf } from '~/staff/accounts.server'
import { authenticateToken, createToken } from '~/staff/api-token.server'
import { changePassword } from '~/staff/change-password.server'
import { acceptInvitation, findInvitation, inviteStaff } from '~/staff/invite.server'
import { confirmPresence } from '~/staff/reauthenticate.server'
import type { Role } from '~/staff/roles'
import { endSession, readSession } from '~/staff/sessions.server'
import { signIn } from '~/staff/sign-in.server'
import { inTransaction } from '~/platform/runtime.server'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
beforeAll(async () => {
  own = await testRuntime()
})
afterAll(() => own.close())

const password = 'vlinder-tandem-kruiwagen-91'
let counter = 0

async function member(role: Role = 'agent') {
  const email = `m${++counter}@spaak.example`
  const invited = await inTransaction(own.runtime, (tx) =>
    inviteStaff(tx, own.runtime, {
      email,
      name: `Medewerker ${counter}`,
      role,
      language: 'nl',
      by: null,
      organisation: 'De Spaak',
    }),
  )
  if (!invited.ok) throw new Error(invited.reason)
  const accepted = await inTransaction(own.runtime, (tx) =>
    acceptInvitation(tx, own.runtime, { token: invited.token, password, passwordAgain: password }),
  )
  if (!accepted.ok) throw new Error(accepted.reason)
  return { ...accepted.staff, token: invited.token }
}

const browser = (cookies: string[] = []) =>
  new Request('http://localhost:3000/desk', {
    headers: { Cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; ') },
  })

async function signedIn(email: string, clientAddress = `10.0.0.${++counter}`) {
  const result = await signIn(own.runtime, browser(), { email, password, clientAddress })
  if (!result.ok) throw new Error(result.reason)
  return browser(result.cookies)
}

test('an invitation sets one password once, within 72 hours', async () => {
  const agent = await member()
  const again = await inTransaction(own.runtime, (tx) =>
    acceptInvitation(tx, own.runtime, { token: agent.token, password, passwordAgain: password }),
  )
  expect(again).toEqual({ ok: false, reason: 'invalid_link' })

  const late = await inTransaction(own.runtime, (tx) =>
    inviteStaff(tx, own.runtime, {
      email: 'laat@spaak.example',
      name: 'Laat',
      role: 'agent',
      language: 'nl',
      by: null,
      organisation: 'x',
    }),
  )
  if (!late.ok) throw new Error(late.reason)
  expect(await findInvitation(own.runtime.db, own.runtime, late.token)).not.toBeNull()
  own.clock.advance({ hours: 72 })
  expect(await findInvitation(own.runtime.db, own.runtime, late.token)).toBeNull()
})

test('the invitation’s token is stored hashed, and inviting again replaces the link', async () => {
  const order = {
    email: 'twee@spaak.example',
    name: 'Twee',
    role: 'agent',
    language: 'nl',
    by: null,
    organisation: 'x',
  } as const
  const first = await inTransaction(own.runtime, (tx) => inviteStaff(tx, own.runtime, order))
  const second = await inTransaction(own.runtime, (tx) => inviteStaff(tx, own.runtime, order))
  if (!first.ok || !second.ok) throw new Error('not invited')
  expect(await findInvitation(own.runtime.db, own.runtime, first.token)).toBeNull()
  expect((await findInvitation(own.runtime.db, own.runtime, second.token))?.email).toBe(order.email)
  const rows = await own.runtime.db.select().from(invitation).where(eq(invitation.staffId, second.staffId))
  expect(rows).toHaveLength(1)
  expect(Buffer.from(rows[0]?.tokenHash ?? []).toString('latin1')).not.toContain(second.token)
})

test('an invitation can’t exceed the inviter', async () => {
  const agent = await member('agent')
  for (const role of ['admin', 'approver'] as const) {
    const invited = await inTransaction(own.runtime, (tx) =>
      inviteStaff(tx, own.runtime, {
        email: `x-${role}@spaak.example`,
        name: 'X',
        role,
        language: 'nl',
        by: agent,
        organisation: 'x',
      }),
    )
    expect(invited).toEqual({ ok: false, reason: 'above_you' })
  }
})

test.each([
  ['kort', 'too_short'],
  ['nieuw.mens@spaak.example', 'is_email'],
  ['wachtwoord123', 'guessable'],
  ['passwordpassword', 'guessable'],
  ['aaaaaaaaaaaaaaa', 'guessable'],
])('the password policy refuses %s', async (weak, reason) => {
  const invited = await inTransaction(own.runtime, (tx) =>
    inviteStaff(tx, own.runtime, {
      email: 'nieuw.mens@spaak.example',
      name: 'N',
      role: 'agent',
      language: 'nl',
      by: null,
      organisation: 'x',
    }),
  )
  if (!invited.ok) throw new Error(invited.reason)
  const accepted = await inTransaction(own.runtime, (tx) =>
    acceptInvitation(tx, own.runtime, { token: invited.token, password: weak, passwordAgain: weak }),
  )
  expect(accepted).toEqual({ ok: false, reason })
})

test('the answer is the same for an unknown address, a wrong password, an invitation not accepted and a disabled account', async () => {
  const agent = await member()
  const admin = await member('admin')
  await inTransaction(own.runtime, (tx) =>
    inviteStaff(tx, own.runtime, {
      email: 'open@spaak.example',
      name: 'O',
      role: 'agent',
      language: 'nl',
      by: null,
      organisation: 'x',
    }),
  )
  const gone = await member()
  await inTransaction(own.runtime, (tx) => disableStaff(tx, own.runtime, { by: admin, staffId: gone.id }))
  const tries = [
    { email: 'niemand@spaak.example', password },
    { email: agent.email, password: 'iets heel anders' },
    { email: 'open@spaak.example', password: '' },
    { email: gone.email, password },
  ]
  for (const credentials of tries)
    expect(await signIn(own.runtime, browser(), { ...credentials, clientAddress: '10.1.1.1' })).toEqual({
      ok: false,
      reason: 'wrong',
    })
})

test('the eleventh wrong try on an account is refused, also with the right password and from elsewhere', async () => {
  const agent = await member()
  for (let i = 0; i < 10; i++)
    expect(
      await signIn(own.runtime, browser(), { email: agent.email, password: `fout ${i}`, clientAddress: '10.2.0.1' }),
    ).toMatchObject({
      reason: 'wrong',
    })
  for (const clientAddress of ['10.2.0.1', '10.2.0.2'])
    expect(
      await signIn(own.runtime, browser(), { email: ` ${agent.email.toUpperCase()}`, password, clientAddress }),
    ).toMatchObject({
      ok: false,
      reason: 'too_many',
    })
})

test('guessing in parallel gains nothing: no more tries are looked at than the limit', async () => {
  const results = await Promise.all(
    Array.from({ length: 80 }, (_, i) =>
      signIn(own.runtime, browser(), {
        email: 'parallel@spaak.example',
        password: `gok ${i}`,
        clientAddress: `10.3.0.${i}`,
      }),
    ),
  )
  expect(results.filter((one) => !one.ok && one.reason === 'wrong').length).toBeLessThanOrEqual(40)
})

test('one address that tries many accounts is slowed down', async () => {
  const results = []
  for (let i = 0; i < 51; i++)
    results.push(
      await signIn(own.runtime, browser(), { email: `spray${i}@spaak.example`, password, clientAddress: '10.4.0.1' }),
    )
  expect(results.at(-1)).toMatchObject({ ok: false, reason: 'too_many' })
})

test('signing out ends the session for a copied cookie, too', async () => {
  const agent = await member()
  const request = await signedIn(agent.email)
  expect((await readSession(own.runtime, request))?.staff.id).toBe(agent.id)
  await endSession(own.runtime, request)
  expect(await readSession(own.runtime, request)).toBeNull()
})

test('what the session table holds signs nobody in', async () => {
  const agent = await member()
  await signedIn(agent.email)
  const [row] = await own.runtime.db.select().from(staffSession).where(eq(staffSession.userId, agent.id))
  expect(await readSession(own.runtime, browser([`staff=${row?.id}`]))).toBeNull()
})

test('changing the password, the role, or disabling the account ends its sessions everywhere', async () => {
  const admin = await member('admin')
  const one = await member()
  const inside = await signedIn(one.email)
  await inTransaction(own.runtime, (tx) =>
    changePassword(tx, own.runtime, { member: one, password: `${password}-nieuw`, passwordAgain: `${password}-nieuw` }),
  )
  expect(await readSession(own.runtime, inside)).toBeNull()

  const two = await member()
  const asAgent = await signedIn(two.email)
  await inTransaction(own.runtime, (tx) => changeRole(tx, own.runtime, { by: admin, staffId: two.id, role: 'auditor' }))
  expect(await readSession(own.runtime, asAgent)).toBeNull()

  const three = await member()
  const open = await signedIn(three.email)
  await inTransaction(own.runtime, (tx) => disableStaff(tx, own.runtime, { by: admin, staffId: three.id }))
  expect(await readSession(own.runtime, open)).toBeNull()
})

test('nobody disables themselves or the last admin', async () => {
  const admins = await own.runtime.db.select().from(staff).where(eq(staff.role, 'admin'))
  const first = await member('admin')
  for (const row of admins)
    await inTransaction(own.runtime, (tx) => disableStaff(tx, own.runtime, { by: first, staffId: row.id }))
  const second = await member('admin')
  expect(
    await inTransaction(own.runtime, (tx) => disableStaff(tx, own.runtime, { by: first, staffId: first.id })),
  ).toMatchObject({ reason: 'not_yourself' })
  const results = await Promise.all([
    inTransaction(own.runtime, (tx) => disableStaff(tx, own.runtime, { by: first, staffId: second.id })),
    inTransaction(own.runtime, (tx) => disableStaff(tx, own.runtime, { by: second, staffId: first.id })),
  ])
  expect(results.filter((one) => one.ok)).toHaveLength(1)
})

test('a password given more than fifteen minutes ago must be given again before approving', async () => {
  const approver = await member('approver')
  const request = await signedIn(approver.email)
  const presence = async (given: string) => {
    const session = await readSession(own.runtime, request)
    if (!session) throw new Error('no session')
    return confirmPresence(own.runtime, session, { password: given, clientAddress: '10.5.0.1' })
  }
  expect(await presence('')).toEqual({ ok: true })
  own.clock.advance({ minutes: 16 })
  expect(await presence('')).toEqual({ ok: false, reason: 'password_needed' })
  expect(await presence('niet dit')).toEqual({ ok: false, reason: 'wrong_password' })
  expect(await presence(password)).toEqual({ ok: true })
  expect(await presence('')).toEqual({ ok: true })
})

test('a token carries no scope above its role, and loses what the role loses', async () => {
  const admin = await member('admin')
  const agent = await member('agent')
  const make = (scopes: string[]) =>
    inTransaction(own.runtime, (tx) =>
      createToken(tx, own.runtime, {
        name: 'koppeling',
        staffEmail: agent.email,
        scopes,
        actor: { kind: 'staff', id: admin.id },
      }),
    )
  expect(await make(['erasure:approve'])).toMatchObject({
    ok: false,
    reason: 'scope_above_role',
    scope: 'erasure:approve',
  })
  expect(await make(['alles'])).toMatchObject({ ok: false, reason: 'unknown_scope' })
  const made = await make(['requests:read', 'requests:write'])
  if (!made.ok) throw new Error(made.reason)
  const header = `Bearer ${made.token}`
  expect(await authenticateToken(own.runtime, header, 'requests:write')).toMatchObject({
    ok: true,
    bearer: { staff: { id: agent.id } },
  })
  expect(await authenticateToken(own.runtime, header, 'erasure:plan')).toMatchObject({ reason: 'scope_missing' })
  expect(await authenticateToken(own.runtime, `${header}x`)).toMatchObject({ reason: 'unknown_token' })
  await inTransaction(own.runtime, (tx) =>
    changeRole(tx, own.runtime, { by: admin, staffId: agent.id, role: 'auditor' }),
  )
  expect(await authenticateToken(own.runtime, header, 'requests:write')).toMatchObject({ reason: 'scope_missing' })
  await inTransaction(own.runtime, (tx) => disableStaff(tx, own.runtime, { by: admin, staffId: agent.id }))
  expect(await authenticateToken(own.runtime, header)).toMatchObject({ reason: 'unknown_token' })
})

test('what happens to an account is evidence, without a word that people typed', async () => {
  const agent = await member()
  const entries = await own.runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.verb, 'staff.accepted'))
  expect(entries.some((entry) => entry.actorId === agent.id)).toBe(true)
  const row = await findStaff(own.runtime.db, agent.id)
  expect(JSON.stringify(entries.map((entry) => entry.data))).not.toContain(row && memberOf(row).email)
})
