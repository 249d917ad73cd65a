import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { correction, dataMap, evidenceEntry, factTry, identification, outbox, pause, request, staff } from '~db/schema'
import { preparePackage } from '~/access/prepare.server'
import { releasePackage } from '~/access/release.server'
import { accessTasks } from '~/access/tasks.server'
import { approvePlan } from '~/erasure/approve.server'
import { planRequest } from '~/erasure/plan-request.server'
import { presentRun } from '~/erasure/present.server'
import { workRun } from '~/erasure/run.server'
import { executePlan } from '~/erasure/start-run.server'
import { confirmSubmission } from '~/identity/confirm.server'
import { emailsOnFile, enterContactCode, sendContactCode } from '~/identity/contact-code.server'
import type { ContactCodeOrder } from '~/identity/contact-code.server'
import { countingProofs, provenBy } from '~/identity/counting-proofs'
import { factsForm, giveFacts } from '~/identity/give-facts.server'
import { identifyRequest } from '~/identity/identify.server'
import { disownByNotice, noticedRequest } from '~/identity/notices.server'
import { proofsOfRequest } from '~/identity/proof.server'
import { proveElsewhere } from '~/identity/prove-elsewhere.server'
import { identityTasks } from '~/identity/tasks.server'
import { printLetters } from '~/mail/letters.server'
import { inTransaction } from '~/platform/runtime.server'
import { requestsOfSubmission } from '~/requests/confirm.server'
import { upholdIdentity } from '~/requests/contest.server'
import { standingOf } from '~/requests/identification.server'
import { enterRequest, fileSubmission } from '~/requests/intake.server'
import type { Submission } from '~/requests/intake.server'
import type { RequestRow } from '~/requests/move.server'
import { memberOf } from '~/staff/accounts.server'
import type { StaffMember } from '~/staff/accounts.server'
import { changeSystemUrl } from '~/systems/registry.server'
import { connectDemoCrm } from '~tests/support/demo-crm'
import type { DemoCrm } from '~tests/support/demo-crm'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'
import { mailsOf } from './mailed'

let own: TestRuntime
let crm: DemoCrm
let agent: StaffMember
let approver: StaffMember

beforeAll(async () => {
  own = await testRuntime('2026-03-02T09:00:00Z')
  crm = await connectDemoCrm(own.runtime)
  agent = await hire('agent')
  approver = await hire('approver')
})
afterAll(async () => {
  await crm.close()
  await own.close()
})
// A day further each time, so that the tries of one test are not those of another.
beforeEach(() => own.clock.advance({ days: 2 }))

async function hire(role: 'agent' | 'approver'): Promise<StaffMember> {
  const [row] = await own.runtime.db
    .insert(staff)
    .values({ email: `${role}@spaak.example`, name: role, role, passwordHash: 'x', createdAt: own.clock.now() })
    .returning()
  if (!row) throw new Error('nobody')
  return memberOf(row)
}

let taken = 100
type Customer = { id: string; number: string; email: string; born_on: string }

/** Customers of the demo that nobody used yet, each alone with their address. */
async function customers(count: number): Promise<Customer[]> {
  const rows = await crm.sql<Customer[]>`
    select id::text, number, email, born_on::text from customers c
    where email is not null and born_on is not null and deleted_at is null and id > ${taken}
      and (select count(*) from customers d where lower(trim(d.email)) = lower(trim(c.email))) = 1
      and not exists (select 1 from customers d where d.id <> c.id and d.born_on = c.born_on)
      and exists (select 1 from orders o where o.customer_id = c.id)
    order by id limit ${count}`
  taken = Number(rows.at(-1)?.id ?? taken)
  return rows
}
async function customer(): Promise<Customer> {
  const [one] = await customers(1)
  if (!one) throw new Error('The demo has no such customer')
  return one
}

let couples = 0
/** Two customers who use one address together. */
async function couple(): Promise<[Customer, Customer]> {
  const [one, other] = await customers(2)
  if (!one || !other) throw new Error('The demo has no such customers')
  const email = `samen${couples++}@voorbeeld.example`
  await crm.sql`update customers set email = ${email} where id in (${one.id}, ${other.id})`
  return [
    { ...one, email },
    { ...other, email },
  ]
}

/** Files through the portal and enters the code, as the person does. */
async function asked(email: string, more: Partial<Omit<Submission, 'email'>> = {}): Promise<RequestRow> {
  const [row] = await inTransaction(own.runtime, async (tx) => {
    const { submissionId } = await fileSubmission(tx, own.runtime, {
      kinds: ['erasure'],
      name: 'Iemand',
      language: 'nl',
      filedBy: 'self',
      email,
      ...more,
    })
    return confirmSubmission(tx, own.runtime, submissionId)
  })
  if (!row) throw new Error('nothing filed')
  return row
}

/** The job that follows a proof. */
const look = async (row: RequestRow) =>
  identityTasks.find(({ name }) => name === 'identity.identify')?.run(own.runtime, { requestId: row.id })
const standing = (row: RequestRow) => standingOf(own.runtime.db, row)
const facts = (row: RequestRow, typed: Partial<Record<'birthDate' | 'postcode' | 'customerNumber', string>>) =>
  inTransaction(own.runtime, (tx) =>
    giveFacts(tx, own.runtime, {
      row,
      facts: factsForm.parse({ birthDate: '', postcode: '', customerNumber: '', ...typed }),
    }),
  )
const tries = () => own.runtime.db.$count(factTry)

/** Plans as the desk and the API do: who asks is looked up first. */
const plan = (row: RequestRow, subjects: Parameters<typeof planRequest>[2]['subjects'] = []) =>
  inTransaction(own.runtime, async (tx) => {
    await identifyRequest(tx, own.runtime, row.id)
    const proven = provenBy(countingProofs(row.filedBy, await proofsOfRequest(tx, row.id)))
    return planRequest(tx, own.runtime, {
      requestId: row.id,
      proven,
      subjects,
      actor: { kind: 'staff', id: agent.id },
      mover: 'agent',
    })
  })
/** How many rows of a person a plan is about, kept ones among them; or why there is none. */
const rowsIn = (made: Awaited<ReturnType<typeof plan>>) =>
  made.ok ? made.plan.systems.flatMap(({ tables }) => tables).reduce((sum, { rows }) => sum + rows, 0) : made.reason
const execute = (row: RequestRow) =>
  inTransaction(own.runtime, (tx) =>
    executePlan(tx, own.runtime, { requestId: row.id, actor: { kind: 'staff', id: agent.id }, mover: 'agent' }),
  )

async function approved(row: RequestRow): Promise<void> {
  const made = await plan(row)
  if (!made.ok) throw new Error(made.reason)
  const { hash } = made.plan
  const answer = await inTransaction(own.runtime, (tx) =>
    approvePlan(tx, own.runtime, {
      requestId: row.id,
      hash,
      actor: { kind: 'staff', id: approver.id },
      mover: 'approver',
    }),
  )
  if (!answer.ok) throw new Error(answer.reason)
}

async function prepared(row: RequestRow) {
  const begun = await inTransaction(own.runtime, async (tx) => {
    await identifyRequest(tx, own.runtime, row.id)
    const proofs = await proofsOfRequest(tx, row.id)
    return preparePackage(tx, own.runtime, { requestId: row.id, actor: { kind: 'staff', id: agent.id }, proofs })
  })
  if (!begun.ok) return { begun, release: () => Promise.resolve(begun) }
  await accessTasks[0]?.run(own.runtime, { packageId: begun.packageId })
  const release = () =>
    inTransaction(own.runtime, (tx) =>
      releasePackage(tx, own.runtime, {
        requestId: row.id,
        packageId: begun.packageId,
        leaveOut: { tables: [], columns: [], rows: [] },
        by: agent,
      }),
    )
  return { begun, release }
}

const seen = (row: RequestRow, proves: ('email' | 'customerNumber')[]) =>
  inTransaction(own.runtime, async (tx) => {
    const note = 'Gezien aan de balie'
    await proveElsewhere(tx, own.runtime, {
      requestId: row.id,
      proves,
      note,
      actor: { kind: 'staff', id: agent.id },
    })
    await identifyRequest(tx, own.runtime, row.id)
  })

describe('a proven address', () => {
  test('that is on file for exactly one person is enough: the erasure goes straight on after the code', async () => {
    const { email } = await customer()
    const row = await asked(email)
    expect((await standing(row)).finding).toBe('open')
    expect(rowsIn(await plan(row))).toBeGreaterThan(0)
    expect(await standing(row)).toMatchObject({ finding: 'met', channels: ['email_code'], wantsSecondChannel: false })
    await approved(row)
    expect((await execute(row)).ok).toBe(true)
    expect((await mailsOf(own, 'identity_notice')).filter(({ requestId }) => requestId === row.id)).toEqual([])
  })

  test('is looked up by a job after the code, which may run twice', async () => {
    const row = await asked((await customer()).email)
    await look(row)
    await look(row)
    const records = await own.runtime.db.select().from(identification).where(eq(identification.requestId, row.id))
    expect(records.map(({ finding }) => finding)).toEqual(['met'])
  })

  test('that is nowhere on file stays open, and what can be said of it is that nothing was found', async () => {
    const erasure = await asked('nergens-bekend@voorbeeld.example')
    await look(erasure)
    expect(await standing(erasure)).toMatchObject({ finding: 'open', why: 'not_on_file' })
    expect(rowsIn(await plan(erasure))).toBe(0)
    const access = await asked('ook-nergens@voorbeeld.example', { kinds: ['access'] })
    const { release } = await prepared(access)
    expect(await release()).toMatchObject({ ok: true })
  })

  test('that came on file only after it was looked up is looked up again before anything is planned', async () => {
    const person = await customer()
    const email = 'nieuw-in-crm@voorbeeld.example'
    const row = await asked(email)
    await look(row)
    await crm.sql`update customers set email = ${email} where id = ${person.id}`
    expect(rowsIn(await plan(row))).toBeGreaterThan(0)
    expect((await standing(row)).finding).toBe('met')
  })

  test('of which nobody has looked whose it is plans nothing but "nothing found"', async () => {
    const { email } = await customer()
    const row = await asked(email)
    const made = await inTransaction(own.runtime, (tx) =>
      planRequest(tx, own.runtime, {
        requestId: row.id,
        proven: ['email'],
        actor: { kind: 'staff', id: agent.id },
        mover: 'agent',
      }),
    )
    expect(made).toEqual({ ok: false, reason: 'identity_open' })
  })

  test('is not met while a system does not answer: it stays open, is tried again, and is met when it answers', async () => {
    const { email } = await customer()
    const row = await asked(email)
    const change = (url: string) =>
      inTransaction(own.runtime, (tx) =>
        changeSystemUrl(tx, own.runtime, { key: 'crm', url, actor: { kind: 'system' } }),
      )
    await change('postgres://nobody:x@127.0.0.1:1/nothing')
    await expect(look(row)).rejects.toThrow('crm does not answer')
    expect(await standing(row)).toMatchObject({ finding: 'open', why: 'unreachable' })
    expect(rowsIn(await plan(row))).toBe('system_unavailable')
    const access = await asked((await customer()).email, { kinds: ['access'] })
    expect((await prepared(access)).begun).toEqual({ ok: false, reason: 'identity_open' })
    await change(crm.url)
    await look(row)
    expect((await standing(row)).finding).toBe('met')
    expect(rowsIn(await plan(row))).toBeGreaterThan(0)
  })

  test('that staff corrected is looked up anew: what was found of the old one says nothing', async () => {
    const row = await asked((await customer()).email)
    await look(row)
    own.clock.advance({ minutes: 1 })
    await own.runtime.db.insert(correction).values({ requestId: row.id, at: own.clock.now(), field: 'email' })
    expect(await standing(row)).toMatchObject({ finding: 'open', why: 'not_looked', channels: [] })
    expect(rowsIn(await plan(row))).toBe('not_verified')
  })

  test('is enough for a right that asks for no more', async () => {
    const row = await asked('nergens-bekend@voorbeeld.example', { kinds: ['restriction'] })
    expect((await standing(row)).required).toBe(false)
    expect((await plan(row)).ok).toBe(true)
  })

  test('of whoever files for somebody else proves nothing of that person', async () => {
    const { email } = await customer()
    const row = await asked(email, { filedBy: 'parent', subjectName: 'Kind' })
    await look(row)
    expect((await standing(row)).finding).toBe('open')
    expect(rowsIn(await plan(row))).toBe('not_verified')
  })
})

describe('persons who share an address', () => {
  test('are told apart by what was typed: it chooses one of them, and the plan is theirs', async () => {
    const [one, other] = await couple()
    const row = await asked(one.email)
    await look(row)
    expect(await standing(row)).toMatchObject({ finding: 'open', why: 'shared' })
    expect(rowsIn(await plan(row))).toBe('ambiguous_subject')
    await facts(row, { birthDate: other.born_on })
    await look(row)
    expect(await standing(row)).toMatchObject({ finding: 'met', channels: ['email_code', 'facts'] })
    await approved(row)
    expect((await execute(row)).ok).toBe(true)
    const run = await presentRun(own.runtime.db, row.id)
    await workRun(own.runtime, run?.id ?? '')
    const left = await crm.sql<{ id: string }[]>`select id::text from customers where email = ${one.email}`
    expect(left.map(({ id }) => id)).toEqual([one.id])
  })

  test('are asked once a submission, at the address that was proven, without a word of who they are', async () => {
    const [one] = await couple()
    const row = await asked(one.email, { kinds: ['access', 'erasure'] })
    const rows = await inTransaction(own.runtime, async (tx) => {
      return requestsOfSubmission(tx, row.submissionId)
    })
    for (const each of rows) await look(each)
    const mails = (await mailsOf(own, 'identity_needed')).filter(({ to }) => to === one.email)
    expect(mails).toHaveLength(1)
    expect(JSON.stringify(mails)).not.toContain(one.number)
  })

  test('are waited for with the clock standing still, until it is clear who asks', async () => {
    const [one] = await couple()
    const row = await asked(one.email)
    await look(row)
    const pauses = () => own.runtime.db.select().from(pause).where(eq(pause.requestId, row.id))
    expect(await pauses()).toMatchObject([{ cause: 'identity', untilOn: null, byStaffId: null }])
    own.clock.advance({ days: 3 })
    await facts(row, { birthDate: '1901-01-01' })
    await look(row)
    expect(await pauses()).toHaveLength(1)
    await facts(row, { birthDate: one.born_on })
    await look(row)
    const [ended] = await pauses()
    expect(ended?.untilOn && ended.untilOn.since(ended.fromOn).days).toBe(3)
    const [after] = await own.runtime.db.select().from(request).where(eq(request.id, row.id))
    expect(after?.pausedDays).toBe(3)
    const known = await asked((await customer()).email)
    await look(known)
    expect(await own.runtime.db.$count(pause, eq(pause.requestId, known.id))).toBe(0)
  })

  test('get three tries a day, whoever asks and however often they file, and are not told which was wrong', async () => {
    const [one] = await couple()
    const rows = [await asked(one.email), await asked(one.email)]
    for (const row of rows) await look(row)
    const [first, second] = rows
    if (!first || !second) throw new Error('nothing filed')
    const before = await tries()
    for (const [row, born] of [
      [first, '1901-01-01'],
      [second, '1901-01-02'],
      [first, '1901-01-03'],
    ] as const) {
      await facts(row, { birthDate: born })
      await look(row)
      expect(await standing(row)).toMatchObject({ finding: 'open', why: 'shared' })
    }
    // counted for each of the two who share the address
    expect((await tries()) - before).toBe(6)
    await facts(second, { birthDate: one.born_on })
    await look(second)
    expect((await standing(second)).finding).toBe('open')
    expect((await tries()) - before).toBe(6)
    own.clock.advance({ hours: 24 })
    await facts(second, { birthDate: one.born_on })
    await look(second)
    expect((await standing(second)).finding).toBe('met')
  })

  test('get ten tries a month', async () => {
    const [one] = await couple()
    const row = await asked(one.email)
    await look(row)
    for (let day = 0; day < 5; day++) {
      own.clock.advance({ hours: 25 })
      for (const month of ['01', '02', '03']) {
        await facts(row, { birthDate: `1901-${month}-0${day + 1}` })
        await look(row)
      }
    }
    const records = await own.runtime.db.select().from(factTry).where(eq(factTry.requestId, row.id))
    expect(records).toHaveLength(20)
    own.clock.advance({ hours: 25 })
    await facts(row, { birthDate: one.born_on })
    await look(row)
    expect((await standing(row)).finding).toBe('open')
  })

  test('ten who guess at once are counted one by one', async () => {
    const [one] = await couple()
    const rows: RequestRow[] = []
    for (let at = 0; at < 10; at++) rows.push(await asked(one.email, { customerNumber: `X${at}` }))
    const before = await tries()
    await Promise.all(rows.map((row) => look(row)))
    expect((await tries()) - before).toBe(6)
  })

  test('a number typed with the request is a try like any other, once for all its rights', async () => {
    const [one] = await couple()
    const before = await tries()
    const row = await asked(one.email, { kinds: ['access', 'erasure'], customerNumber: one.number })
    for (const each of await requestsOfSubmission(own.runtime.db, row.submissionId)) {
      await look(each)
      expect((await standing(each)).channels).toContain('facts')
    }
    expect((await tries()) - before).toBe(2)
  })

  test('facts never prove an address that is not on file, and no try is counted for them', async () => {
    const person = await customer()
    const before = await tries()
    const row = await asked('vreemde@voorbeeld.example', { customerNumber: person.number })
    await look(row)
    await facts(row, { birthDate: person.born_on, customerNumber: person.number })
    await look(row)
    expect(await standing(row)).toMatchObject({ finding: 'open', why: 'not_on_file' })
    expect(rowsIn(await plan(row))).toBe(0)
    expect(await tries()).toBe(before)
  })

  test('whom staff choose among them is on record with who chose', async () => {
    const [one] = await couple()
    const row = await asked(one.email)
    const made = await plan(row, [{ system: 'crm', table: 'customers', key: [one.id] }])
    expect(rowsIn(made)).toBeGreaterThan(0)
    expect((await standing(row)).channels).toEqual(['email_code', 'chosen'])
    const entries = await own.runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.requestId, row.id))
    expect(entries.filter(({ verb }) => verb === 'identity.met').map(({ actorId }) => actorId)).toEqual([agent.id])
  })
})

describe('somebody who is known by another way', () => {
  /** A stranger's address, and the number of a customer that staff believed. */
  async function believed(kinds: ('access' | 'erasure')[] = ['erasure']) {
    const person = await customer()
    const email = `elders${couples++}@voorbeeld.example`
    const row = await asked(email, { customerNumber: person.number, kinds })
    await look(row)
    await seen(row, ['customerNumber'])
    return { person, row }
  }
  async function noticeOf(row: RequestRow) {
    const mails = (await mailsOf(own, 'identity_notice')).filter(({ requestId }) => requestId === row.id)
    return { mails, token: String(mails[0]?.props['url']).split('/').at(-1) ?? '' }
  }

  test('goes on, and the address on file hears of it, once', async () => {
    const { person, row } = await believed()
    expect(await standing(row)).toMatchObject({ finding: 'met', channels: ['email_code', 'verified_elsewhere'] })
    expect(rowsIn(await plan(row))).toBeGreaterThan(0)
    await look(row)
    const { mails } = await noticeOf(row)
    expect(mails.map(({ to }) => to)).toEqual([person.email.toLowerCase()])
  })

  test('who is contested by that address is stopped at once, until staff looked into it', async () => {
    const { row } = await believed()
    await approved(row)
    const { token } = await noticeOf(row)
    expect(await noticedRequest(own.runtime.db, own.runtime, token)).toMatchObject({ kind: 'erasure', answered: false })
    expect((await standing(row)).finding).toBe('met')
    const disown = (link: string) => inTransaction(own.runtime, (tx) => disownByNotice(tx, own.runtime, link))
    expect(await disown('verzonnen')).toEqual({ ok: false, reason: 'no_link' })
    expect(await disown(token)).toEqual({ ok: true })
    expect(await disown(token)).toEqual({ ok: false, reason: 'no_link' })
    expect((await standing(row)).finding).toBe('contested')
    expect(await execute(row)).toEqual({ ok: false, reason: 'identity_contested' })
    expect(rowsIn(await plan(row))).toBe('identity_contested')
    const told = (await mailsOf(own, 'disowned')).filter(({ requestId }) => requestId === row.id)
    expect(told.map(({ to, props }) => [to, props['why']])).toEqual([[agent.email, 'blocked']])
    const uphold = () =>
      inTransaction(own.runtime, (tx) =>
        upholdIdentity(tx, own.runtime, { requestId: row.id, note: 'Gebeld: het klopt', by: agent }),
      )
    expect(await uphold()).toEqual({ ok: true })
    expect(await uphold()).toEqual({ ok: false, reason: 'not_contested' })
    expect((await execute(row)).ok).toBe(true)
  })

  test('gets no package while it is contested', async () => {
    const { row } = await believed(['access'])
    const { release } = await prepared(row)
    const { token } = await noticeOf(row)
    await inTransaction(own.runtime, (tx) => disownByNotice(tx, own.runtime, token))
    expect(await release()).toEqual({ ok: false, reason: 'identity_contested' })
  })

  test('waits two days when a contact detail of theirs is new', async () => {
    const person = await customer()
    const row = await asked(person.email, { kinds: ['access'] })
    // The address was put right before its code was entered.
    const before = own.clock.now().subtract({ minutes: 1 })
    await own.runtime.db.insert(correction).values({ requestId: row.id, at: before, field: 'email' })
    const { release } = await prepared(row)
    expect(await release()).toEqual({ ok: false, reason: 'contact_changed' })
    own.clock.advance({ hours: 47 })
    expect(await release()).toEqual({ ok: false, reason: 'contact_changed' })
    own.clock.advance({ hours: 1 })
    expect((await release()).ok).toBe(true)
  })

  test('whose data are sensitive gets a package only after a second way', async () => {
    const [stored] = await own.runtime.db.select().from(dataMap)
    if (!stored) throw new Error('no map')
    const mapped = (yaml: string) => own.runtime.db.update(dataMap).set({ yaml }).where(eq(dataMap.id, stored.id))
    await mapped(stored.yaml.replace('sensitivity: normal', 'sensitivity: high'))
    const person = await customer()
    const row = await asked(person.email, { kinds: ['access'] })
    const { release } = await prepared(row)
    expect(await release()).toEqual({ ok: false, reason: 'second_channel' })
    await seen(row, ['email'])
    expect((await release()).ok).toBe(true)
    await mapped(stored.yaml)
  })

  test('as the API may state it is proven for what it names', async () => {
    const person = await customer()
    const entered = await inTransaction(own.runtime, (tx) =>
      enterRequest(
        tx,
        own.runtime,
        {
          kinds: ['erasure'],
          channel: 'api',
          language: 'nl',
          filedBy: 'self',
          name: 'Iemand',
          customerNumber: person.number,
        },
        { kind: 'staff', id: agent.id, via: 'token' },
      ),
    )
    const [row] = entered.ok ? entered.requests : []
    if (!row) throw new Error('not entered')
    expect(rowsIn(await plan(row))).toBe('not_verified')
    await seen(row, ['customerNumber'])
    expect(rowsIn(await plan(row))).toBeGreaterThan(0)
  })
})

describe('a code to a contact detail on file', () => {
  const tick = { checks: ['own', 'old'] }
  const address = 'Mw. J. de Boer\nKade 1\n1234 AB Amsterdam'
  const send = (row: RequestRow, order: ContactCodeOrder) =>
    inTransaction(own.runtime, (tx) => sendContactCode(tx, own.runtime, { requestId: row.id, by: agent, ...order }))
  const enter = (row: RequestRow, code: string) =>
    inTransaction(own.runtime, (tx) =>
      enterContactCode(tx, own.runtime, { requestId: row.id, code, actor: { kind: 'subject' } }),
    )
  const codesOf = async (row: RequestRow) =>
    (await mailsOf(own, 'identity_code'))
      .filter(({ requestId }) => requestId === row.id)
      .map(({ to, props }) => ({ to, code: String(props['code']) }))

  test('by letter proves what staff said it proves, once entered, and the plan finds the person by it', async () => {
    const person = await customer()
    const row = await asked(`brief${couples++}@voorbeeld.example`, { customerNumber: person.number })
    await look(row)
    const order: ContactCodeOrder = { channel: 'letter', proves: ['customerNumber'], address, ...tick }
    expect(await send(row, order)).toEqual({ ok: true })
    expect(await send(row, order)).toEqual({ ok: false, reason: 'too_soon' })
    const [letter] = await codesOf(row)
    expect(letter?.to).toBe(address)
    const [waiting] = await own.runtime.db
      .select()
      .from(outbox)
      .where(and(eq(outbox.requestId, row.id), eq(outbox.template, 'identity_code')))
    expect(waiting?.state).toBe('to_post')
    const pdf = await printLetters(own.runtime, [waiting?.id ?? ''])
    expect(Buffer.from(pdf ?? []).toString('latin1')).toMatch(/^%PDF-/)
    expect((await enter(row, letter?.code ?? '')).ok).toBe(true)
    expect(await enter(row, letter?.code ?? '')).toEqual({ ok: false, reason: 'wrong_or_expired' })
    await look(row)
    expect(await standing(row)).toMatchObject({ finding: 'met', channels: ['email_code', 'letter_code'] })
    expect(rowsIn(await plan(row))).toBeGreaterThan(0)
  })

  test('takes five tries in all, works two weeks, and a newer one makes it void', async () => {
    const person = await customer()
    const row = await asked(`brief${couples++}@voorbeeld.example`, { customerNumber: person.number })
    const order: ContactCodeOrder = { channel: 'letter', proves: ['customerNumber'], address, ...tick }
    await send(row, order)
    const [first] = await codesOf(row)
    const wrong = String((Number(first?.code) + 1) % 1_000_000).padStart(6, '0')
    await Promise.all(Array.from({ length: 12 }, () => enter(row, wrong)))
    expect((await enter(row, first?.code ?? '')).ok).toBe(false)
    own.clock.advance({ minutes: 1 })
    await send(row, order)
    const second = (await codesOf(row)).find(({ code }) => code !== first?.code)
    own.clock.advance({ hours: 14 * 24 })
    expect((await enter(row, second?.code ?? '')).ok).toBe(false)
  })

  test('by mail goes only to an address of the very person whose number was typed, and proves that number alone', async () => {
    const [victim, stranger] = await customers(2)
    if (!victim || !stranger) throw new Error('nobody')
    const row = await asked(stranger.email, { customerNumber: victim.number })
    const offered = await emailsOnFile(own.runtime.db, own.runtime, row)
    expect(offered.map(({ email, proves }) => [email, proves])).toEqual([
      [victim.email.toLowerCase(), ['customerNumber']],
    ])
    const to = offered[0]?.index ?? ''
    expect(await send(row, { channel: 'email', to: to.replace(/^../, '00'), ...tick })).toEqual({
      ok: false,
      reason: 'not_on_file',
    })
    expect(await send(row, { channel: 'email', to, ...tick })).toEqual({ ok: true })
    const [mail] = await codesOf(row)
    expect(mail?.to).toBe(victim.email.toLowerCase())
    expect((await enter(row, mail?.code ?? '')).ok).toBe(true)
    const proofs = await proofsOfRequest(own.runtime.db, row.id)
    expect(proofs.map(({ method, proves }) => [method, proves])).toContainEqual(['contact_code', ['customerNumber']])
  })

  test('is not sent while a contact detail is new, or about something that the request does not hold', async () => {
    const person = await customer()
    const row = await asked(`brief${couples++}@voorbeeld.example`, { customerNumber: person.number })
    expect(await send(row, { channel: 'letter', proves: ['phone'], address, ...tick })).toEqual({
      ok: false,
      reason: 'not_known',
    })
    await own.runtime.db.insert(correction).values({ requestId: row.id, at: own.clock.now(), field: 'postalAddress' })
    expect(await send(row, { channel: 'letter', proves: ['customerNumber'], address, ...tick })).toEqual({
      ok: false,
      reason: 'contact_changed',
    })
  })
})

test('what the log holds of all this names nobody', async () => {
  const entries = await own.runtime.db.select().from(evidenceEntry)
  const text = JSON.stringify(entries.map(({ data }) => data))
  expect(text).not.toMatch(/@|voorbeeld|19\d\d-\d\d-\d\d/)
  expect(entries.some(({ verb }) => verb === 'identity.contested')).toBe(true)
})
