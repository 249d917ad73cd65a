import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attachment, dataKey, evidenceEntry, outbox, request, suppressionEntry } from '~db/schema'
import { inTransaction } from '~/platform/runtime.server'
import { attachmentsOf, openAttachment } from '~/requests/attachments.server'
import { refuseRequest } from '~/requests/refuse.server'
import { startRequest } from '~/requests/start.server'
import { unmaskRequest } from '~/requests/unmask.server'
import * as print from '~/routes/desk/letters-file'
import * as files from '~/routes/desk/requests.$reference.attachments'
import * as file from '~/routes/desk/requests.$reference.attachments.$attachment'
import * as letters from '~/routes/desk/requests.$reference.letters'
import * as enter from '~/routes/desk/requests.new'
import { deskVisitor } from '~tests/support/desk-visitor'
import type { DeskVisitor } from '~tests/support/desk-visitor'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let agent: DeskVisitor
beforeAll(async () => {
  own = await testRuntime('2026-02-10T09:00:00Z')
  agent = await deskVisitor(own, 'agent')
})
afterAll(() => own.close())

const pdf = new File(['%PDF-1.7\nde brief van Wil'], 'brief Wil.pdf', { type: 'application/pdf' })
const png = new File([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1])], 'blad 2.exe')
const letter = {
  channel: 'letter',
  receivedOn: '2026-02-02',
  kind: 'access',
  name: 'Wil Brievenschrijver',
  postalAddress: 'Dorpsstraat 1\n1234 AB Dorp',
  details: 'Graag alles op papier.',
}

function formOf(fields: Record<string, string>, uploads: File[] = []): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  for (const upload of uploads) form.append('files', upload)
  return form
}

async function entered(fields: Record<string, string> = {}, uploads: File[] = []) {
  const answer = await agent.call(enter.action, {}, formOf({ ...letter, ...fields }, uploads))
  expect(answer.status).toBe(303)
  const [row] = await own.runtime.db
    .select()
    .from(request)
    .where(eq(request.reference, answer.to?.split('/').at(-1) ?? ''))
  if (!row) throw new Error('not entered')
  return row
}

/** Another day: whoever was signed in is so no longer. */
async function tomorrow(at: string) {
  own.clock.set(at)
  agent = await deskVisitor(own, 'agent', `agent of ${at}`)
}

const lettersOf = (requestId: string) => own.runtime.db.select().from(outbox).where(eq(outbox.requestId, requestId))

test('a letter is entered with its real day of receipt and its scans, and is answered by letter', async () => {
  const row = await entered({}, [pdf, png])
  expect([row.state, String(row.receivedOn), String(row.dueOn)]).toEqual(['received', '2026-02-02', '2026-03-02'])
  const kept = await attachmentsOf(own.runtime.db, own.runtime, row.id)
  expect(kept.map(({ name, mediaType, source }) => [name, mediaType, source])).toEqual([
    ['brief Wil.pdf', 'application/pdf', 'letter'],
    ['blad 2.exe', 'image/png', 'letter'],
  ])
  expect((await lettersOf(row.id)).map(({ template, state }) => [template, state])).toEqual([['receipt', 'to_post']])
  const stored = await own.runtime.db.select().from(attachment).where(eq(attachment.requestId, row.id))
  expect(stored.map((one) => Buffer.from(one.contentSealed ?? []).toString('latin1')).join()).not.toContain('Wil')
  const entries = await own.runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.requestId, row.id))
  expect(JSON.stringify(entries.map((entry) => entry.data))).not.toMatch(/Wil|brief|Dorp/)
})

test('a scan is handed out to be saved, to nobody who has not opened the case, and goes with the data key', async () => {
  const row = await entered({}, [png])
  const [kept] = await attachmentsOf(own.runtime.db, own.runtime, row.id)
  const at = { reference: row.reference, attachment: kept?.id ?? '' }
  expect(await agent.call(file.loader, at)).toMatchObject({ to: `/desk/requests/${row.reference}/unmask` })
  await inTransaction(own.runtime, (tx) => unmaskRequest(tx, own.runtime, { row, staffId: agent.member.id }))
  const saved = await agent.call(file.loader, at)
  expect(saved.status).toBe(200)
  expect(Buffer.from(saved.bytes)).toEqual(Buffer.from(await png.arrayBuffer()))
  expect(saved.headers.get('Content-Type')).toBe('image/png')
  expect(saved.headers.get('Content-Disposition')).toBe("attachment; filename*=UTF-8''blad%202.png")
  expect(saved.headers.get('X-Content-Type-Options')).toBe('nosniff')
  const other = await entered()
  await inTransaction(own.runtime, (tx) => unmaskRequest(tx, own.runtime, { row: other, staffId: agent.member.id }))
  expect((await agent.call(file.loader, { ...at, reference: other.reference })).status).toBe(404)
  await own.runtime.db.update(dataKey).set({ wrapped: null }).where(eq(dataKey.requestId, row.id))
  const gone = { requestId: row.id, attachmentId: at.attachment }
  expect(await openAttachment(own.runtime.db, own.runtime, gone)).toBeNull()
})

test.each([
  ['een.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'fileType', 400],
  ['foto.png', 'PK\u0003\u0004 an archive by another name', 'fileType', 400],
  ['brief.pdf', '\n%PDF-1.7 not at its beginning', 'fileType', 400],
  ['leeg.pdf', '', 'fileEmpty', 400],
  ['groot.pdf', `%PDF-${'x'.repeat(10 * 1024 * 1024)}`, 'fileSize', 413],
])('%s is refused by name, with everything typed kept and nothing entered', async (name, content, problem, status) => {
  const before = await own.runtime.db.$count(request)
  const answer = await agent.call(enter.action, {}, formOf(letter, [pdf, new File([content], name)]))
  expect(answer.status).toBe(status)
  expect(answer.data).toMatchObject({
    typed: { name: letter.name, details: letter.details, receivedOn: letter.receivedOn },
    kinds: ['access'],
    files: [{ name, problem }],
  })
  expect(await own.runtime.db.$count(request)).toBe(before)
})

test('what is wrong with a field is said with everything typed kept, a BSN among it', async () => {
  const answer = await agent.call(
    enter.action,
    {},
    formOf({ ...letter, email: 'geen adres', details: 'Mijn nummer is 111222333.', filedBy: 'parent' }),
  )
  expect(answer).toMatchObject({ status: 400, data: { typed: { email: 'geen adres', filedBy: 'parent' } } })
  expect(answer.data).toMatchObject({ wrong: ['email', 'subjectName', 'bsn'] })
  const row = await entered({ details: 'Mijn nummer is 111222333.', keepNumber: 'yes' })
  expect(row.detailsSealed).not.toBeNull()
})

test('a file with a BSN is marked, and blacked out or destroyed', async () => {
  const row = await entered({}, [pdf, png])
  const at = { reference: row.reference }
  const ids = async () => (await attachmentsOf(own.runtime.db, own.runtime, row.id)).map((one) => one.id)
  const [first = '', second = ''] = await ids()
  const go = async (attachmentId: string, intent: string, uploads: File[] = []) =>
    (await agent.call(files.action, at, formOf({ attachment: attachmentId, intent }, uploads))).status
  expect(await go(first, 'bsn')).toBe(303)
  expect(await go(first, 'bsn')).toBe(409)
  expect(await go(first, 'replace')).toBe(400)
  own.clock.advance({ seconds: 1 })
  expect(await go(first, 'replace', [new File(['<svg/>'], 'x.svg')])).toBe(400)
  expect(await go(first, 'replace', [new File(['%PDF-1.7 zwart'], 'zwart.pdf')])).toBe(303)
  expect(await go(second, 'destroy')).toBe(303)
  expect(await go(crypto.randomUUID(), 'destroy')).toBe(404)
  const after = await attachmentsOf(own.runtime.db, own.runtime, row.id)
  expect(after.map(({ name, source, destroyedAt }) => [name, source, destroyedAt !== null])).toEqual([
    [null, 'letter', true],
    [null, 'letter', true],
    ['zwart.pdf', 'redacted', false],
  ])
  const gone = await own.runtime.db.select().from(attachment).where(eq(attachment.id, first))
  expect(gone[0]).toMatchObject({ contentSealed: null, nameSealed: null, destroyedByStaffId: agent.member.id })
})

test('an answer without e-mail address is a letter, printed and posted, and counts on the day it was posted', async () => {
  await tomorrow('2026-02-12T09:00:00Z')
  const row = await entered()
  await inTransaction(own.runtime, (tx) =>
    startRequest(tx, own.runtime, { requestId: row.id, assigneeId: null, by: agent.member }),
  )
  const text = {
    ground: 'rights_of_others',
    basis: 'Het verslag noemt een buurman.',
    reasons: 'Inzage zou hem schaden.',
  } as const
  const refused = await inTransaction(own.runtime, (tx) =>
    refuseRequest(tx, own.runtime, { requestId: row.id, text, by: agent.member }),
  )
  expect(refused.ok).toBe(true)
  const waiting = (await lettersOf(row.id)).find((one) => one.template === 'refused')
  const letterId = waiting?.id ?? ''
  const printed = await agent.call(print.action, {}, { letter: letterId })
  expect(printed.headers.get('Content-Type')).toBe('application/pdf')
  expect(Buffer.from(printed.bytes.subarray(0, 5)).toString()).toBe('%PDF-')
  await tomorrow('2026-02-16T09:00:00Z')
  const post = (postedOn: string) =>
    agent.call(letters.action, { reference: row.reference }, { letter: letterId, postedOn })
  expect(await post('2026-02-17')).toMatchObject({ status: 400, data: { reason: 'posted_in_future' } })
  expect(await post('2026-02-11')).toMatchObject({ status: 400, data: { reason: 'posted_before_written' } })
  expect(await post('morgen')).toMatchObject({ status: 400, data: { postedOn: 'morgen' } })
  expect((await post('2026-02-13')).status).toBe(303)
  expect((await post('2026-02-13')).status).toBe(404)
  const [after] = await own.runtime.db.select().from(request).where(eq(request.id, row.id))
  expect(String(after?.closedAt)).toBe('2026-02-13T22:59:59Z')
  const [posted] = await own.runtime.db.select().from(outbox).where(eq(outbox.id, letterId))
  expect(posted).toMatchObject({ state: 'posted', toSealed: null, propsSealed: null })
  const verbs = await own.runtime.db
    .select({ verb: evidenceEntry.verb, data: evidenceEntry.data })
    .from(evidenceEntry)
    .where(and(eq(evidenceEntry.requestId, row.id), eq(evidenceEntry.actorId, agent.member.id)))
  expect(verbs.map((entry) => entry.verb)).toEqual(['letter.posted'])
})

test('a letter against marketing stops it at once, by whatever it names', async () => {
  const objection = { kind: 'objection', objectionTo: 'direct_marketing' }
  const jobs = async (id: string) =>
    (await own.runtime.db.execute(`select 1 from graphile_worker.jobs where key = 'erasure.stop_marketing:${id}'`))
      .length
  const byMail = await entered({ ...objection, channel: 'email', email: 'Geen.Reclame@klant.example' })
  expect([byMail.state, await jobs(byMail.id)]).toEqual(['executing', 1])
  const listed = await own.runtime.db.select().from(suppressionEntry).where(eq(suppressionEntry.requestId, byMail.id))
  expect(listed.map((one) => one.reason)).toEqual(['objection'])
  const byNumber = await entered({ ...objection, customerNumber: 'K-2042' })
  expect([byNumber.state, await jobs(byNumber.id)]).toEqual(['executing', 1])
  // Nothing to find the person by: somebody has to look first.
  const byName = await entered(objection)
  expect([byName.state, await jobs(byName.id)]).toEqual(['received', 0])
  const profiling = await entered({ ...objection, objectionTo: 'profiling', email: 'a@klant.example' })
  expect(profiling.state).toBe('received')
})
