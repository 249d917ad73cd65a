import { and, asc, desc, eq, isNull, lt, or, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { type Temporal } from 'temporal-polyfill'
import { request, requestIndex } from '~db/schema'
import type { Database } from '~db/client'
import { endOfWeek } from '~/deadlines/days-left'
import type { Runtime } from '~/platform/runtime.server'
import { blindIndex } from './blind-index.server'
import { maskEmail, maskName } from './mask'
import type { RequestRow } from './move.server'
import { openPersonal } from './personal.server'
import { encodePlace } from './queue-views'
import type { QueuePlace, QueueQuery, QueueView } from './queue-views'
import { requestSealers } from './sealed.server'

/** Who looks, and on which day in the organisation's zone. */
export type QueueReader = { staffId: string; today: Temporal.PlainDate }

export type QueueRow = {
  id: string
  reference: string
  kind: string
  state: string
  /** Masked; null when nothing is known of the person, or nothing any more. */
  subject: string | null
  receivedOn: Temporal.PlainDate
  dueOn: Temporal.PlainDate
  strictDueOn: Temporal.PlainDate
  closedAt: Temporal.Instant | null
  assigneeId: string | null
  version: number
}

export type QueuePage = {
  rows: QueueRow[]
  /** Where the pages beside this one begin, as `after` and `before`. */ next: string | null
  previous: string | null
}

// Written out, not as parameters, so that the planner sees that the partial indexes of the open cases fit.
const isOpen = sql`${request.closedAt} is null and ${request.state} <> 'unverified'`

/** What a view and its filters ask of a request, for every statement that lists or counts them. */
export function conditionsOf(query: QueueQuery, reader: QueueReader): SQL[] {
  const { today, staffId } = reader
  const inView: Record<QueueView, SQL[]> = {
    all: query.state ? [] : [isOpen],
    mine: [isOpen, eq(request.assigneeId, staffId)],
    unassigned: [isOpen, isNull(request.assigneeId)],
    week: [isOpen, sql`${request.dueOn} between ${today.toString()} and ${endOfWeek(today).toString()}`],
    overdue: [isOpen, lt(request.dueOn, today)],
    approval: [isOpen, eq(request.state, 'awaiting_approval')],
    waiting: [isOpen, eq(request.state, 'awaiting_subject')],
    closed: [sql`${request.closedAt} is not null`],
  }
  const assignee = query.assignee === 'me' ? staffId : query.assignee
  return [
    ...inView[query.view],
    ...(query.state ? [eq(request.state, query.state)] : []),
    ...(query.kind ? [eq(request.kind, query.kind)] : []),
    ...(assignee === 'none' ? [isNull(request.assigneeId)] : assignee ? [eq(request.assigneeId, assignee)] : []),
    ...(query.dueBefore ? [lt(request.dueOn, query.dueBefore)] : []),
  ]
}

/** As a list shows them, masked; see `readQueue`. */
export async function listQueue(
  runtime: Pick<Runtime, 'db' | 'keys'>,
  query: QueueQuery,
  reader: QueueReader,
  limit = 50,
): Promise<QueuePage> {
  const { rows, next, previous } = await readQueue(runtime.db, query, reader, limit)
  return { rows: await shownRows(runtime, rows), next, previous }
}

/**
 * One page of the queue by due date, first due first (closed cases: last due first). Pages are reached by the place of a
 * row, not by a number, so that a page costs the same anywhere in the queue and none is skipped when rows move. The rows
 * are sealed, as they are stored.
 */
export async function readQueue(
  db: Database,
  query: QueueQuery,
  reader: QueueReader,
  limit: number,
): Promise<{ rows: RequestRow[]; next: string | null; previous: string | null }> {
  const newestFirst = query.view === 'closed'
  const backwards = query.before !== undefined
  const from = query.after ?? query.before
  const descending = newestFirst !== backwards
  const direction = descending ? desc : asc
  const found = await db
    .select()
    .from(request)
    .where(and(...conditionsOf(query, reader), ...(from ? [beyond(from, descending)] : [])))
    .orderBy(direction(request.dueOn), direction(request.id))
    .limit(limit + 1)
  const hasMore = found.length > limit
  const page = found.slice(0, limit)
  if (backwards) page.reverse()
  const [first, last] = [page[0], page.at(-1)]
  return {
    rows: page,
    next: last && (backwards || hasMore) ? encodePlace(last) : null,
    previous: first && (query.after !== undefined || (backwards && hasMore)) ? encodePlace(first) : null,
  }
}

function beyond({ dueOn, id }: QueuePlace, descending: boolean): SQL {
  const than = sql.raw(descending ? '<' : '>')
  return sql`(${request.dueOn}, ${request.id}) ${than} (${dueOn.toString()}::date, ${id}::uuid)`
}

async function shownRows(runtime: Pick<Runtime, 'db' | 'keys'>, rows: RequestRow[]): Promise<QueueRow[]> {
  const sealers = await requestSealers(
    runtime.db,
    runtime,
    rows.map((row) => row.id),
  )
  return rows.map((row) => {
    const { name, subjectName, email } = openPersonal(sealers.get(row.id), row)
    const person = subjectName ?? name
    const subject = person ? maskName(person) : email ? maskEmail(email) : null
    const { id, reference, kind, state, receivedOn, dueOn, strictDueOn, closedAt, assigneeId, version } = row
    return { id, reference, kind, state, subject, receivedOn, dueOn, strictDueOn, closedAt, assigneeId, version }
  })
}

/** The most that a search shows. */
export const searchLimit = 50

/**
 * Finds cases by whole reference, e-mail address or customer number, open or closed, last due
 * first. Addresses and numbers are found by blind index: whole or not at all.
 */
export async function searchQueue(runtime: Pick<Runtime, 'db' | 'keys'>, words: string): Promise<QueueRow[]> {
  const wanted = words.trim().slice(0, 400)
  if (wanted === '') return []
  const reference = referenceIn(wanted)
  const kind = wanted.includes('@') ? 'email' : 'customer_number'
  const byIndex = sql`${request.id} in (select ${requestIndex.requestId} from ${requestIndex} where ${requestIndex.kind} = ${kind} and ${requestIndex.hash} = ${Buffer.from(blindIndex(runtime, kind, wanted))})`
  const cases = runtime.db.select().from(request)
  const rows = reference
    ? await cases.where(or(eq(request.reference, reference), byIndex)).limit(searchLimit)
    : await cases.where(byIndex).orderBy(desc(request.dueOn), desc(request.id)).limit(searchLimit)
  return shownRows(runtime, rows)
}

/** The reference that somebody means who reads it out, types it small or without its strokes: `avg 2026 7k3m9p`. */
function referenceIn(words: string): string | null {
  const parts = /^(?:AVG)?[\s-]*(\d{4})[\s-]*([A-Z0-9]{6})$/.exec(words.toUpperCase())
  return parts ? `AVG-${parts[1]}-${parts[2]}` : null
}
