import { and, asc, gt, inArray, isNull, notInArray, sql } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { extension, pause, reopening, request } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { dayOf } from '~/deadlines/pauses'
import { appendEvidence } from '~/evidence/append.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { OrganisationSettings } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import { datesOf, requestDeadline, rewriteDates } from './dates.server'
import type { DueMove, RequestDates } from './dates.server'
import type { RequestKind } from './kinds'
import { openStates } from './lifecycle'
import { changeRequest, lockRequest } from './move.server'
import type { RequestRow } from './move.server'
import type { PauseRow } from './open-pauses.server'

export const recomputeTask = 'requests.recompute'
const batchSize = 1000

/** An open request's clock runs, and so does that of one which is not confirmed yet. */
const running = inArray(request.state, [...openStates, 'unverified'])

/**
 * To be called in the transaction in which a setting changed: open requests are computed anew by a job where the setting
 * has to do with dates.
 */
export async function followSetting(tx: Transaction, name: string): Promise<void> {
  const why = name === 'organisation.calendar' ? 'calendar' : 'settings'
  const concerns = ['organisation.calendar', 'organisation.zone'].includes(name) || name.startsWith('deadlines.')
  if (concerns) await enqueueJob(tx, recomputeTask, { why }, { jobKey: `${recomputeTask}:${why}` })
}

/**
 * Computes the dates of all open requests anew (of those whose clock stands still now, where `why` is `pause`) and writes
 * what differs. Reads set by set without locks; a request whose due date moves is then rewritten by itself, with its
 * record, a mere internal target many at once. May run again.
 */
export async function recomputeDates(
  runtime: Runtime,
  why: DueMove & ('pause' | 'calendar' | 'settings'),
): Promise<void> {
  const organisation = await readOrganisation(runtime.db)
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const rows = await batchAfter(runtime.db, after, why === 'pause')
    const last = rows.at(-1)
    if (!last) return
    const changes = await changedDates(runtime, organisation, rows)
    for (const { row } of changes.filter(({ row, dates }) => !sameTerm(row, dates)))
      await inTransaction(runtime, (tx) => rewriteDates(tx, runtime, row.id, { why, actor: { kind: 'system' } }))
    await writeTargets(
      runtime.db,
      changes.filter(({ row, dates }) => sameTerm(row, dates)),
    )
    after = last.id
  }
}

const standingStill = (db: Executor) => db.select({ id: pause.requestId }).from(pause).where(isNull(pause.untilOn))

function batchAfter(db: Executor, after: string, pausedOnly: boolean): Promise<RequestRow[]> {
  return db
    .select()
    .from(request)
    .where(and(running, gt(request.id, after), pausedOnly ? inArray(request.id, standingStill(db)) : undefined))
    .orderBy(asc(request.id))
    .limit(batchSize)
}

type Change = { row: RequestRow; dates: RequestDates }

async function changedDates(
  runtime: Pick<Runtime, 'db' | 'clock'>,
  organisation: OrganisationSettings,
  rows: readonly RequestRow[],
): Promise<Change[]> {
  const { db } = runtime
  const ids = rows.map(({ id }) => id)
  const pauses = new Map<string, PauseRow[]>()
  for (const record of await db.select().from(pause).where(inArray(pause.requestId, ids)))
    pauses.set(record.requestId, [...(pauses.get(record.requestId) ?? []), record])
  const extensions = new Map(
    (
      await db
        .select()
        .from(extension)
        .where(and(inArray(extension.requestId, ids), isNull(extension.failure)))
    ).map((record) => [record.requestId, record]),
  )
  const changes: Change[] = []
  for (const row of rows) {
    const extended = extensions.get(row.id) ?? null
    const facts = {
      kind: row.kind as RequestKind,
      receivedAt: row.receivedAt,
      pauses: pauses.get(row.id) ?? [],
      extension: extended,
      now: runtime.clock.now(),
    }
    const dates = datesOf(await requestDeadline(organisation, facts), extended?.toldAt ? extended.dueOn : null)
    if (!sameTerm(row, dates) || !row.internalTargetOn.equals(dates.internalTargetOn)) changes.push({ row, dates })
  }
  return changes
}

const termColumns = ['receivedOn', 'dueOn', 'strictDueOn', 'extendedDueOn'] as const

function sameTerm(row: RequestRow, dates: RequestDates): boolean {
  return row.pausedDays === dates.pausedDays && termColumns.every((column) => row[column].equals(dates[column]))
}

// The internal target is the organisation's own business: nobody's form is in the way, no version is counted.
async function writeTargets(db: Executor, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  const targets = changes.map(({ row, dates }) => ({ id: row.id, on: dates.internalTargetOn.toString() }))
  await db.execute(sql`
    update request set internal_target_on = target.on
    from jsonb_to_recordset(${JSON.stringify(targets)}::text::jsonb) as target(id uuid, "on" date)
    where request.id = target.id and request.closed_at is null`)
}

/**
 * Records of every open request whose due date has passed that it was missed, once: a later change of calendar or settings
 * doesn't take that away (law.md).
 */
export async function recordMissedDates(runtime: Runtime): Promise<void> {
  const today = dayOf(runtime.clock.now(), (await readOrganisation(runtime.db))['organisation.zone'])
  const missed = await runtime.db
    .select({ id: request.id })
    .from(request)
    .where(
      and(
        inArray(request.state, [...openStates]),
        isNull(request.closedAt),
        isNull(request.missedOn),
        sql`${request.dueOn} < ${today.toString()}`,
        // Its date moves on with every day that it waits.
        notInArray(request.id, standingStill(runtime.db)),
        // It had been answered.
        notInArray(request.id, runtime.db.select({ id: reopening.requestId }).from(reopening)),
      ),
    )
  for (const { id } of missed)
    await inTransaction(runtime, async (tx) => {
      const row = await lockRequest(tx, id)
      if (!row || row.closedAt || row.missedOn || Temporal.PlainDate.compare(row.dueOn, today) >= 0) return
      await changeRequest(tx, row, { missedOn: row.dueOn })
      await appendEvidence(tx, runtime, {
        actor: { kind: 'system' },
        verb: 'request.due_missed',
        request: row,
        data: { on: row.dueOn.toString() },
      })
    })
}
