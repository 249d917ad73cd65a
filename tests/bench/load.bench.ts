import { and, eq, inArray, isNotNull } from 'drizzle-orm'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { outbox, request, requestIndex, staff } from '~db/schema'
import type { Runtime } from '~/platform/runtime.server'
import { blindIndex } from '~/requests/blind-index.server'
import { openSession } from '~/staff/sessions.server'
import type { Bench } from './bench'
import { Browser } from './browser'
import type { Page } from './browser'
import { fillRequests } from './fill-requests'
import { openBenchRuntime, startBenchServer } from './own-database'
import { addressOn, buildPages, freePort, startProduction, stopProcess, untilAnswered } from './production-server'

const colleagues = 20

/**
 * People who file and confirm a request over HTTP all at once while 20 colleagues work the queue: how many were told that it
 * was received, against how many are stored with their clock and whose mails left. Any answer that is an error ends the bench.
 */
export default {
  about: '100 people file at once while 20 colleagues work the queue: stored and mailed against what was acknowledged',
  goal: { atLeast: 1 },
  async run({ size: people = 100, ...options }) {
    buildPages()
    const server = await startBenchServer(options)
    await server.recreate('load')
    const { runtime, sql, close } = await openBenchRuntime(server.url('load'))
    const port = await freePort()
    const home = addressOn(port)
    const child = startProduction(server.url('load'), port)
    try {
      await fillRequests(sql, runtime, { requests: 2_000, open: 2_000 })
      await untilAnswered(child, `${home}/nl/requests/new`)
      const members = await runtime.db.select({ id: staff.id }).from(staff).limit(colleagues)
      const working = { on: true, steps: 0 }
      const workers = Promise.allSettled(members.map(({ id }) => workQueue(runtime, home, id, working)))
      const emails = Array.from({ length: people }, (_, i) => `persoon${i}@load.example`)
      const begun = performance.now()
      const filed = await Promise.allSettled(emails.map((email, i) => fileAndConfirm(runtime, home, email, i)))
      const seconds = (performance.now() - begun) / 1000
      working.on = false
      const refused = [...filed, ...(await workers)].find((each) => each.status === 'rejected')
      if (refused) throw refused.reason
      options.say(`${people} people in ${seconds.toFixed(1)} s; ${working.steps} steps by ${members.length} colleagues`)
      const acknowledged = filed.filter((each) => each.status === 'fulfilled').length
      const { stored, mailed } = await found(runtime, emails)
      return [
        { name: 'stored', ours: stored, baseline: acknowledged, unit: 'requests', n: people },
        { name: 'mailed', ours: mailed, baseline: acknowledged, unit: 'requests', n: people },
      ]
    } finally {
      await stopProcess(child)
      await close()
      await server.close()
    }
  },
} satisfies Bench

/** Everybody has an address of their own: the limits are per address, and meant. */
const addressOf = (person: number) => `198.18.${person >> 8}.${person & 255}`

const mailSchema = z.object({ code: z.string() })

async function fileAndConfirm(runtime: Runtime, home: string, email: string, person: number): Promise<void> {
  const browser = new Browser(home, addressOf(person))
  const filed = await browser.fillIn('/nl/requests/new', {
    kind: 'access',
    name: `Persoon Nummer${person}`,
    email,
    details: 'Ik wil graag weten welke gegevens u van mij hebt.',
    filedBy: 'self',
    language: 'nl',
  })
  if (filed.status !== 303) throw new Error(`Filing was answered with ${filed.status}: ${problemsOf(filed)}`)
  const confirmed = await browser.fillIn('/nl/verify', { code: await codeFor(runtime, email) })
  if (confirmed.status !== 303) throw new Error(`The code was answered with ${confirmed.status}`)
}

/** What the page says is wrong, without its markup. */
function problemsOf({ text }: Page): string {
  const summary = /<div[^>]*error-summary[^>]*>(.*?)<\/div>/s.exec(text)?.[1] ?? text.slice(0, 300)
  return summary.replace(/<[^>]+>/g, ' ')
}

/** The code as its receiver reads it in the mail. */
async function codeFor(runtime: Runtime, email: string): Promise<string> {
  const [mail] = await runtime.db
    .select({ id: outbox.id, props: outbox.propsSealed })
    .from(outbox)
    .innerJoin(requestIndex, eq(requestIndex.requestId, outbox.requestId))
    .where(and(eq(requestIndex.kind, 'email'), eq(requestIndex.hash, blindIndex(runtime, 'email', email))))
  if (!mail?.props) throw new Error(`No mail with a code for ${email}`)
  const opened = runtime.keys.open('mail', mail.props, `outbox.props:${mail.id}`)
  return mailSchema.parse(JSON.parse(Buffer.from(opened).toString('utf8'))).code
}

/** Reads the queue, opens a case, takes it, until the others are done. A conflict is an answer, and no error. */
async function workQueue(
  runtime: Runtime,
  home: string,
  id: string,
  working: { on: boolean; steps: number },
): Promise<void> {
  const session = (await openSession(runtime.db, runtime, id, null)).split(';')[0] ?? ''
  const browser = new Browser(home, '198.19.0.1', session)
  const expect = (status: number, fine: readonly number[], what: string) => {
    if (!fine.includes(status)) throw new Error(`${what} was answered with ${status}`)
    working.steps += 1
  }
  while (working.on) {
    const queue = await browser.open('/desk/queue')
    expect(queue.status, [200], 'The queue')
    const references = [...new Set([...queue.text.matchAll(/AVG-\d{4}-[0-9A-Z]{6}/g)].map(([reference]) => reference))]
    const reference = references[Math.floor(Math.random() * references.length)]
    if (!reference) throw new Error('The queue is empty')
    expect((await browser.open(`/desk/requests/${reference}`)).status, [200], 'A case')
    const taken = await browser.fillIn(`/desk/requests/${reference}/assignment`, { assignee: id, note: '' })
    expect(taken.status, [303, 409], 'Taking a case')
  }
}

/** Requests of these people that are received and due some day, and those of them of whose mails none waits any more. */
async function found({ db, ...runtime }: Runtime, emails: readonly string[]) {
  const hashes = emails.map((email) => blindIndex(runtime, 'email', email))
  const stored = await db
    .selectDistinct({ id: request.id })
    .from(request)
    .innerJoin(requestIndex, eq(requestIndex.requestId, request.id))
    .where(and(inArray(requestIndex.hash, hashes), eq(request.state, 'received'), isNotNull(request.verifiedAt)))
  const ids = stored.map(({ id }) => id)
  const limit = performance.now() + 120_000
  for (;;) {
    const mails = await db.select().from(outbox).where(inArray(outbox.requestId, ids))
    const waiting = mails.filter(({ state }) => state === 'waiting').length
    if (waiting === 0 || performance.now() > limit) {
      const sent = new Set(mails.filter(({ state }) => state === 'sent').map(({ requestId }) => requestId))
      const left = new Set(mails.filter(({ state }) => state !== 'sent').map(({ requestId }) => requestId))
      return { stored: ids.length, mailed: ids.filter((id) => sent.has(id) && !left.has(id)).length }
    }
    await pause(250)
  }
}
