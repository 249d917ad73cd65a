import { and, gt, inArray, sql } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { factTry } from '~db/schema'
import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import type { OnFile } from './look-up.server'

const triesADay = 3
const triesAMonth = 10

/** A person on file as a keyed hash of their row: counts the tries on them without naming anybody. */
const hashOf = (runtime: Pick<Runtime, 'keys'>, { system, table, key }: OnFile['persons'][number]) =>
  runtime.keys.hmac('index', JSON.stringify(['fact-try', system, table, ...key]))

/** Whether facts were tried for one of these requests at or after `since`. */
export async function wasTried(
  tx: Transaction,
  requestIds: readonly string[],
  since: Temporal.Instant,
): Promise<boolean> {
  const tried = await tx
    .select({ id: factTry.id })
    .from(factTry)
    .where(and(inArray(factTry.requestId, [...requestIds]), gt(factTry.at, since.subtract({ milliseconds: 1 }))))
    .limit(1)
  return tried.length > 0
}

/**
 * Takes one try to choose between these persons by typed facts: counted for each of them, whoever asks and however often
 * they file, and for the submission. Refuses the fourth of a day and the eleventh of a month, of a person or a submission.
 */
export async function takeFactTry(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { requestId, submission, persons }: { requestId: string; submission: readonly string[]; persons: OnFile['persons'] },
): Promise<boolean> {
  const hashes = persons.map((person) => hashOf(runtime, person))
  const now = runtime.clock.now()
  // In one order, so that two who try at once wait for each other and never lock crosswise.
  for (const name of hashes.map((hash) => Buffer.from(hash).toString('hex')).sort())
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`fact_try:${name}`}, 0))`)
  for (const [days, most] of [
    [1, triesADay],
    [30, triesAMonth],
  ] as const) {
    const since = now.subtract({ hours: 24 * days })
    const tries = await tx
      .select({ person: factTry.person, requestId: factTry.requestId, at: factTry.at })
      .from(factTry)
      .where(
        and(
          gt(factTry.at, since),
          sql`(${inArray(factTry.person, hashes)} or ${inArray(factTry.requestId, [...submission])})`,
        ),
      )
    const ofPerson = hashes.map((hash) => tries.filter(({ person }) => Buffer.compare(person, hash) === 0).length)
    const ofSubmission = new Set(
      tries.filter((one) => submission.includes(one.requestId)).map(({ at }) => at.epochMilliseconds),
    )
    if (Math.max(...ofPerson, ofSubmission.size) >= most) return false
  }
  await tx.insert(factTry).values(hashes.map((person) => ({ person, requestId, at: now })))
  return true
}
