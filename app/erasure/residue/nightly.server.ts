import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { erasureRun, runSystem } from '~db/schema'
import type { Executor } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { openSystem } from '~/systems/registry.server'
import { answerTask } from '../answer.server'
import { findPlan, openPlan, planSealer, readContents, systemsOfPlan, type PlanRow } from '../plan-store.server'
import { requestOf } from '../request-of-plan.server'
import { withLock } from '../run-lock.server'
import { contentsBefore, joinTraces, searchedPerson } from './person.server'
import { recordResidue } from './record.server'
import { scanResidue, type Residue, type SearchedPerson } from './scan.server'

export const passTask = 'erasure.residue-pass'
const passKey = (systemKey: string) => `${passTask}:${systemKey}`

/** Local hour from which a night's pass begins. */
const FROM_HOUR = 2
const UNTIL_HOUR = 6
/** Whoever waits longer than a night missed theirs, since nothing ran then: they are served by day. */
const LONGEST_HOURS = 26
/** So many persons are looked for at once; more wait for the next round of the same night. */
const PERSONS_PER_PASS = 200
const LOOK_AGAIN_SECONDS = 60

const waiting = and(isNotNull(runSystem.residueDueAt), isNull(runSystem.residueAt), isNotNull(runSystem.verifiedAt))

/** Those systems of runs that wait for the nightly pass, longest first. */
function waitingIn(db: Executor, systemKey: string) {
  return db
    .select({ id: runSystem.id, runId: runSystem.runId, planId: erasureRun.planId })
    .from(runSystem)
    .innerJoin(erasureRun, eq(erasureRun.id, runSystem.runId))
    .where(and(waiting, eq(runSystem.systemKey, systemKey)))
    .orderBy(asc(runSystem.residueDueAt))
    .limit(PERSONS_PER_PASS)
}

/**
 * Looks whether it is night where the organisation is (from two to six), and has each system in which cases wait searched
 * once for all of them. Runs every hour; a night that was missed is made up for by day. Answers the systems' keys.
 */
export async function beginPasses(runtime: Runtime): Promise<string[]> {
  return inTransaction(runtime, async (tx) => {
    const now = runtime.clock.now()
    const zone = (await readOrganisation(tx))['organisation.zone']
    const { hour } = now.toZonedDateTimeISO(zone)
    const night = hour >= FROM_HOUR && hour < UNTIL_HOUR
    const since = new Map<string, Temporal.Instant>()
    for (const row of await tx.select().from(runSystem).where(waiting).orderBy(asc(runSystem.residueDueAt)))
      if (row.residueDueAt && !since.has(row.systemKey)) since.set(row.systemKey, row.residueDueAt)
    const begun = [...since].flatMap(([key, at]) => (night || isOverdue(at, now) ? key : []))
    for (const systemKey of begun) await enqueueJob(tx, passTask, { systemKey }, { jobKey: passKey(systemKey) })
    return begun
  })
}

const isOverdue = (since: Temporal.Instant, now: Temporal.Instant) =>
  now.epochMilliseconds - since.epochMilliseconds > LONGEST_HOURS * 3_600_000

/**
 * Searches one system once for all cases that wait there, and writes down what was found for each. One worker at a time; one
 * that is killed leaves the cases waiting, and its job begins anew. Throws when the system does not answer: the job is
 * tried again.
 */
export async function passOver(runtime: Runtime, systemKey: string): Promise<void> {
  let served: ReadonlySet<string> | null = null
  await withLock(runtime, passKey(systemKey), async () => {
    served = await passAlone(runtime, systemKey)
  })
  const again = await nextRound(runtime, systemKey, served)
  if (again === null) return
  await inTransaction(runtime, (tx) =>
    enqueueJob(tx, passTask, { systemKey }, { jobKey: passKey(systemKey), inSeconds: again }),
  )
}

/** In how many seconds to look again; null: nobody waits who was not in this round. */
async function nextRound(
  runtime: Runtime,
  systemKey: string,
  served: ReadonlySet<string> | null,
): Promise<number | null> {
  if (served === null) return LOOK_AGAIN_SECONDS
  const left = await waitingIn(runtime.db, systemKey)
  return left.some(({ id }) => !served.has(id)) ? 0 : null
}

/** Gives the cases that were in the round. */
async function passAlone(runtime: Runtime, systemKey: string): Promise<ReadonlySet<string>> {
  const waits = await waitingIn(runtime.db, systemKey)
  const served = new Set(waits.map(({ id }) => id))
  if (waits.length === 0) return served
  const answer = await openSystem(runtime, runtime.db, systemKey)
  if (!answer.ok) throw new Error(`A system that is to be searched can't be opened: ${answer.reason}`)
  const { system } = answer
  const cases: { id: string; runId: string; plan: PlanRow; person: SearchedPerson }[] = []
  for (const { id, runId, planId } of waits) {
    const plan = await findPlan(runtime.db, planId)
    // What a purged case was about nobody knows any more.
    if (!plan || !(await planSealer(runtime.db, runtime, plan))) continue
    const { search, sealer } = await openPlan(runtime.db, runtime, plan)
    const contents = await contentsBefore(runtime.db, sealer, plan)
    for (const each of await systemsOfPlan(runtime.db, plan.id))
      contents.push(await readContents(runtime.db, sealer, each.id))
    const order = { plan, search, systemKey, traces: joinTraces(contents) }
    cases.push({ id, runId, plan, person: await searchedPerson(runtime.db, runtime, order) })
  }
  const persons = cases.map((each) => each.person)
  const residues = await scanResidue(system.scanAdapter ?? system.adapter, { system, persons })
  for (const [i, { id, runId, plan }] of cases.entries()) {
    const residue = residues[i]
    if (residue) await conclude(runtime, { id, runId, plan, systemKey, residue })
  }
  return served
}

async function conclude(
  runtime: Runtime,
  {
    id,
    runId,
    plan,
    systemKey,
    residue,
  }: { id: string; runId: string; plan: PlanRow; systemKey: string; residue: Residue },
): Promise<void> {
  await inTransaction(runtime, async (tx) => {
    const [row] = await tx
      .select()
      .from(runSystem)
      .where(and(eq(runSystem.id, id), waiting))
      .for('update')
    const sealer = await planSealer(tx, runtime, plan)
    if (!row || !sealer) return
    await recordResidue(tx, { runSystemId: id, residue, sealer, at: runtime.clock.now() })
    await appendEvidence(tx, runtime, {
      actor: { kind: 'system' },
      verb: 'run.searched',
      ...(await requestOf(runtime, plan)),
      system: systemKey,
      data: { run: runId, searched: residue.searched, findings: residue.findings.length },
    })
    if (plan.requestId) await enqueueJob(tx, answerTask, { runId }, { jobKey: `erasure.answer:${runId}` })
  })
}
