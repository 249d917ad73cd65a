import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import { erasureRun, runSystem } from '~db/schema'
import { certificatePdf } from '~/erasure/certificate-pdf.server'
import { certificateOf } from '~/erasure/certificate.server'
import { certificateSchema } from '~/routes/api/schemas'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, finish, hire, start, type Staff } from './case'
import { map, smallCrm, type SmallCrm } from './small-crm'

describe('the certificate of an erasure', () => {
  let test: TestRuntime
  let crm: SmallCrm
  let agent: Staff
  let approver: Staff

  beforeAll(async () => {
    test = await testRuntime()
    agent = await hire(test.runtime, 'agent')
    approver = await hire(test.runtime, 'approver')
    crm = await smallCrm('postgres')
    await connect(test.runtime, 'shop', 'postgres', crm.url, map)
  })
  afterAll(async () => {
    await crm.close()
    await test.close()
  })

  const erase = async (id: number) => {
    const requestId = await file(test.runtime, agent, { email: `person${String(id)}@shop.example` })
    return { requestId, ...(await start(test.runtime, requestId, agent, approver)) }
  }

  it('is not given before the run has ended', async () => {
    const { requestId, runId } = await erase(2)
    expect(await certificateOf(test.runtime, requestId, { copy: 'staff', language: 'nl' })).toBeNull()
    await finish(test.runtime, runId)
    expect(await certificateOf(test.runtime, requestId, { copy: 'staff', language: 'nl' })).not.toBeNull()
  })

  it('names for staff what was done where, on which plan, and the last day of a backup', async () => {
    const { requestId, runId, hash } = await erase(5)
    await finish(test.runtime, runId)
    const [row] = await test.runtime.db.select().from(runSystem).where(eq(runSystem.runId, runId))
    const staff = await certificateOf(test.runtime, requestId, { copy: 'staff', language: 'nl' })
    if (staff?.copy !== 'staff') throw new Error('no copy for staff')
    expect(certificateSchema.parse(staff)).toEqual(staff)
    expect(staff.plan).toMatchObject({ hash, by: agent.id, approvedBy: approver.id })
    const [system] = staff.systems
    expect(system).toMatchObject({ system: 'shop', state: 'done', deleted: row?.deleted, kept: row?.kept })
    const executedOn = row?.executedAt?.toZonedDateTimeISO('Europe/Amsterdam').toPlainDate()
    expect(system?.remaining[0]).toEqual({
      what: 'Reservekopie',
      lastDay: executedOn?.add({ days: 35 }).toString(),
    })
  })

  it('holds for the subject neither system, table nor key, but what is kept and until when', async () => {
    const { requestId, runId, hash } = await erase(6)
    await finish(test.runtime, runId)
    const subject = await certificateOf(test.runtime, requestId, { copy: 'subject', language: 'en' })
    if (subject?.copy !== 'subject') throw new Error('no copy for the subject')
    expect(certificateSchema.parse(subject)).toEqual(subject)
    const text = JSON.stringify(subject)
    for (const hidden of ['shop', 'customers', 'invoices', 'tickets', 'audit', hash, runId])
      expect(text).not.toContain(hidden)
    expect(subject.erased.map((each) => each.label)).toContain('Customer record')
    expect(subject.places).toEqual({ searched: 1, finished: 1, unfinished: 0 })
  })

  it('calls nothing erased in a system that was not verified', async () => {
    const { requestId, runId } = await erase(7)
    await finish(test.runtime, runId)
    await test.runtime.db.update(runSystem).set({ state: 'failed', verifiedAt: null }).where(eq(runSystem.runId, runId))
    await test.runtime.db.update(erasureRun).set({ state: 'partial' }).where(eq(erasureRun.id, runId))
    const subject = await certificateOf(test.runtime, requestId, { copy: 'subject', language: 'nl' })
    expect(subject).toMatchObject({ outcome: 'partial', erased: [], places: { finished: 0, unfinished: 1 } })
  })

  it('is a PDF in both languages', async () => {
    const { requestId, runId } = await erase(8)
    await finish(test.runtime, runId)
    for (const language of ['nl', 'en'] as const)
      for (const copy of ['staff', 'subject'] as const) {
        const certificate = await certificateOf(test.runtime, requestId, { copy, language })
        if (!certificate) throw new Error('no certificate')
        const pdf = await certificatePdf(certificate)
        expect(Buffer.from(pdf.subarray(0, 5)).toString('latin1')).toBe('%PDF-')
      }
  })
})
