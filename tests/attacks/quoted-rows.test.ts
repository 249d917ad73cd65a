import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { outbox } from '~db/schema'
import { main } from '~/cli/main'
import { handleError } from '~/entry.server'
import { runForApi, presentPlan } from '~/erasure/present.server'
import { runJobKey } from '~/erasure/start-run.server'
import { workRun } from '~/erasure/run.server'
import { erasureTasks } from '~/erasure/tasks.server'
import { startJobs } from '~/jobs/runner.server'
import { composeMail, openMail } from '~/mail/compose.server'
import { createLog } from '~/platform/log.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import * as apiRequests from '~/routes/api/requests'
import * as casePage from '~/routes/desk/requests.$reference'
import * as executionPage from '~/routes/desk/requests.$reference.execution'
import * as wherePage from '~/routes/desk/requests.$reference.where'
import * as staffPage from '~/routes/desk/staff'
import * as systemPage from '~/routes/desk/systems.$system'
import * as retentionPage from '~/routes/desk/retention'
import { createToken } from '~/staff/api-token.server'
import { connect, file, finish, hire, plan, start, type Staff } from '~tests/erasure/case'
import { engines, map, smallCrm, type SmallCrm } from '~tests/erasure/small-crm'
import { deskPassword, deskVisitor, type DeskVisitor } from '~tests/support/desk-visitor'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'

/** Words that stand in the rows of the CRM, or that its triggers say, and that nobody ever typed at the desk. */
const quoted = /.{0,80}(Bakker\d|Anna\d|06123456\d\d|K-10\d{3}|about a bike|Help, |Zwijgbaar).{0,40}/g

const spilling = map
  .replace(
    'subject: {email: email, phone: phone, customer_number: number}',
    'subject: {email: email, phone: phone, customer_number: number, where: {shelf_number: 1}}',
  )
  .replace('    facts:', '    delete_after: {term: P1Y, from: born_on}\n    facts:')
  .concat('  probe: {personal: false}\n  probe_parent: {personal: false}\n')

/** A table whose every constraint quotes what it refuses, and a generated column that quotes what it reads. */
const probes = (engine: string) => [
  'create table probe_parent (k varchar(190) primary key)',
  `create table probe (u varchar(190) unique, n integer, k varchar(190), c varchar(190), m varchar(190) not null default '',
    constraint too_long check (char_length(c) < 3), constraint no_parent foreign key (k) references probe_parent (k))`,
  `alter table customers add column shelf varchar(40) not null default '1'`,
  engine === 'postgres'
    ? 'alter table customers add column shelf_number integer generated always as (shelf::integer) virtual'
    : 'alter table customers add column shelf_number integer generated always as (cast(shelf as integer)) virtual',
]

/** What a trigger on deleted tickets does, and the code with which the database then refuses. */
const provocations: Record<'postgres' | 'mysql', readonly (readonly [statement: string, code: string])[]> = {
  postgres: [
    ['insert into probe (u) values (old.body), (old.body)', '23505'],
    ['insert into probe (c) values (old.body)', '23514'],
    ['insert into probe (u, m) values (old.body, null)', '23502'],
    ['insert into probe (k) values (old.body)', '23503'],
    ['insert into probe (n) values (old.body::integer)', '22P02'],
    [
      `raise exception 'Zwijgbaar %', old.body using detail = old.body, hint = old.body, table = old.body, column = old.body, constraint = old.body`,
      'P0001',
    ],
  ],
  mysql: [
    ['insert into probe (u) values (old.body), (old.body)', '1062'],
    ['insert into probe (c) values (old.body)', '4025'],
    ['insert into probe (u, m) values (old.body, null)', '1048'],
    ['insert into probe (k) values (old.body)', '1452'],
    ['insert into probe (n) values (old.body)', '1366'],
    [`signal sqlstate '45000' set message_text = 'Zwijgbaar CONSTRAINT \`Bakker5\` for key ''Anna5'''`, '1644'],
    // A number for which the driver has no name.
    [`signal sqlstate '45000' set message_text = 'Zwijgbaar', mysql_errno = 31999`, '31999'],
  ],
}

describe.each(engines)('what %s quotes of its rows when it refuses', (engine) => {
  let own: TestRuntime
  let crm: SmallCrm
  let agent: Staff
  let approver: Staff
  let admin: DeskVisitor
  let folder: string
  const said: string[] = []

  beforeAll(async () => {
    own = await testRuntime()
    own.runtime.log = createLog('debug', { write: (line) => void said.push(line) })
    agent = await hire(own.runtime, 'agent')
    approver = await hire(own.runtime, 'approver')
    admin = await deskVisitor(own, 'admin')
    crm = await smallCrm(engine)
    for (const statement of probes(engine)) await crm.run(statement)
    await connect(own.runtime, 'shop', engine, crm.url, spilling)
    folder = await mkdtemp(join(tmpdir(), 'privacybalie-map-'))
    await writeFile(join(folder, 'map.yaml'), spilling)
    process.env['DATABASE_URL'] = own.url
    process.env['DATABASE_OWNER_URL'] = own.ownerUrl
    process.env['PRIVACYBALIE_MASTER_KEY'] = own.environment.PRIVACYBALIE_MASTER_KEY
    process.env['ALLOWED_SYSTEM_HOSTS'] = '127.0.0.1,localhost'
  })
  afterAll(async () => {
    for (const name of ['DATABASE_URL', 'DATABASE_OWNER_URL', 'PRIVACYBALIE_MASTER_KEY', 'ALLOWED_SYSTEM_HOSTS'])
      Reflect.deleteProperty(process.env, name)
    process.setUncaughtExceptionCaptureCallback(null)
    process.exitCode = undefined
    await rm(folder, { recursive: true })
    await crm.close()
    await own.close()
  })

  /** Runs a command of the command line; what it wrote is kept, and its exit code given. */
  async function command(...words: string[]): Promise<{ code: unknown; wrote: string }> {
    const lines: string[] = []
    const keep = (text: unknown) => lines.push(String(text)) > 0
    const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation(keep))
    process.exitCode = 0
    await main({ argv: ['node', 'privacybalie', ...words] })
    for (const spy of spies) spy.mockRestore()
    const { exitCode } = process
    process.exitCode = undefined
    said.push(...lines)
    return { code: exitCode, wrote: lines.join('') }
  }

  const provoke = async (statement: string) => {
    if (engine === 'mysql') return crm.run(`create trigger spill before delete on tickets for each row ${statement}`)
    await crm.run(
      `create or replace function spill() returns trigger language plpgsql as $$ begin ${statement}; return old; end $$`,
    )
    return crm.run('create trigger spill before delete on tickets for each row execute function spill()')
  }
  const calm = () => crm.run(engine === 'postgres' ? 'drop trigger spill on tickets' : 'drop trigger spill')

  /** Everything that anybody could read afterwards: the log, what commands wrote, pages, answers, every own table, every mail. */
  async function readable(requestId: string, runId: string | null): Promise<string> {
    const { runtime } = own
    const row = await findRequest(runtime.db, requestId)
    const reference = row?.reference ?? ''
    const pages = await Promise.all([
      admin.call(casePage.loader, { reference }),
      admin.call(executionPage.loader, { reference }),
      admin.call(wherePage.loader, { reference }),
      admin.call(systemPage.loader, { system: 'shop' }),
      admin.call(retentionPage.loader, {}),
    ])
    const answers = [
      ...pages.map((page) => page.data),
      await presentPlan(runtime.db, requestId),
      runId && (await runForApi(runtime.db, runId)),
    ]
    const tables = await runtime.db.execute<{ name: string }>(sql`
      select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
      where schemaname in ('public', 'graphile_worker')`)
    const rows: string[] = []
    for (const { name } of tables) {
      const held = await runtime.db.execute<{ row: string }>(sql.raw(`select t::text as row from ${name} as t`))
      rows.push(...held.map((each) => `${name} ${each.row}`))
    }
    const organisation = await readOrganisation(runtime.db)
    for (const mail of await runtime.db.select().from(outbox)) {
      const opened = openMail(runtime, mail)
      if (opened) rows.push(JSON.stringify(await composeMail(runtime, organisation, opened, mail.createdAt)))
    }
    return [...said, JSON.stringify(answers), ...rows].join('\n')
  }

  test('is in nothing that a rehearsal or a run leaves behind, which name its code', async () => {
    const { runtime } = own
    const requestId = await file(runtime, agent, { email: 'person5@shop.example' })
    const { runId } = await start(runtime, requestId, agent, approver)
    for (const [statement, code] of provocations[engine]) {
      await provoke(statement)
      await workRun(runtime, runId)
      expect(await runForApi(runtime.db, runId), statement).toMatchObject({
        systems: [{ state: 'failed', error: { code } }],
      })
      await calm()
    }
    for (const [statement, code] of provocations[engine].slice(-1)) {
      await provoke(statement)
      const tried = await command(
        'map',
        'apply',
        'shop',
        join(folder, 'map.yaml'),
        '--check',
        '--rehearse',
        '1',
        '--json',
      )
      expect(tried.code, tried.wrote).toBe(1)
      expect(tried.wrote).toContain(code)
      await calm()
    }
    expect((await readable(requestId, runId)).match(quoted)).toBeNull()
    await finish(runtime, runId)
    expect(await runForApi(runtime.db, runId)).toMatchObject({ state: 'done' })
  })

  test.runIf(engine === 'postgres')('stays in our own database, too: not in a log, an answer or a job', async () => {
    const { runtime } = own
    const requestId = await file(runtime, agent, { email: 'person9@shop.example' })
    const { runId } = await start(runtime, requestId, agent, approver)
    const owner = postgres(own.ownerUrl, { max: 1, onnotice: () => undefined })
    const request = new Request('http://localhost:3000/desk/staff', { method: 'POST' })
    const context = { runtime, nonce: '', csrf: '', clientAddress: '127.0.0.1', requestId: 'r' }
    await owner.unsafe(`
      create function spill() returns trigger language plpgsql as
        $$ begin raise exception 'Zwijgbaar %', new using detail = new::text, table = new::text; end $$;
      create trigger spill before insert on staff for each row execute function spill();
      create trigger spill before insert on request for each row execute function spill();
      create trigger spill before update on erasure_run for each row execute function spill();
      grant execute on function spill() to public`)
    const invitation = {
      intent: 'invite',
      name: 'Anna5',
      email: 'anna5@spaak.example',
      role: 'agent',
      language: 'nl',
      password: deskPassword,
    }
    const thrown: unknown = await admin.call(staffPage.action, {}, invitation).then(
      (given) => JSON.stringify(given),
      (error: unknown) => error,
    )
    expect(thrown, String(thrown)).toBeInstanceOf(Error)
    handleError(thrown, { request, context })
    const made = await inTransaction(runtime, (tx) =>
      createToken(tx, runtime, {
        name: 'spill',
        staffEmail: `${agent.id}@example.nl`,
        scopes: ['requests:write'],
        actor: agent,
      }),
    )
    if (!made.ok) throw new Error(made.reason)
    const body = { kind: 'erasure', name: 'Anna5', email: 'anna5@shop.example', channel: 'api' }
    const headers = { Authorization: `Bearer ${made.token}`, 'Content-Type': 'application/json' }
    const call = new Request('http://localhost:3000/api/v1/requests', {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    const answer = await apiRequests.action({ request: call, params: {}, context })
    expect(answer.status).toBe(500)
    said.push(await answer.text())
    const jobs = await startJobs({ runtime, url: own.url, tasks: erasureTasks, schedule: [] })
    const failed = async () => {
      const [job] = await runtime.db.execute<{ last_error: string | null }>(
        sql`select last_error from graphile_worker._private_jobs where key = ${runJobKey(runId)}`,
      )
      return job?.last_error
    }
    await vi.waitFor(async () => expect(await failed()).toBeTruthy(), { timeout: 20_000, interval: 100 })
    await jobs.stop()
    for (const table of ['staff', 'request', 'erasure_run']) await owner.unsafe(`drop trigger spill on ${table}`)
    await owner.end()
    expect(said.filter((line) => line.includes('P0001')).length).toBeGreaterThanOrEqual(3)
    expect((await readable(requestId, runId)).match(quoted)).toBeNull()
  })

  test.runIf(engine === 'postgres')(
    'is in nothing that reading leaves behind: plan, locate, scan, run, draft',
    async () => {
      const { runtime } = own
      const requestId = await file(runtime, agent, { email: 'person6@shop.example' })
      const { runId } = await start(runtime, requestId, agent, approver)
      const erased = await file(runtime, agent, { email: 'person7@shop.example' })
      await finish(runtime, (await start(runtime, erased, agent, approver)).runId)
      const unplanned = await file(runtime, agent, { email: 'person8@shop.example' })
      await crm.run(`update customers set shelf = 'Bakker5' where id in (6, 7, 8)`)

      await workRun(runtime, runId)
      expect(await runForApi(runtime.db, runId)).toMatchObject({
        systems: [{ state: 'failed', error: { code: '22P02' } }],
      })
      expect(await plan(runtime, unplanned, agent)).toMatchObject({ ok: false, reason: 'system_unavailable' })
      for (const words of [
        ['locate', 'shop', '--email', 'person8@shop.example', '--json'],
        ['retention', 'scan', '--system', 'shop', '--json'],
        ['reapply', 'shop', '--since', own.clock.now().toString(), '--json'],
        ['map', 'apply', 'shop', join(folder, 'map.yaml'), '--check', '--rehearse', '12', '--json'],
      ]) {
        const { code, wrote } = await command(...words)
        expect(code, wrote).toBe(1)
        expect(wrote).toContain('22P02')
      }
      await command('map', 'draft', 'shop')
      expect((await readable(requestId, runId)).match(quoted)).toBeNull()
      expect((await readable(unplanned, null)).match(quoted)).toBeNull()
    },
  )
})
