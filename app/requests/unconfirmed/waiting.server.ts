import { and, asc, eq, gt, inArray, isNotNull, isNull, lte } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { request, submission } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { mailedAbout } from '~/mail/state.server'
import type { RequestRow } from '../move.server'

/** How many addresses one round looks at: the next round takes the rest. */
const addressesAtOnce = 200

type Wanted = {
  /** Received at this instant or earlier. */
  until: Temporal.Instant
  /** Received after this instant; absent: however long ago. */
  after?: Temporal.Instant
  /** Only submissions whose sender was not reminded yet. */
  notReminded?: boolean
}

/** Blind indexes of addresses with requests that nobody confirmed, received in that span. */
export async function addressesThatWait(db: Executor, wanted: Wanted): Promise<Uint8Array[]> {
  const rows = await db
    .selectDistinct({ emailIndex: submission.emailIndex })
    .from(request)
    .innerJoin(submission, eq(submission.id, request.submissionId))
    .where(and(isNotNull(submission.emailIndex), spanOf(wanted)))
    .limit(addressesAtOnce)
  return rows.flatMap(({ emailIndex }) => (emailIndex ? [emailIndex] : []))
}

/** The unconfirmed requests of one address in that span, locked, in the order of their receipt. */
export async function lockWaiting(tx: Transaction, emailIndex: Uint8Array, wanted: Wanted): Promise<RequestRow[]> {
  const rows = await tx
    .select({ request })
    .from(request)
    .innerJoin(submission, eq(submission.id, request.submissionId))
    .where(and(eq(submission.emailIndex, emailIndex), spanOf(wanted)))
    .orderBy(asc(request.receivedAt), asc(request.reference))
    .for('update', { of: request })
  return rows.map((row) => row.request)
}

function spanOf({ until, after, notReminded }: Wanted) {
  return and(
    eq(request.state, 'unverified'),
    lte(request.receivedAt, until),
    after && gt(request.receivedAt, after),
    notReminded ? isNull(submission.remindedAt) : undefined,
  )
}

/**
 * Of these requests those of submissions whose code was mailed. Where none was (the address was blocked or over its limit) a
 * stranger's filing must not reach the person by a reminder either.
 */
export async function whoseCodeWasMailed(db: Executor, rows: readonly RequestRow[]): Promise<RequestRow[]> {
  if (rows.length === 0) return []
  const submissionIds = [...new Set(rows.map((row) => row.submissionId))]
  const siblings = await db
    .select({ id: request.id, submissionId: request.submissionId })
    .from(request)
    .where(inArray(request.submissionId, submissionIds))
  const mailed = await mailedAbout(
    db,
    siblings.map((row) => row.id),
    'code',
  )
  const submissions = new Set(siblings.filter((row) => mailed.has(row.id)).map((row) => row.submissionId))
  return rows.filter((row) => submissions.has(row.submissionId))
}
