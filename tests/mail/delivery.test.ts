import { eq, sql } from 'drizzle-orm'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { evidenceEntry, mailboxMessage, outbox } from '~db/schema'
import { writeSetting } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { deliverMail, mailTasks } from '~/mail/deliver.server'
import { listMailbox } from '~/mail/mailbox.server'
import type { NewMail } from '~/mail/outbox.server'
import { sendMail, triesBeforeGivingUp } from '~/mail/send.server'
import { mailboxTransport } from '~/mail/transports/mailbox.server'
import { resendTransport } from '~/mail/transports/resend.server'
import { smtpTransport } from '~/mail/transports/smtp.server'
import { exampleProps } from '~emails/examples'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'

const requestId = '5f0c1f4e-6f0e-4a53-9d6c-1f1f6f0e4a53'
let test: TestRuntime

beforeAll(async () => {
  test = await testRuntime()
  await inTransaction(test.runtime, async (tx) => {
    await writeSetting(tx, test.runtime, 'organisation.name', 'Fiets "De Spaak"', null)
    await writeSetting(
      tx,
      test.runtime,
      'organisation.contact',
      'Bel 030-1234567 of mail privacy@despaak.example.',
      null,
    )
  })
})
afterAll(() => test.close())
beforeEach(async () => {
  await test.runtime.db.delete(outbox)
  await test.runtime.db.delete(mailboxMessage)
})

/** Puts a mail in the outbox and answers its row's id. */
async function queued(mail: Partial<NewMail<'receipt'>> = {}): Promise<string> {
  const idempotencyKey = mail.idempotencyKey ?? crypto.randomUUID()
  await inTransaction(test.runtime, (tx) =>
    sendMail(tx, test.runtime, {
      template: 'receipt',
      to: 'anneke@example.org',
      language: 'nl',
      props: exampleProps.receipt,
      requestId,
      ...mail,
      idempotencyKey,
    }),
  )
  const [row] = await test.runtime.db.select().from(outbox).where(eq(outbox.idempotencyKey, idempotencyKey))
  return row?.id ?? ''
}

async function rowOf(id: string) {
  const [row] = await test.runtime.db.select().from(outbox).where(eq(outbox.id, id))
  if (!row) throw new Error('the row is gone')
  return row
}

const evidenceAbout = (id: string) =>
  test.runtime.db
    .select()
    .from(evidenceEntry)
    .where(sql`${evidenceEntry.data} ->> 'mail' = ${id}`)

type Received = { envelope: { from: string; to: string[] }; source: string }

/** A real SMTP server. `refuse` answers the code with which a recipient, or the message, is refused. */
async function withSmtp(
  work: (url: string, received: Received[]) => Promise<void>,
  refuse: { recipient?: number; message?: number; sender?: number } = {},
): Promise<void> {
  const received: Received[] = []
  const refusal = (responseCode: number | undefined) =>
    responseCode ? Object.assign(new Error('secret words about anneke@example.org'), { responseCode }) : undefined
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onMailFrom: (_address, _session, done) => done(refusal(refuse.sender)),
    onRcptTo: (_address, _session, done) => done(refusal(refuse.recipient)),
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const refused = refusal(refuse.message)
        if (refused) return done(refused)
        const from = envelope.mailFrom ? envelope.mailFrom.address : ''
        received.push({
          envelope: { from, to: envelope.rcptTo.map(({ address }) => address) },
          source: Buffer.concat(chunks).toString('utf8'),
        })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  try {
    await work(`smtp://127.0.0.1:${port}`, received)
  } finally {
    await new Promise<void>((resolve) => server.close(resolve))
  }
}

type Asked = { path: string | undefined; key: unknown; authorization: unknown; body: Record<string, unknown> }

/** Resend's API at its HTTP edge. */
async function withResend(
  answers: { status: number; body: unknown }[],
  work: (baseUrl: string, asked: Asked[]) => Promise<void>,
): Promise<void> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { status, body } = answers[Math.min(asked.length, answers.length - 1)] ?? { status: 500, body: {} }
      asked.push({
        path: request.url,
        key: request.headers['idempotency-key'],
        authorization: request.headers.authorization,
        body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>,
      })
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    await work(`http://127.0.0.1:${port}`, asked)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

describe('the outbox', () => {
  it('keeps one mail per idempotency key, however often its cause is repeated', async () => {
    const id = await queued({ idempotencyKey: 'receipt:1' })
    expect(await queued({ idempotencyKey: 'receipt:1', to: 'other@example.org' })).toBe(id)
    expect(await test.runtime.db.$count(outbox)).toBe(1)
    const jobs = await test.runtime.db.execute(sql`select 1 from graphile_worker.jobs where key = ${`mail:${id}`}`)
    expect(jobs).toHaveLength(1)
  })

  it('holds neither mail nor job of a transaction that was undone', async () => {
    const before = await test.runtime.db.execute(sql`select count(*)::int as jobs from graphile_worker.jobs`)
    const undone = inTransaction(test.runtime, async (tx) => {
      const mail = { template: 'receipt', to: 'a@example.org', language: 'nl', props: exampleProps.receipt } as const
      await sendMail(tx, test.runtime, { ...mail, idempotencyKey: 'undone' })
      throw new Error('undo')
    })
    await expect(undone).rejects.toThrow('undo')
    expect(await test.runtime.db.$count(outbox)).toBe(0)
    const after = await test.runtime.db.execute(sql`select count(*)::int as jobs from graphile_worker.jobs`)
    expect(after).toEqual(before)
  })

  it('shows neither address nor contents to who reads the table', async () => {
    const row = await rowOf(await queued())
    for (const sealed of [row.toSealed, row.propsSealed])
      expect(Buffer.from(sealed ?? []).toString('latin1')).not.toMatch(/anneke|AVG-2026/i)
  })

  it('is emptied of address and contents once the mail has left', async () => {
    const id = await queued()
    await deliverMail(test.runtime, id, mailboxTransport(test.clock))
    const row = await rowOf(id)
    expect(row).toMatchObject({ state: 'sent', attempts: 1, toSealed: null, propsSealed: null, failure: null })
    expect(row).toMatchObject({ template: 'receipt', language: 'nl', requestId })
    expect(row.sentAt?.toString()).toBe(test.clock.now().toString())
  })

  it('a mail whose contents no longer fit its template fails for good, kept and witnessed', async () => {
    const id = await queued()
    const propsSealed = test.runtime.keys.seal('mail', JSON.stringify({ reference: 1 }), `outbox.props:${id}`)
    await test.runtime.db.update(outbox).set({ propsSealed }).where(eq(outbox.id, id))
    await deliverMail(test.runtime, id, mailboxTransport(test.clock))
    expect(await rowOf(id)).toMatchObject({ state: 'failed', failure: 'unreadable' })
    expect(await evidenceAbout(id)).toHaveLength(1)
  })
})

describe('the task', () => {
  const [task] = mailTasks

  it('delivers into the development mailbox, newest first', async () => {
    for (const to of ['first@example.org', 'second@example.org'])
      await task?.run(test.runtime, { outboxId: await queued({ to }) })
    const messages = await listMailbox(test.runtime.db)
    expect(messages.map(({ to }) => to)).toEqual(['second@example.org', 'first@example.org'])
    expect(messages[0]).toMatchObject({ at: '2026-03-02T09:00:00Z' })
    expect(messages[0]?.text).toContain('maandag 2 maart 2026')
    expect(messages[0]?.html).toContain('<html')
  })

  it('fails the job while the server is away, so that it comes round again, and keeps the address', async () => {
    const id = await queued()
    // Port 1 of this machine: nobody listens.
    const settings = { ...test.runtime.settings, MAIL_TRANSPORT: 'smtp', SMTP_URL: 'smtp://127.0.0.1:1' } as const
    await expect(task?.run({ ...test.runtime, settings }, { outboxId: id })).rejects.toThrow('unreachable')
    const waiting = await rowOf(id)
    expect(waiting).toMatchObject({ state: 'waiting', attempts: 1, failure: 'unreachable', sentAt: null })
    expect(waiting.toSealed).not.toBeNull()
    await task?.run(test.runtime, { outboxId: id })
    expect(await rowOf(id)).toMatchObject({ state: 'sent', attempts: 2, failure: null })
  })

  it('does nothing for a row that is gone', async () => {
    await expect(task?.run(test.runtime, { outboxId: crypto.randomUUID() })).resolves.toBeUndefined()
  })

  it('never writes to the development mailbox in production', async () => {
    const settings = { ...test.runtime.settings, MAIL_TRANSPORT: 'mailbox', NODE_ENV: 'production' } as const
    await expect(task?.run({ ...test.runtime, settings }, { outboxId: await queued() })).rejects.toThrow('production')
  })
})

describe('SMTP', () => {
  it('sends HTML and text with the headers of an automatic mail', async () => {
    await withSmtp(async (url, received) => {
      const id = await queued()
      const delivery = await deliverMail(
        { ...test.runtime, settings: { ...test.runtime.settings, MAIL_FROM: 'noreply@despaak.example' } },
        id,
        smtpTransport(url),
      )
      expect(delivery).toEqual({ outcome: 'accepted', providerId: `<${id}@despaak.example>` })
      const [mail] = received
      expect(mail?.envelope).toEqual({ from: 'noreply@despaak.example', to: ['anneke@example.org'] })
      expect(mail?.source).toContain(`Message-ID: <${id}@despaak.example>`)
      expect(mail?.source).toContain('Auto-Submitted: auto-generated')
      expect(mail?.source).toContain('Reply-To: privacy@despaak.example')
      expect(mail?.source).toMatch(/From: ("Fiets \\"De Spaak\\""|.*De Spaak.*) <noreply@despaak\.example>/)
      expect(mail?.source).toContain('Content-Type: text/plain; charset=utf-8')
      expect(mail?.source).toContain('Content-Type: text/html; charset=utf-8')
      expect(await rowOf(id)).toMatchObject({ state: 'sent', providerId: `<${id}@despaak.example>` })
    })
  })

  it('an address with a comma never becomes two recipients', async () => {
    await withSmtp(async (url, received) => {
      const id = await queued({ to: 'a@example.org,b@example.org' })
      await deliverMail(test.runtime, id, smtpTransport(url))
      expect({ state: (await rowOf(id)).state, received: received.map(({ envelope }) => envelope.to) }).toEqual({
        state: 'bounced',
        received: [],
      })
    })
  })

  it('two deliveries of one mail at once send it once', async () => {
    await withSmtp(async (url, received) => {
      const id = await queued()
      const both = [1, 2, 3].map(() => deliverMail(test.runtime, id, smtpTransport(url)))
      expect((await Promise.all(both)).filter(Boolean)).toHaveLength(1)
      expect(received).toHaveLength(1)
    })
  })

  it.each([
    { refuse: { recipient: 550 }, state: 'bounced', failure: 'recipient_refused', verb: 'mail.bounced' },
    { refuse: { message: 554 }, state: 'failed', failure: 'message_refused', verb: 'mail.failed' },
  ])('a refusal for good ($failure) is witnessed and not tried again', async ({ refuse, state, failure, verb }) => {
    await withSmtp(async (url) => {
      const id = await queued()
      await deliverMail(test.runtime, id, smtpTransport(url))
      const row = await rowOf(id)
      expect(row).toMatchObject({ state, failure, sentAt: null })
      // staff may still need to see where it went
      expect(row.toSealed).not.toBeNull()
      const [entry, ...more] = await evidenceAbout(id)
      expect(more).toEqual([])
      expect(entry).toMatchObject({ verb, requestId, reference: exampleProps.receipt.reference, actorKind: 'system' })
      expect(JSON.stringify([entry?.data, row.failure])).not.toMatch(/anneke|secret words/)
      expect(await deliverMail(test.runtime, id, smtpTransport(url))).toBeUndefined()
    }, refuse)
  })

  it.each([
    { refuse: { recipient: 451 }, failure: 'deferred' },
    { refuse: { message: 452 }, failure: 'deferred' },
    { refuse: { sender: 550 }, failure: 'sender_refused' },
  ])('a refusal that may pass ($failure) leaves the mail waiting', async ({ refuse, failure }) => {
    await withSmtp(async (url) => {
      const id = await queued()
      expect(await deliverMail(test.runtime, id, smtpTransport(url))).toEqual({ outcome: 'deferred', failure })
      expect(await rowOf(id)).toMatchObject({ state: 'waiting', attempts: 1, failure })
      expect(await evidenceAbout(id)).toEqual([])
    }, refuse)
  })

  it('a mail that never gets through is given up at last, and that is witnessed', async () => {
    const id = await queued()
    await test.runtime.db.update(outbox).set({ attempts: triesBeforeGivingUp - 1 })
    await deliverMail(test.runtime, id, smtpTransport('smtp://127.0.0.1:1'))
    const row = await rowOf(id)
    expect(row).toMatchObject({ state: 'failed', failure: 'unreachable', attempts: triesBeforeGivingUp })
    expect(row.toSealed).not.toBeNull()
    expect(await evidenceAbout(id)).toMatchObject([{ verb: 'mail.failed' }])
  })
})

describe('Resend', () => {
  it('is given the mail under its idempotency key', async () => {
    await withResend([{ status: 200, body: { id: 're_1' } }], async (baseUrl, asked) => {
      const id = await queued()
      await deliverMail(test.runtime, id, resendTransport({ apiKey: 're_key', baseUrl }))
      expect(asked).toHaveLength(1)
      expect(asked[0]).toMatchObject({ path: '/emails', key: id, authorization: 'Bearer re_key' })
      expect(asked[0]?.body).toMatchObject({
        to: ['anneke@example.org'],
        from: '"Fiets \\"De Spaak\\"" <privacy@localhost>',
        reply_to: 'privacy@despaak.example',
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
      expect(await rowOf(id)).toMatchObject({ state: 'sent', providerId: 're_1' })
    })
  })

  it('gets the same key and the same mail again after a failure', async () => {
    const answers = [
      { status: 503, body: { name: 'internal_server_error', message: 'x', statusCode: 503 } },
      { status: 200, body: { id: 're_2' } },
    ]
    await withResend(answers, async (baseUrl, asked) => {
      const id = await queued()
      const transport = resendTransport({ apiKey: 're_key', baseUrl })
      expect(await deliverMail(test.runtime, id, transport)).toEqual({ outcome: 'deferred', failure: 'unreachable' })
      test.clock.advance({ days: 1 })
      await deliverMail(test.runtime, id, transport)
      expect(asked[1]).toEqual(asked[0])
      expect(await rowOf(id)).toMatchObject({ state: 'sent', attempts: 2, providerId: 're_2' })
    })
  })

  it.each([
    { status: 422, name: 'validation_error', state: 'failed', failure: 'message_refused' },
    { status: 400, name: 'validation_error', state: 'failed', failure: 'message_refused' },
    { status: 429, name: 'rate_limit_exceeded', state: 'waiting', failure: 'throttled' },
    { status: 401, name: 'missing_api_key', state: 'waiting', failure: 'unauthorised' },
    { status: 403, name: 'invalid_from_address', state: 'waiting', failure: 'sender_refused' },
    { status: 409, name: 'concurrent_idempotent_requests', state: 'waiting', failure: 'deferred' },
    { status: 409, name: 'invalid_idempotent_request', state: 'sent', failure: null },
  ])('answers $status $name: the mail is then $state', async ({ status, name, state, failure }) => {
    const body = { statusCode: status, name, message: 'words about anneke@example.org' }
    await withResend([{ status, body }], async (baseUrl) => {
      const id = await queued()
      await deliverMail(test.runtime, id, resendTransport({ apiKey: 're_key', baseUrl }))
      expect(await rowOf(id)).toMatchObject({ state, failure })
      expect(
        JSON.stringify(await evidenceAbout(id), (_key, value: unknown) =>
          typeof value === 'bigint' ? String(value) : value,
        ),
      ).not.toContain('anneke')
    })
  })

  it('an answer that is no JSON, or none at all, leaves the mail waiting', async () => {
    const id = await queued()
    await deliverMail(test.runtime, id, resendTransport({ apiKey: 're_key', baseUrl: 'http://127.0.0.1:1' }))
    expect(await rowOf(id)).toMatchObject({ state: 'waiting', failure: 'unreachable' })
  })
})
