import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '~db/client'
import type { DatabaseHandle } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { inTransaction } from '~/platform/runtime.server'
import { assignRequest } from '~/requests/assign.server'
import { knownOf } from '~/requests/changed-since.server'
import { enterRequest } from '~/requests/intake.server'
import { stopQueueNews } from '~/requests/queue-news.server'
import { loader as events } from '~/routes/desk/queue.events'
import { loader as caseNews } from '~/routes/desk/requests.$reference.news'
import type { StaffMember } from '~/staff/accounts.server'
import { endSessionsOf } from '~/staff/sessions.server'
import { cookieOf, deskCall, deskMember } from '~tests/support/desk-reader'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

/** Two web processes over one database, each with its own pool and its own listening connection. */
let own: TestRuntime
let handle: DatabaseHandle
let here: Runtime
let there: Runtime
let anna: StaffMember
let bert: StaffMember

beforeAll(async () => {
  own = await testRuntime()
  handle = openDatabase(own.ownerUrl)
  here = own.runtime
  there = { ...here, db: handle.db }
  anna = await deskMember(here, 'Anna Agent')
  bert = await deskMember(here, 'Bert Balie')
})
afterAll(async () => {
  stopQueueNews(here)
  stopQueueNews(there)
  await handle.close()
  await own.close()
})

const accept = 'text/event-stream'

/** A browser's end of the line: each call of `next` waits for one event. */
async function listening(runtime: Runtime, cookie: string) {
  const response = await events(deskCall(runtime, 'queue/events', { cookie, accept }))
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const next = async (): Promise<{ event: string; data: unknown } | 'end'> => {
    for (;;) {
      const found = /event: (\w+)\ndata: (.*)\n\n/.exec(text)
      if (found) {
        text = text.slice(found.index + found[0].length)
        return { event: found[1] ?? '', data: JSON.parse(found[2] ?? '') }
      }
      const read = await reader?.read()
      if (!read || read.done) return 'end'
      text += read.value
    }
  }
  return { response, next, leave: () => reader?.cancel() }
}

const entered = (runtime: Runtime) =>
  inTransaction(runtime, async (tx) => {
    const order = { kinds: ['access'], language: 'nl', filedBy: 'self', channel: 'letter', name: 'Geheim' } as const
    const filed = await enterRequest(tx, runtime, order, { kind: 'system' })
    const [row] = filed.ok ? filed.requests : []
    if (!row) throw new Error('not entered')
    return row
  })

test('a case that comes in through one web process is told to who looks at the queue in each of them', async () => {
  const cookie = await cookieOf(here, anna)
  const lines = [await listening(here, cookie), await listening(there, cookie)]
  const row = await entered(there)
  for (const line of lines) {
    const heard = await line.next()
    expect(heard).toEqual({ event: 'news', data: { news: [{ kind: 'new', reference: row.reference }] } })
    await line.leave()
  }
})

test('what was not committed is told to nobody, and what happened just before the line stood is told', async () => {
  let undone = ''
  const work = inTransaction(here, async (tx) => {
    const filed = await enterRequest(
      tx,
      here,
      { kinds: ['access'], language: 'nl', filedBy: 'self', channel: 'letter' },
      { kind: 'system' },
    )
    undone = (filed.ok && filed.requests[0]?.reference) || ''
    throw new Error('undone')
  })
  await expect(work).rejects.toThrow('undone')
  const row = await entered(here)
  const line = await listening(there, await cookieOf(here, anna))
  const heard = JSON.stringify(await line.next())
  expect(heard).toContain(row.reference)
  expect(undone).not.toBe('')
  expect(heard).not.toContain(undone)
  await line.leave()
})

test('a line ends with the session it was opened in, and its browser is told not to come back', async () => {
  const line = await listening(here, await cookieOf(here, bert))
  await line.next()
  await endSessionsOf(here.db, bert.id)
  await entered(here)
  expect(await line.next()).toEqual({ event: 'ended', data: {} })
  expect(await line.next()).toBe('end')
})

test('a listening connection that is lost comes back, and who looks is told to look again', async () => {
  const line = await listening(there, await cookieOf(here, anna))
  await line.next()
  await there.db.execute(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query ilike 'listen%'`)
  expect(await line.next()).toEqual({ event: 'missed', data: {} })
  const row = await entered(here)
  expect(await line.next()).toEqual({ event: 'news', data: { news: [{ kind: 'new', reference: row.reference }] } })
  await line.leave()
})

test('a case page learns who changed the case since it was read, and nothing of its reader’s own doing', async () => {
  const row = await entered(here)
  const known = await knownOf(here, row.reference)
  const query = `requests/${row.reference}/news?entry=${known?.entry ?? ''}`
  const ask = async (member: StaffMember) => {
    const response = await caseNews(
      deskCall(here, query, { cookie: await cookieOf(here, member), params: { reference: row.reference } }),
    )
    return (await response.json()) as unknown
  }
  expect(await ask(anna)).toEqual({ change: null })
  const assigned = await inTransaction(here, (tx) =>
    assignRequest(tx, here, { requestId: row.id, assigneeId: anna.id, by: bert }),
  )
  expect(assigned.ok).toBe(true)
  expect(await ask(anna)).toMatchObject({ change: { by: 'Bert Balie', actorKind: 'staff' } })
  expect(await ask(bert)).toEqual({ change: null })
})

test('a process that ends lets every line go, and opens no other', async () => {
  const cookie = await cookieOf(here, anna)
  const line = await listening(here, cookie)
  stopQueueNews(here)
  for (let heard = await line.next(); heard !== 'end'; heard = await line.next());
  await expect(events(deskCall(here, 'queue/events', { cookie, accept }))).rejects.toMatchObject({ status: 503 })
})

test('who asks for the line as if it were a page is refused: it would never come to an end', async () => {
  const cookie = await cookieOf(here, anna)
  await expect(events(deskCall(here, 'queue/events', { cookie }))).rejects.toMatchObject({ status: 406 })
})
