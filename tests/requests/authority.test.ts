import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorityCheck, evidenceEntry, outbox } from '~db/schema'
import { preparePackage } from '~/access/prepare.server'
import { planRequest } from '~/erasure/plan-request.server'
import { subjectOfRequest } from '~/erasure/subject-of-request.server'
import { proveElsewhere } from '~/identity/prove-elsewhere.server'
import { proofsOfRequest } from '~/identity/proof.server'
import { inTransaction } from '~/platform/runtime.server'
import { attachFiles } from '~/requests/attach.server'
import { attachmentsOf } from '~/requests/attachments.server'
import { findRequest } from '~/requests/find.server'
import { enterRequest } from '~/requests/intake.server'
import type { Entry } from '~/requests/intake.server'
import { refuseRequest } from '~/requests/refuse.server'
import * as authority from '~/routes/desk/requests.$reference.authority'
import { deskVisitor } from '~tests/support/desk-visitor'
import type { DeskVisitor } from '~tests/support/desk-visitor'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let agent: DeskVisitor
beforeAll(async () => {
  own = await testRuntime()
  agent = await deskVisitor(own, 'agent')
})
afterAll(() => own.close())

const staff = () => ({ kind: 'staff', id: agent.member.id }) as const

async function entered(more: Partial<Entry> = {}) {
  const result = await inTransaction(own.runtime, (tx) =>
    enterRequest(
      tx,
      own.runtime,
      {
        kinds: ['erasure'],
        language: 'nl',
        filedBy: 'parent',
        subjectName: 'Kind de Boer',
        channel: 'email',
        name: 'Ouder de Boer',
        email: 'ouder@klant.example',
        customerNumber: 'K-77',
        ...more,
      },
      staff(),
    ),
  )
  const [row] = result.ok ? result.requests : []
  if (!row) throw new Error('not entered')
  await inTransaction(own.runtime, (tx) =>
    proveElsewhere(tx, own.runtime, {
      requestId: row.id,
      proves: ['customerNumber'],
      note: 'Gezien aan de balie.',
      actor: staff(),
    }),
  )
  return row
}

const plan = (requestId: string) =>
  inTransaction(own.runtime, (tx) =>
    planRequest(tx, own.runtime, { requestId, proven: ['customerNumber'], actor: staff(), mover: 'agent' }),
  )
const judge = (reference: string, fields: Record<string, string>) => agent.call(authority.action, { reference }, fields)

test('plan and package wait until it is on record that the representative may act', async () => {
  const row = await entered()
  expect(await plan(row.id)).toMatchObject({ ok: false, reason: 'authority_open' })
  expect((await judge(row.reference, { kind: 'custody_register' })).status).toBe(400)
  expect((await judge(row.reference, { kind: 'custody_register', outcome: 'rejected' })).status).toBe(303)
  expect(await plan(row.id)).toMatchObject({ ok: false, reason: 'authority_open' })
  own.clock.advance({ seconds: 1 })
  const accepted = { kind: 'custody_register', outcome: 'accepted', joint: 'yes' }
  expect((await judge(row.reference, accepted)).status).toBe(303)
  expect(await plan(row.id)).not.toMatchObject({ reason: 'authority_open' })
  const access = await entered({ kinds: ['access'] })
  const prepare = async () =>
    inTransaction(own.runtime, async (tx) =>
      preparePackage(tx, own.runtime, {
        requestId: access.id,
        actor: staff(),
        proofs: await proofsOfRequest(tx, access.id),
      }),
    )
  expect(await prepare()).toMatchObject({ ok: false, reason: 'authority_open' })
  await judge(access.reference, accepted)
  expect(await prepare()).not.toMatchObject({ reason: 'authority_open' })
})

test('what was seen stays on record, the document does not', async () => {
  const row = await entered()
  const keep = (source: 'authority' | 'letter', name: string) =>
    inTransaction(own.runtime, (tx) =>
      attachFiles(tx, own.runtime, {
        request: row,
        files: [{ name, mediaType: 'application/pdf', content: Buffer.from(`%PDF-${name}`) }],
        source,
        actor: staff(),
      }),
    )
  await keep('authority', 'gezag.pdf')
  const ticked = (await keep('letter', 'machtiging.pdf'))?.[0] ?? ''
  await keep('letter', 'brief.pdf')
  await judge(row.reference, { kind: 'power_of_attorney', outcome: 'accepted', document: ticked })
  const files = await attachmentsOf(own.runtime.db, own.runtime, row.id)
  expect(files.filter((file) => file.destroyedAt === null).map((file) => file.name)).toEqual(['brief.pdf'])
  const [check] = await own.runtime.db.select().from(authorityCheck).where(eq(authorityCheck.requestId, row.id))
  expect(check).toMatchObject({ kind: 'power_of_attorney', outcome: 'accepted', byStaffId: agent.member.id })
  expect(check?.documentDestroyedAt).not.toBeNull()
  const entries = await own.runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.requestId, row.id))
  expect(entries.map((entry) => entry.verb)).toContain('request.authority_checked')
})

test('the search is for the subject: the address of whoever files for them neither finds nor chooses anybody', async () => {
  const row = await entered({ phone: '0612345678' })
  const subject = await subjectOfRequest(own.runtime.db, own.runtime, row, ['customerNumber'])
  expect(subject?.identifiers).toEqual({ customer_number: ['K-77'] })
  expect(JSON.stringify(subject?.facts)).not.toMatch(/ouder@klant|0612345678/)
})

test('heirs are told that the AVG does not apply, and the mail goes to whoever filed it', async () => {
  const row = await entered({ filedBy: 'heir' })
  await judge(row.reference, { kind: 'certificate_of_inheritance', outcome: 'deceased' })
  expect(await plan(row.id)).toMatchObject({ ok: false, reason: 'authority_open' })
  const text = {
    ground: 'deceased',
    basis: 'De betrokkene is overleden.',
    reasons: 'Wij sluiten de rekening als u ons belt.',
  } as const
  const refused = await inTransaction(own.runtime, (tx) =>
    refuseRequest(tx, own.runtime, { requestId: row.id, text, by: agent.member }),
  )
  expect(refused.ok).toBe(true)
  const mails = await own.runtime.db.select().from(outbox).where(eq(outbox.requestId, row.id))
  const last = mails.find((mail) => mail.template === 'refused')
  const to = last?.toSealed && own.runtime.keys.open('mail', last.toSealed, `outbox.to:${last.id}`)
  expect(Buffer.from(to ?? []).toString()).toBe('ouder@klant.example')
  expect((await findRequest(own.runtime.db, row.id))?.state).toBe('refused')
})

test('somebody who files for themselves has no authority to be judged', async () => {
  const row = await entered({ filedBy: 'self', subjectName: null })
  const answer = await judge(row.reference, { kind: 'power_of_attorney', outcome: 'accepted' })
  expect(answer).toMatchObject({ status: 400, data: { problem: 'files_for_themselves' } })
})
