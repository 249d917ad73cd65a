import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { desc, eq } from 'drizzle-orm'
import { erasurePlan, evidenceEntry, outbox } from '~db/schema'
import { approvePlan } from '~/erasure/approve.server'
import { answerRun } from '~/erasure/answer.server'
import { certificateOf } from '~/erasure/certificate.server'
import { certificatePdf } from '~/erasure/certificate-pdf.server'
import { decideFinding, type FindingDecision } from '~/erasure/findings.server'
import { planFollowUp } from '~/erasure/follow-up.server'
import { runForApi } from '~/erasure/present.server'
import { workRun } from '~/erasure/run.server'
import { findingsOfRequest, newestRunOfRequest } from '~/erasure/run-records.server'
import { executePlan } from '~/erasure/start-run.server'
import { beginPasses, passOver } from '~/erasure/residue/nightly.server'
import { scanResidue, type SearchedPerson } from '~/erasure/residue/scan.server'
import { writeSetting } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { certificateSchema } from '~/routes/api/schemas'
import * as approvalPage from '~/routes/desk/requests.$reference.approval'
import * as executionPage from '~/routes/desk/requests.$reference.execution'
import * as findingPage from '~/routes/desk/requests.$reference.findings.$finding'
import * as followUpPage from '~/routes/desk/requests.$reference.follow-up'
import { openSystem, removeSystem } from '~/systems/registry.server'
import { deskVisitor } from '~tests/support/desk-visitor'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, finish, hire, start, type Staff } from './case'
import { engines, map, smallCrm, type SmallCrm } from './small-crm'

describe.each(engines)('what the residue scan found in %s', (engine) => {
  let test: TestRuntime
  let crm: SmallCrm
  let agent: Staff
  let approver: Staff

  beforeAll(async () => {
    test = await testRuntime()
    agent = await hire(test.runtime, 'agent')
    approver = await hire(test.runtime, 'approver')
  })
  beforeEach(async () => {
    crm = await smallCrm(engine)
    await connect(test.runtime, 'shop', engine, crm.url, map)
    // Nobody mapped the first, and the second is a note about somebody else.
    await crm.run('create table scraps (id integer primary key, said text, also varchar(200))')
    await crm.run(
      `insert into scraps values (1, 'Ask person5@shop.example about the bike', 'person5@shop.example'), (2, 'big.person5@shop.example', 'x')`,
    )
    await crm.run(`update customers set notes = 'Sister is person5@shop.example, 6 is fine' where id = 6`)
  })
  afterEach(async () => {
    await crm.close()
    await inTransaction(test.runtime, (tx) => removeSystem(tx, test.runtime, 'shop', { kind: 'system' }))
  })
  afterAll(() => test.close())

  const state = async (requestId: string) => (await findRequest(test.runtime.db, requestId))?.state
  const erased = async (email = 'person5@shop.example') => {
    const requestId = await file(test.runtime, agent, { email })
    const started = await start(test.runtime, requestId, agent, approver)
    await finish(test.runtime, started.runId)
    return { requestId, ...started }
  }
  const decide = async (requestId: string, place: string, decision: FindingDecision) => {
    const found = (await findingsOfRequest(test.runtime.db, requestId)).find(
      (each) => `${each.table}.${each.column}` === place,
    )
    return inTransaction(test.runtime, (tx) =>
      decideFinding(tx, test.runtime, {
        requestId,
        findingId: found?.id ?? '',
        decision,
        reason: 'nagekeken',
        actor: agent,
      }),
    )
  }
  const followUp = (requestId: string) =>
    inTransaction(test.runtime, (tx) => planFollowUp(tx, test.runtime, { requestId, actor: agent, mover: 'agent' }))
  const approveAndExecute = async (requestId: string, hash: string, by = approver) => {
    const approved = await inTransaction(test.runtime, (tx) =>
      approvePlan(tx, test.runtime, { requestId, hash, actor: by, mover: 'approver' }),
    )
    if (!approved.ok) return approved
    return inTransaction(test.runtime, (tx) =>
      executePlan(tx, test.runtime, { requestId, actor: agent, mover: 'agent' }),
    )
  }

  it('is carried out as decided by a plan of its own, and only then the request is completed', async () => {
    const { runtime } = test
    const { requestId, runId } = await erased()
    expect(await state(requestId)).toBe('executing')
    expect(await followUp(requestId)).toEqual({ ok: false, reason: 'nothing_decided' })
    expect(await decide(requestId, 'scraps.said', 'redact')).toBe(true)
    expect(await decide(requestId, 'scraps.also', 'erase')).toBe(true)
    expect(await decide(requestId, 'customers.notes', 'keep')).toBe(true)
    expect(await decide(requestId, 'customers.notes', 'erase')).toBe(false)
    // Everything is decided, and yet nothing of it is gone.
    await answerRun(runtime, runId)
    expect(await state(requestId)).toBe('executing')
    expect(await runtime.db.select().from(outbox).where(eq(outbox.template, 'erasure_completed'))).toEqual([])

    const others = await crm.hashOf({ customers: '1 = 1', invoices: '1 = 1', scraps: 'id <> 1' })
    const made = await followUp(requestId)
    if (!made.ok) throw new Error(JSON.stringify(made))
    expect(await state(requestId)).toBe('awaiting_approval')
    expect(made.plan).toMatchObject({ needsApproval: true, changes: 1 })
    expect(await crm.rows('select said from scraps where id = 1')).toEqual([
      { said: 'Ask person5@shop.example about the bike' },
    ])
    const bySelf = await approveAndExecute(requestId, made.plan.hash, agent)
    expect(bySelf).toEqual({ ok: false, reason: 'same_person' })
    const started = await approveAndExecute(requestId, made.plan.hash)
    if (!started.ok || !('runId' in started)) throw new Error(JSON.stringify(started))
    await finish(runtime, started.runId)

    const [row] = await crm.rows('select said, also from scraps where id = 1')
    expect(row?.said).toMatch(/^Ask .* about the bike$/)
    expect(row?.said).not.toContain('person5')
    expect(row?.also).toBeNull()
    expect(await crm.hashOf({ customers: '1 = 1', invoices: '1 = 1', scraps: 'id <> 1' })).toEqual(others)
    // What a person let stay is no finding again.
    expect(await runForApi(runtime.db, started.runId)).toMatchObject({
      state: 'done',
      systems: [{ state: 'done', pseudonymised: 1, residue: { findings: [] } }],
    })
    expect(await state(requestId)).toBe('completed')
    const [plan] = await runtime.db.select().from(erasurePlan).where(eq(erasurePlan.id, made.plan.id))
    expect(plan).toMatchObject({ cause: 'follow_up', requestId })
    expect(plan?.followsPlanId).not.toBeNull()

    const staff = await certificateOf(runtime, requestId, { copy: 'staff', language: 'nl' })
    if (staff?.copy !== 'staff') throw new Error('no certificate')
    expect(certificateSchema.parse(staff)).toEqual(staff)
    expect([...staff.earlier, staff].map((part) => [part.run, part.plan.cause])).toEqual([
      [runId, 'erasure'],
      [started.runId, 'follow_up'],
    ])
    const settled = staff.earlier[0]?.systems[0]?.residue?.findings
    expect(settled?.map((each) => [each.column, each.decision, each.carriedOutAt !== null])).toEqual([
      ['notes', 'keep', false],
      ['also', 'erase', true],
      ['said', 'redact', true],
    ])
    const subject = await certificateOf(runtime, requestId, { copy: 'subject', language: 'nl' })
    if (subject?.copy !== 'subject') throw new Error('no certificate')
    expect(subject).toMatchObject({
      outcome: 'done',
      places: { searched: 1, finished: 1, unfinished: 0 },
      findings: { open: 0, kept: 1 },
    })
    expect(subject.kept.map((each) => each.label)).toContain('Facturen')
    expect(JSON.stringify(subject)).not.toMatch(/scraps|chatter|shop\b/)
    for (const copy of [staff, subject]) expect((await certificatePdf(copy)).byteLength).toBeGreaterThan(1_000)
  })

  it('touches the one column of a row that is somebody else’s, and nothing of their history', async () => {
    const { requestId } = await erased()
    for (const place of ['scraps.said', 'scraps.also']) expect(await decide(requestId, place, 'keep')).toBe(true)
    expect(await decide(requestId, 'customers.notes', 'redact')).toBe(true)
    const made = await followUp(requestId)
    if (!made.ok) throw new Error(JSON.stringify(made))
    const rows = { audit: '1 = 1', invoices: '1 = 1', tickets: '1 = 1', scraps: '1 = 1', customers: 'id <> 6' }
    const others = await crm.hashOf(rows)
    const started = await approveAndExecute(requestId, made.plan.hash)
    if (!started.ok || !('runId' in started)) throw new Error(JSON.stringify(started))
    await finish(test.runtime, started.runId)
    expect(await crm.hashOf(rows)).toEqual(others)
    const [six] = await crm.rows('select email, last_name, notes from customers where id = 6')
    expect(six).toMatchObject({ email: 'person6@shop.example', last_name: 'Bakker6' })
    expect(six?.notes).toMatch(/^Sister is .*, 6 is fine$/)
    expect(six?.notes).not.toContain('person5')
    expect(await state(requestId)).toBe('completed')
  })

  it('changes nothing when the row was changed after the approval, and says so', async () => {
    const { requestId } = await erased()
    expect(await decide(requestId, 'scraps.said', 'redact')).toBe(true)
    const made = await followUp(requestId)
    if (!made.ok) throw new Error(JSON.stringify(made))
    await crm.run(`update scraps set said = 'person5@shop.example moved' where id = 1`)
    const started = await approveAndExecute(requestId, made.plan.hash)
    if (!started.ok || !('runId' in started)) throw new Error(JSON.stringify(started))
    await workRun(test.runtime, started.runId)
    expect(await runForApi(test.runtime.db, started.runId)).toMatchObject({ state: 'stale' })
    expect(await crm.rows('select said from scraps where id = 1')).toEqual([{ said: 'person5@shop.example moved' }])
    expect(await state(requestId)).toBe('in_progress')
    const again = await followUp(requestId)
    expect(again.ok).toBe(true)
    expect(await state(requestId)).toBe('awaiting_approval')
  })

  it('is looked at, masked, decided and carried out on the pages of the desk, in every kind of column', async () => {
    const { runtime } = test
    const postgres = engine === 'postgres'
    await crm.run(
      postgres
        ? 'create table kinds (id integer primary key, doc jsonb, list text[], words tsvector)'
        : 'create table kinds (id integer primary key, doc json)',
    )
    const doc =
      '{"by": "person5@shop.example", "person5@shop.example": ["Piet de Vries, piet@else.example, 0687654321", 7]}'
    await crm.run(
      postgres
        ? `insert into kinds values (1, '${doc}', '{a@x.nl,person5@shop.example}', to_tsvector('simple', 'mail person5@shop.example nu'))`
        : `insert into kinds values (1, '${doc}')`,
    )
    await crm.run('create table removed (id integer, was varchar(200))')
    if (postgres)
      await crm.run(`create function note_removed() returns trigger language plpgsql as
        $$ begin insert into removed values (old.id, 'gone: ' || old.email); return old; end $$`)
    await crm.run(
      `create trigger noted after update on customers for each row ${postgres ? 'execute function note_removed()' : `insert into removed values (old.id, concat('gone: ', old.email))`}`,
    )
    const { requestId } = await erased()
    const reference = (await findRequest(runtime.db, requestId))?.reference ?? ''
    const desk = await deskVisitor(test, 'agent', `agent-${engine}`)
    const other = await deskVisitor(test, 'approver', `approver-${engine}`)
    const found = await findingsOfRequest(runtime.db, requestId)
    const places = found.map((each) => `${each.table}.${each.column}`)
    const all = ['customers.notes', 'kinds.doc', 'removed.was', 'scraps.also', 'scraps.said']
    expect(places.sort()).toEqual(postgres ? [...all, 'kinds.list', 'kinds.words'].sort() : all)

    const at = (table: string) => ({ reference, finding: found.find((each) => each.table === table)?.id ?? '' })
    expect((await other.call(findingPage.loader, at('kinds'))).status).toBe(403)
    const page = await desk.call(findingPage.loader, {
      reference,
      finding: found.find((each) => each.column === 'doc')?.id ?? '',
    })
    const shown = JSON.stringify(page.data)
    expect(shown).toContain('p•••@shop.example')
    expect(shown).not.toMatch(/Piet|Vries|piet@|else\.example|0687654321|person5/)
    const looked = await runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.verb, 'finding.looked'))
    expect(looked.at(-1)).toMatchObject({ actorId: desk.member.id, data: { table: 'kinds', column: 'doc', rows: 1 } })

    // A log without a key can't be addressed row by row: that it may stay is a person's decision.
    for (const { id, table, column } of found) {
      const intent = table === 'removed' ? 'keep' : column === 'notes' || column === 'also' ? 'erase' : 'redact'
      const answer = await desk.call(executionPage.action, { reference }, { intent, finding: id, reason: 'nagekeken' })
      expect([table, column, answer.status]).toEqual([table, column, 303])
    }
    expect((await desk.call(followUpPage.action, { reference }, {})).status).toBe(303)
    const [plan] = await runtime.db
      .select()
      .from(erasurePlan)
      .where(eq(erasurePlan.requestId, requestId))
      .orderBy(desc(erasurePlan.number))
    expect((await desk.call(approvalPage.action, { reference }, { hash: plan?.hash ?? '' })).status).not.toBe(303)
    expect((await other.call(approvalPage.action, { reference }, { hash: plan?.hash ?? '' })).status).toBe(303)
    expect((await desk.call(executionPage.action, { reference }, {})).status).toBe(303)
    const run = await newestRunOfRequest(runtime.db, requestId)
    await finish(runtime, run?.id ?? '')
    expect(await state(requestId)).toBe('completed')
    const [kinds] = await crm.rows('select * from kinds')
    expect(JSON.parse(kinds?.doc ?? '')).toEqual({
      by: '[…]',
      '[…]': ['Piet de Vries, piet@else.example, 0687654321', 7],
    })
    if (postgres) expect([kinds?.list, kinds?.words]).toEqual(['{a@x.nl}', `'mail':1 'nu':3`])
    // To empty is to take the person out where the text is about others too.
    expect(await crm.rows('select notes from customers where id = 6')).toEqual([{ notes: 'Sister is […], 6 is fine' }])
    expect(await crm.rows('select also from scraps where id = 1')).toEqual([{ also: null }])
  })

  it('is found in every spelling, in every kind of column, and nowhere where it is something else', async () => {
    const vectors = engine === 'postgres'
    await crm.run(
      vectors
        ? 'create table kinds (id integer primary key, doc jsonb, list text[], words tsvector, raw bytea)'
        : 'create table kinds (id integer primary key, doc json, raw blob)',
    )
    await crm.run(
      vectors
        ? `insert into kinds values (1, '{"a": ["Hi,\\njan@spaak.nl"]}', '{x,jan@spaak.nl}', to_tsvector('simple', 'mail jan@spaak.nl nu'), null),
            (2, '{"a": "Berg, Jan"}', '{bigjan@spaak.nl}', to_tsvector('simple', 'de Berg en van den Jan'), null), (3, null, null, to_tsvector('simple', 'bel 06-12345678'), null)`
        : `insert into kinds values (1, '{"a": ["Hi,\\\\njan@spaak.nl"]}', null), (2, '{"a": "Berg, Jan"}', null)`,
    )
    for (const [id, [text]] of spelled.entries())
      await crm.run(
        `insert into chatter values (${String(id + 100)}, '${text.replaceAll("'", "''").replaceAll('\\', engine === 'mysql' ? '\\\\' : '\\')}')`,
      )
    const opened = await openSystem(test.runtime, test.runtime.db, 'shop')
    if (!opened.ok) throw new Error(opened.reason)
    const person = (traces: SearchedPerson['traces']): SearchedPerson => ({
      traces,
      mayStay: () => false,
      chosen: false,
    })
    const jan = person({
      identifiers: ['jan@spaak.nl', 'K-1001'],
      phones: ['+31612345678'],
      names: ['Jan van den Bérg'],
    })
    // So many others that the engine looks for all of them by one expression.
    const others = Array.from({ length: 30 }, (_, n) =>
      person({
        identifiers: [`nobody.${String(n)}@else.example`],
        phones: [`+3161999${String(1000 + n)}`],
        names: [`Wie Niemand${String(n)}`],
      }),
    )
    for (const persons of [[jan], [...others, jan]]) {
      const residue = (await scanResidue(opened.system.adapter, { system: opened.system, persons })).at(-1)
      const found = new Map(residue?.findings.map((each) => [`${each.table}.${each.column}`, each.keys.flat()]))
      const expected = spelled.flatMap(([, what], id) => (what === 'found' ? [String(id + 100)] : []))
      expect(found.get('chatter.said')?.sort()).toEqual(expected.sort())
      expect(found.get('kinds.doc')).toEqual(['1'])
      expect(found.get('kinds.list')).toEqual(vectors ? ['1'] : undefined)
      expect(found.get('kinds.words')?.sort()).toEqual(vectors ? ['1', '3'] : undefined)
      expect(residue?.nameHits).toBe(spelled.filter(([, what]) => what === 'name').length + (vectors ? 1 : 0))
      expect(residue?.notSearched).toContain('kinds.raw')
    }
  })

  it('is looked for at night, once for all that wait, and no case is completed before', async () => {
    const { runtime, clock } = test
    const mode = (value: string) =>
      inTransaction(runtime, (tx) => writeSetting(tx, runtime, 'residue.mode', value, null))
    await mode('nightly')
    const noon = clock.now()
    try {
      const cases = [await erased(), await erased('person7@shop.example')]
      for (const { requestId, runId } of cases) {
        expect(await runForApi(runtime.db, runId)).toMatchObject({ state: 'done', systems: [{ residue: null }] })
        expect(await certificateOf(runtime, requestId, { copy: 'subject', language: 'nl' })).toMatchObject({
          scanDue: true,
        })
        expect(await state(requestId)).toBe('executing')
      }
      expect(await beginPasses(runtime)).toEqual([])
      clock.set('2026-03-03T01:25:00Z')
      expect(await beginPasses(runtime)).toEqual(['shop'])
      await passOver(runtime, 'shop')
      // A worker that was killed and begins anew has nothing left to do.
      await passOver(runtime, 'shop')
      expect(await beginPasses(runtime)).toEqual([])
      const searched = await runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.verb, 'run.searched'))
      expect(searched.map((entry) => entry.data.run).sort()).toEqual(cases.map((each) => each.runId).sort())
      const [five, seven] = cases
      await finish(runtime, five?.runId ?? '')
      await finish(runtime, seven?.runId ?? '')
      expect(await state(five?.requestId ?? '')).toBe('executing')
      expect((await findingsOfRequest(runtime.db, five?.requestId ?? '')).map((each) => each.column).sort()).toEqual([
        'also',
        'notes',
        'said',
      ])
      expect(await state(seven?.requestId ?? '')).toBe('completed')
      expect(await runForApi(runtime.db, seven?.runId ?? '')).toMatchObject({
        systems: [{ residue: { findings: [] } }],
      })
    } finally {
      clock.set(noon.toString())
      await mode('run')
    }
  })
})

/** What may stand in a text, and whether it is Jan van den Bérg, jan@spaak.nl, 06-12345678, K-1001. */
const spelled: readonly (readonly [string, 'found' | 'name' | null])[] = [
  ['Mail JAN@Spaak.NL vandaag', 'found'],
  ['?e=jan%40spaak.nl', 'found'],
  ['<jan&#64;spaak.nl>', 'found'],
  ['bel 06 - 12 34 56 78', 'found'],
  ['bel +31 (0)6 12.34.56.78', 'found'],
  ['bel 0031612345678 of 112', 'found'],
  ['(06) 1234-5678/030-1234567', 'found'],
  ['t=%2B31612345678', 'found'],
  ['t=06%2012%2034%2056%2078', 'found'],
  ['klant k-1001, akkoord', 'found'],
  ['s:12:"jan@spaak.nl";', 'found'],
  ['xjan@spaak.nl', null],
  ['big.jan@spaak.nl', null],
  ['jan@spaak.nl.example', null],
  ['jän@spaak.nl', null],
  ['jan_spaak%nl and 100% [a-z]*', null],
  ['order 106123456789', null],
  ['factuur 0612345678-9', null],
  ['bel +32 612345678', null],
  ['K-10012, AK-1001', null],
  ['mevr. JAN VAN DEN BERG', 'name'],
  ['Jan van-den  Bèrg', 'name'],
  ['Jan van den Bergh', null],
  ['jan en van den berg', null],
]
