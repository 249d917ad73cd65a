import { eq } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { colleagueQuestion, dataKey, outbox, request } from '~db/schema'
import { isMailName, mailSchemas } from '~emails/index'
import { inTransaction } from '~/platform/runtime.server'
import { attachmentsOf, openAttachment } from '~/requests/attachments.server'
import { answerDays } from '~/requests/colleague/ask.server'
import { tryColleagueCode } from '~/requests/colleague/code.server'
import { colleagueQuestionsOf } from '~/requests/colleague/list.server'
import { questionByToken } from '~/requests/colleague/question.server'
import { remindColleagues } from '~/requests/colleague/remind.server'
import type { RequestRow } from '~/requests/move.server'
import { unmaskRequest } from '~/requests/unmask.server'
import { writeSetting } from '~/platform/organisation.server'
import * as page from '~/routes/portal/colleague.$token'
import * as casePage from '~/routes/desk/requests.$reference'
import * as ask from '~/routes/desk/requests.$reference.colleague'
import { assignRequest } from '~/requests/assign.server'
import { deskCases } from '~tests/support/desk-case'
import { caller, deskVisitor } from '~tests/support/desk-visitor'
import type { DeskVisitor } from '~tests/support/desk-visitor'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let desk: ReturnType<typeof deskCases>
let agent: DeskVisitor
const to = 'piet@magazijn.example'
const words = 'Welke pakketten van mevrouw Vlinder liggen nog in het magazijn?'
const pdf = new Uint8Array(Buffer.from('%PDF-1.7 mevrouw Vlinder, doos 12 %%EOF'))

beforeAll(async () => {
  own = await testRuntime('2026-03-02T09:00:00Z')
  desk = deskCases(own)
  agent = await deskVisitor(own, 'agent')
})
afterAll(() => own.close())
beforeEach(() => own.clock.set('2026-03-02T09:00:00Z'))

/** A case of today with the agent, due on 2 April. */
async function newCase(): Promise<RequestRow> {
  const row = await desk.entered(agent.member, {
    receivedOn: Temporal.PlainDate.from('2026-03-02'),
    name: 'Vera Vlinder',
    email: `vera${Math.random()}@klant.example`,
  })
  await inTransaction(own.runtime, (tx) =>
    assignRequest(tx, own.runtime, { requestId: row.id, assigneeId: agent.member.id, by: agent.member }),
  )
  return desk.now(row.id)
}

const form = (more: Record<string, string> = {}) => ({
  email: to,
  text: words,
  answerBy: '2026-03-09',
  language: 'nl',
  ...more,
})

/** The mails of a case that went to colleagues and about them, opened, oldest first. */
async function mailsOf(row: RequestRow) {
  const found = await own.runtime.db.select().from(outbox).where(eq(outbox.requestId, row.id)).orderBy(outbox.createdAt)
  const read = (sealed: Uint8Array, place: string) =>
    Buffer.from(own.runtime.keys.open('mail', sealed, place)).toString('utf8')
  return found.flatMap(({ id, template, toSealed, propsSealed }) => {
    if (!template.startsWith('colleague') || !isMailName(template) || !toSealed || !propsSealed) return []
    const props: unknown = mailSchemas[template].parse(JSON.parse(read(propsSealed, `outbox.props:${id}`)))
    return [{ template, to: read(toSealed, `outbox.to:${id}`), props: props as Record<string, string> }]
  })
}

async function asked(more: Record<string, string> = {}) {
  const row = await newCase()
  expect((await agent.call(ask.action, { reference: row.reference }, form(more))).status).toBe(303)
  const [mail] = await mailsOf(row)
  const token = mail?.props['url']?.split('/').pop() ?? ''
  return { row, token, at: { lng: 'nl', token, path: `nl/colleague/${token}` } }
}

const stranger = () => caller(own, 'csrf=desk-test')

async function codeOf(row: RequestRow, at: Record<string, string>): Promise<string> {
  const sent = await stranger()(page.action, at, { intent: 'code' })
  expect([sent.status, sent.to?.endsWith('?code=sent')]).toEqual([303, true])
  return (await mailsOf(row)).filter(({ template }) => template === 'colleague_code').at(-1)?.props['code'] ?? ''
}

/** Somebody who asked for a code and entered it; with the cookie that they got. */
async function opened(row: RequestRow, at: Record<string, string>) {
  const entered = await stranger()(page.action, at, { intent: 'enter', code: await codeOf(row, at) })
  const header = entered.headers.get('Set-Cookie') ?? ''
  expect([entered.status, /HttpOnly/.test(header)]).toEqual([303, true])
  const cookie = header.split(';')[0] ?? ''
  return { cookie, call: caller(own, `csrf=desk-test; ${cookie}`) }
}

function answerForm(text: string, files: [string, Uint8Array<ArrayBuffer>][] = []) {
  const body = new FormData()
  body.set('intent', 'answer')
  body.set('text', text)
  for (const [name, content] of files) body.append('files', new Blob([content]), name)
  return body
}

const standing = async (at: Record<string, string>, call = stranger()) => {
  const { status, data } = await call(page.loader, at)
  return { status, ...(data as { standing: string; shown: { question: string; person: unknown } | null }) }
}

test('a colleague sees the question with a code only, answers once with files, and the case has it sealed', async () => {
  const { row, at } = await asked()
  const [mail] = await mailsOf(row)
  expect(mail?.to).toBe(to)
  expect(Object.keys(mail?.props ?? {}).sort()).toEqual(['answerOn', 'reference', 'url', 'why'])
  // The link alone opens nothing, and takes nothing.
  expect(await standing(at)).toMatchObject({ status: 200, standing: 'open', shown: null })
  const early = await stranger()(page.action, at, { intent: 'answer', text: 'zomaar' })
  expect([early.status, early.data]).toMatchObject([403, { problem: 'page.signedOut', text: 'zomaar' }])
  const colleague = await opened(row, at)
  expect((await standing(at, colleague.call)).shown).toMatchObject({ question: words, person: null })
  const wrongFile = await colleague.call(page.action, at, answerForm('Doos 12.', [['x.pdf', new Uint8Array([1, 2])]]))
  expect([wrongFile.status, wrongFile.data]).toMatchObject([
    400,
    { text: 'Doos 12.', files: [{ name: 'x.pdf', problem: 'fileType' }] },
  ])
  const answers = await Promise.all(
    ['Doos 12.', 'Doos 13.'].map((text) => colleague.call(page.action, at, answerForm(text, [['Vlinder.pdf', pdf]]))),
  )
  expect(answers.map(({ status }) => [303, 410].includes(status))).toEqual([true, true])
  const [kept] = await colleagueQuestionsOf(own.runtime.db, own.runtime, row)
  expect(kept).toMatchObject({ state: 'answered', to, question: words })
  expect(['Doos 12.', 'Doos 13.']).toContain(kept?.answer)
  const files = await attachmentsOf(own.runtime.db, own.runtime, row.id)
  expect(files.map(({ source, name }) => [source, name])).toEqual([['colleague', 'Vlinder.pdf']])
  const file = await openAttachment(own.runtime.db, own.runtime, {
    requestId: row.id,
    attachmentId: files[0]?.id ?? '',
  })
  expect(Buffer.from(file?.content ?? []).equals(Buffer.from(pdf))).toBe(true)
  // What is stored and what is witnessed holds nothing that was typed.
  const stored = await own.runtime.db.select().from(colleagueQuestion).where(eq(colleagueQuestion.requestId, row.id))
  const readable = (value: unknown) =>
    JSON.stringify(value, (_key, part: unknown) => (part instanceof Uint8Array ? Buffer.from(part).toString() : part))
  const entries = await desk.entries(row.id)
  for (const secret of [to, 'Vlinder', 'Doos', at.token])
    expect(readable([stored, entries.map(({ data }) => data)])).not.toContain(secret)
  expect(entries.map(({ verb, actorKind }) => [verb, actorKind])).toEqual(
    expect.arrayContaining([
      ['colleague.asked', 'staff'],
      ['colleague.opened', 'colleague'],
      ['attachment.kept', 'colleague'],
      ['colleague.answered', 'colleague'],
    ]),
  )
  const told = (await mailsOf(row)).filter(({ template }) => template === 'colleague_answered')
  expect(told.map((each) => each.to)).toEqual([agent.member.email])
  // Afterwards the link says so, and no more; the case page shows texts while it is unmasked.
  expect(await standing(at, colleague.call)).toMatchObject({ status: 200, standing: 'answered', shown: null })
  const shown = async () =>
    ((await agent.call(casePage.loader, { reference: row.reference })).data as { colleagues: unknown[] }).colleagues[0]
  expect(await shown()).toMatchObject({ state: 'answered', to: 'p•••@m•••.example', question: null, answer: null })
  await inTransaction(own.runtime, (tx) => unmaskRequest(tx, own.runtime, { row, staffId: agent.member.id }))
  expect(await shown()).toMatchObject({ to, question: words, answer: kept?.answer })
})

test('of many guesses at once five are counted, and then the right code is worth nothing either', async () => {
  const { row, at } = await asked()
  const code = await codeOf(row, at)
  const wrong = code === '000000' ? '000001' : '000000'
  const link = await questionByToken(own.runtime.db, own.runtime, at.token)
  if (!link) throw new Error('no link')
  const guess = (typed: string) =>
    inTransaction(own.runtime, (tx) => tryColleagueCode(tx, own.runtime, { link, code: typed }))
  const guesses = await Promise.all(Array.from({ length: 9 }, () => guess(wrong)))
  expect(guesses.some(({ ok }) => ok)).toBe(false)
  const [stored] = await own.runtime.db.select().from(colleagueQuestion).where(eq(colleagueQuestion.requestId, row.id))
  expect(stored?.codeAttempts).toBe(5)
  expect((await guess(code)).ok).toBe(false)
  const soon = await stranger()(page.action, at, { intent: 'code' })
  expect(soon.to?.endsWith('?code=soon')).toBe(true)
  own.clock.advance({ seconds: 31 })
  const second = await codeOf(row, at)
  own.clock.advance({ minutes: 16 })
  expect((await guess(second)).ok).toBe(false)
  const third = await codeOf(row, at)
  expect([(await guess(third)).ok, (await guess(third)).ok]).toEqual([true, false])
})

test('the cookie of one question opens no other, nor the same one for longer than two hours, nor one taken back', async () => {
  const first = await asked({ showsPerson: 'yes' })
  const second = await asked()
  const pass = await opened(first.row, first.at)
  expect((await standing(first.at, pass.call)).shown?.person).toMatchObject({ name: 'Vera Vlinder' })
  const ids = await own.runtime.db.select({ id: colleagueQuestion.id }).from(colleagueQuestion)
  const value = pass.cookie.split('=').slice(1).join('=')
  const forged = caller(
    own,
    ['csrf=desk-test', ...ids.map(({ id }) => `colleague-${id.slice(0, 8)}=${value}`)].join('; '),
  )
  expect((await standing(first.at, forged)).shown).not.toBeNull()
  expect((await standing(second.at, forged)).shown).toBeNull()
  expect((await forged(page.action, second.at, answerForm('Doos 12.'))).status).toBe(403)
  own.clock.advance({ minutes: 121 })
  expect((await standing(first.at, pass.call)).shown).toBeNull()
  const again = await opened(first.row, first.at)
  const [open] = await colleagueQuestionsOf(own.runtime.db, own.runtime, first.row)
  const takeBack = { intent: 'take-back', question: open?.id ?? '' }
  // Not from another case.
  expect((await agent.call(ask.action, { reference: second.row.reference }, takeBack)).status).toBe(409)
  expect((await agent.call(ask.action, { reference: first.row.reference }, takeBack)).status).toBe(303)
  expect(await standing(first.at, again.call)).toMatchObject({ status: 410, standing: 'gone', shown: null })
  expect((await again.call(page.action, first.at, answerForm('Doos 12.'))).status).toBe(410)
  expect((await stranger()(page.action, first.at, { intent: 'code' })).status).toBe(410)
})

test('a link of a case that ended or was purged opens nothing, and neither does one that is none', async () => {
  const ended = await asked()
  const purged = await asked()
  const pass = await opened(purged.row, purged.at)
  await own.runtime.db.update(request).set({ state: 'withdrawn' }).where(eq(request.id, ended.row.id))
  await own.runtime.db.update(dataKey).set({ wrapped: null }).where(eq(dataKey.requestId, purged.row.id))
  for (const { at } of [ended, purged])
    expect(await standing(at, pass.call)).toMatchObject({ status: 410, standing: 'gone', shown: null })
  expect((await pass.call(page.action, purged.at, answerForm('Doos 12.'))).status).toBe(410)
  expect((await standing({ lng: 'nl', token: 'x' })).status).toBe(404)
  const [gone] = await colleagueQuestionsOf(own.runtime.db, own.runtime, purged.row)
  expect(gone).toMatchObject({ state: 'gone', to: null, question: null, answer: null })
  const late = await agent.call(ask.action, { reference: ended.row.reference }, form())
  expect([late.status, late.data]).toMatchObject([409, { typed: { email: to, question: words } }])
})

test('who may be asked and by when is checked, with everything typed kept', async () => {
  const row = await newCase()
  const at = { reference: row.reference }
  const page1 = await agent.call(ask.loader, at)
  expect(page1.data).toMatchObject({ usual: '2026-03-09', latest: row.dueOn.toString(), isOverdue: false })
  const wrongOf = async (more: Record<string, string>) => {
    const { status, data } = await agent.call(ask.action, at, form(more))
    return [status, (data as { wrong: unknown } | null)?.wrong]
  }
  expect(await wrongOf({ email: 'niemand', text: 'kort' })).toEqual([400, { email: 'email', question: 'question' }])
  expect(await wrongOf({ answerBy: '2026-03-01' })).toEqual([400, { answerBy: 'answer_by_past' }])
  expect(await wrongOf({ answerBy: row.dueOn.add({ days: 1 }).toString() })).toEqual([
    400,
    { answerBy: 'answer_by_late' },
  ])
  const setDomains = (domains: string[]) =>
    inTransaction(own.runtime, (tx) => writeSetting(tx, own.runtime, 'colleague.domains', domains, null))
  await setDomains(['Spaak.example'])
  expect(await wrongOf({ email: 'x@notspaak.example' })).toEqual([400, { email: 'colleague_domain' }])
  expect((await wrongOf({ email: 'x@SPAAK.example' }))[0]).toBe(303)
  await setDomains([])
  expect((await (await deskVisitor(own, 'auditor')).call(ask.action, at, form())).status).toBe(403)
  const overdue = answerDays(row, Temporal.PlainDate.from('2026-04-20'))
  expect([overdue.usual.toString(), overdue.isOverdue]).toEqual(['2026-04-27', true])
})

test('a colleague is reminded once on the working day before and once after, then the assignee is told', async () => {
  const { row } = await asked()
  const { row: back } = await asked()
  const [open] = await colleagueQuestionsOf(own.runtime.db, own.runtime, back)
  await agent.call(ask.action, { reference: back.reference }, { intent: 'take-back', question: open?.id ?? '' })
  const told = async (of: RequestRow) =>
    (await mailsOf(of)).map(({ template, to: whom, props }) => [template, whom, props['why']])
  const first = ['colleague_question', to, 'asked']
  // Thursday, the Friday before Monday 9 March, Saturday, the Tuesday after, the Wednesday after that.
  const days: [string, unknown[][]][] = [
    ['2026-03-05', [first]],
    ['2026-03-06', [first, ['colleague_question', to, 'due']]],
    ['2026-03-07', [first, ['colleague_question', to, 'due']]],
    ['2026-03-09', [first, ['colleague_question', to, 'due']]],
  ]
  for (const [day, expected] of days) {
    own.clock.set(`${day}T05:45:00Z`)
    await Promise.all([remindColleagues(own.runtime), remindColleagues(own.runtime)])
    expect([day, await told(row)]).toEqual([day, expected])
  }
  for (const day of ['2026-03-10', '2026-03-11']) {
    own.clock.set(`${day}T05:45:00Z`)
    await Promise.all([remindColleagues(own.runtime), remindColleagues(own.runtime)])
    const all = await told(row)
    expect(all.slice(0, 2)).toEqual([first, ['colleague_question', to, 'due']])
    expect(all.slice(2)).toHaveLength(2)
    expect(all.slice(2)).toEqual(
      expect.arrayContaining([
        ['colleague_question', to, 'late'],
        ['colleague_late', agent.member.email, undefined],
      ]),
    )
  }
  expect(await told(back)).toEqual([first])
  const [late] = await colleagueQuestionsOf(own.runtime.db, own.runtime, row)
  expect(late?.state).toBe('late')
})
