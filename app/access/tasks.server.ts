import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { accessPackage } from '~db/schema'
import type { Transaction } from '~db/client'
import { subjectOfRequest } from '~/erasure/subject-of-request.server'
import type { Proven } from '~/erasure/subject-of-request.server'
import { appendEvidence } from '~/evidence/append.server'
import type { Schedule, Task } from '~/jobs/task.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import { isIdentityOpen, standingOf } from '~/requests/identification.server'
import { lockRequest } from '~/requests/move.server'
import type { RequestRow } from '~/requests/move.server'
import { requestSealer } from '~/requests/sealed.server'
import type { RequestSealer } from '~/requests/sealed.server'
import { SystemError } from '~/systems/adapters/adapter'
import type { Identifiers } from '~/systems/located'
import { databaseKeys, listSystems, openSystem } from '~/systems/registry.server'
import { collectService } from './collect-service.server'
import { collectSystem } from './collect.server'
import type { Collector } from './collect.server'
import { rowCount } from './contents'
import type { PackageContents } from './contents'
import { endLapsedPackages } from './end.server'
import { ownData } from './own-data.server'
import { portions } from '~/systems/locate/rows'
import { removeParts, rowsPerPart, writePart } from './parts.server'
import { lockPackage, packageSubjects, prepareTask } from './prepare.server'
import type { PackageRecord } from './prepare.server'

/** A system that could not be read: tried again; the page says which one meanwhile. */
class SystemAway extends Error {
  override readonly name = 'SystemAway'
  constructor(
    readonly system: string,
    readonly kind: string,
  ) {
    super(`${system}: ${kind}`)
  }
}

const payloadSchema = z.object({ packageId: z.uuid() })

/**
 * Locates the person in all connected systems and lays the rows down, all in one transaction of the own database: a crash
 * leaves nothing half, and the job begins anew. May run again: a package that is not being prepared is left alone.
 */
const prepare: Task = {
  name: prepareTask,
  run: async (runtime, payload) => {
    const { packageId } = payloadSchema.parse(payload)
    try {
      await inTransaction(runtime, (tx) => fill(tx, runtime, packageId))
    } catch (error) {
      if (!(error instanceof SystemAway)) throw error
      await runtime.db
        .update(accessPackage)
        .set({ failure: { kind: error.kind, system: error.system } })
        .where(eq(accessPackage.id, packageId))
      throw error
    }
  },
}

async function fill(tx: Transaction, runtime: Runtime, packageId: string): Promise<void> {
  const record = await lockPackage(tx, packageId)
  if (record?.state !== 'preparing') return
  const row = await lockRequest(tx, record.requestId)
  const sealer = row && (await requestSealer(tx, runtime, row.id))
  const subject = row && (await subjectOfRequest(tx, runtime, row, record.proves as Proven[]))
  if (!row || !sealer || !subject) return
  const kind = record.kind === 'portability' ? 'portability' : 'access'
  const collector: Collector = { tx, sealer, packageId, kind, tables: [], nextOrdinal: 0 }
  const chosen = record.subjectsSealed
    ? packageSubjects.parse(JSON.parse(sealer.open(`access_package.subjects:${packageId}`, record.subjectsSealed)))
    : []
  const candidates = []
  const unclear: { reason: 'ambiguous' | 'unfounded_choice'; system: string }[] = []
  for (const key of await databaseKeys(tx)) {
    const subjects = chosen.filter((each) => each.system === key)
    const collected = await collectFrom(runtime, collector, key, subject, subjects)
    if (collected.ok) continue
    unclear.push({ reason: collected.reason, system: key })
    candidates.push(...collected.candidates.map((each) => ({ ...each, system: key })))
  }
  // Until it is certain who asks, a package says that nothing was found, or nothing at all.
  if (collector.tables.length > 0 && isIdentityOpen(await standingOf(tx, row)))
    return fail(tx, runtime, { record, row, sealer }, 'identity_open')
  // What nobody may be handed weighs more than what somebody still has to choose.
  const unfit = unclear.find((each) => each.reason === 'unfounded_choice') ?? unclear[0]
  if (unfit) return askWho(tx, runtime, { record, row, sealer }, unfit, candidates)
  const elsewhere = await collectElsewhere(runtime, collector, row, subject.identifiers)
  await addOwnData(tx, runtime, collector, row)
  const contents: PackageContents = { tables: collector.tables, elsewhere }
  await tx
    .update(accessPackage)
    .set({ state: 'prepared', preparedAt: runtime.clock.now(), contents, failure: null })
    .where(eq(accessPackage.id, packageId))
  await appendEvidence(tx, runtime, {
    actor: { kind: 'system' },
    verb: 'access.prepared',
    request: row,
    data: { package: packageId, tables: contents.tables.length, rows: rowCount(contents) },
  })
}

/** What the services give; answers the systems where a person has to look. */
async function collectElsewhere(
  runtime: Runtime,
  collector: Collector,
  request: RequestRow,
  identifiers: Identifiers,
): Promise<string[]> {
  const byHand: string[] = []
  for (const { key, engine } of await listSystems(collector.tx)) {
    if (engine === 'manual') byHand.push(key)
    if (engine !== 'webhook') continue
    const given = await collectService(runtime, collector, { key, request, identifiers })
    if (given.state === 'away') throw new SystemAway(key, given.kind)
    if (given.state === 'nobody') byHand.push(key)
  }
  return byHand
}

async function collectFrom(
  runtime: Runtime,
  collector: Collector,
  key: string,
  subject: NonNullable<Awaited<ReturnType<typeof subjectOfRequest>>>,
  subjects: readonly { table: string; key: string[] }[],
) {
  try {
    const opened = await openSystem(runtime, collector.tx, key)
    if (!opened.ok) throw new SystemAway(key, opened.reason)
    return await collectSystem(collector, opened.system, subject.identifiers, { subjects, facts: subject.facts })
  } catch (error) {
    if (error instanceof SystemError) throw new SystemAway(key, error.kind)
    throw error
  }
}

/**
 * Several persons carry the identifier, or somebody chose one that nothing proven finds: a person has to choose (again), and
 * sees what tells them apart, masked.
 */
async function askWho(
  tx: Transaction,
  runtime: Runtime,
  facing: Facing,
  unfit: { reason: 'ambiguous' | 'unfounded_choice'; system: string },
  candidates: readonly { system: string; table: string; key: readonly string[]; distinguishing: object }[],
): Promise<void> {
  return fail(tx, runtime, facing, unfit.reason, { system: unfit.system, candidates })
}

type Facing = { record: PackageRecord; row: RequestRow; sealer: RequestSealer }

/** Ends the preparing with what a person has to do first. */
async function fail(
  tx: Transaction,
  runtime: Runtime,
  { record, row, sealer }: Facing,
  kind: 'ambiguous' | 'unfounded_choice' | 'identity_open',
  { system = null, candidates = [] }: { system?: string | null; candidates?: readonly object[] } = {},
): Promise<void> {
  await tx
    .update(accessPackage)
    .set({
      state: 'failed',
      failure: { kind, system },
      candidatesSealed: sealer.seal(`access_package.candidates:${record.id}`, JSON.stringify(candidates)),
    })
    .where(eq(accessPackage.id, record.id))
  await removeParts(tx, record.id)
  await appendEvidence(tx, runtime, {
    actor: { kind: 'system' },
    verb: `access.${kind}`,
    request: row,
    data: { package: record.id, candidates: candidates.length },
  })
}

async function addOwnData(tx: Transaction, runtime: Runtime, collector: Collector, row: RequestRow): Promise<void> {
  for (const { table, rows } of await ownData(tx, runtime, row)) {
    if (rows.length === 0) continue
    const place = collector.tables.push(table) - 1
    for (const portion of portions(rows, rowsPerPart))
      await writePart(tx, collector.sealer, collector.packageId, {
        ordinal: collector.nextOrdinal++,
        place,
        shared: false,
        rows: portion,
      })
  }
}

const endTask = 'access.end'
const end: Task = { name: endTask, run: async (runtime) => void (await endLapsedPackages(runtime)) }

export const accessTasks: Task[] = [prepare, end]
export const accessSchedule: Schedule[] = [{ task: endTask, cron: '*/15 * * * *' }]
