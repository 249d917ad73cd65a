import { Temporal } from 'temporal-polyfill'
import { and, eq, inArray } from 'drizzle-orm'
import { erasurePlan, planSystem } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Blocker } from '~/holds/may-touch'
import { newKey } from '~/platform/keys.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { together } from '~/platform/together'
import { SystemError } from '~/systems/adapters/adapter'
import type { Identifiers, LocatedCandidate, RowKey } from '~/systems/located'
import { databaseKeys, openSystem, type OpenSystem } from '~/systems/registry.server'
import { askHolds } from './blockers.server'
import { planHash } from './digest'
import { drawElsewhere, systemsElsewhere } from './elsewhere/draw.server'
import { checkFit } from './fit-plan'
import { withFoundTables } from './found-tables'
import type { Intent } from './intent'
import { repeated, settingCauses, type Cause, type Obstacle, type PlannedCut } from './plan'
import { planSealer, sealSearch, storeContents, type FoundPlaces, type PlanSearch } from './plan-store.server'
import { propose, type Proposal } from './propose.server'
import { rehearse } from './rehearse.server'
import { changes, changingRows, hashedRows, storedCuts } from './row-sets'
import { summarise, type SystemSummary } from './summary'

export interface PlanOrder {
  readonly cause: Cause
  readonly request: { readonly id: string; readonly reference: string } | null
  /** Keys of the connected databases; absent: all that have a map. */
  readonly systems?: readonly string[]
  /** Proven. */
  readonly identifiers: Identifiers
  readonly facts?: Readonly<Record<string, string>>
  /** What a person chose where several persons carry the identifier. */
  readonly subjects?: readonly { readonly system: string; readonly table: string; readonly key: RowKey }[]
  /** Start from these rows (retention, deferred erasure). */
  readonly rows?: readonly { readonly system: string; readonly table: string; readonly keys: readonly RowKey[] }[]
  readonly intent: Intent
  /** Refuse rather than plan for rows of anybody: it is not certain yet whose they are. */
  readonly nothingOnly?: boolean
  /** Follow-up: the places to rewrite, found by the scan and decided by a person. */
  readonly findings?: FoundPlaces
  readonly actor: Actor
  readonly followsPlanId?: string
}

export type PlanRefusal =
  | { ok: false; reason: 'ambiguous_subject'; candidates: readonly (LocatedCandidate & { system: string })[] }
  | { ok: false; reason: 'unfounded_choice'; chosen: readonly { system: string; table: string; key: RowKey }[] }
  | { ok: false; reason: 'blocked'; blockedBy: readonly Blocker[] }
  | { ok: false; reason: 'obstacles'; obstacles: readonly (Obstacle & { system: string })[] }
  | { ok: false; reason: 'system_unavailable'; system: string; kind: string }
  | { ok: false; reason: 'nothing_known' | 'identity_open' }

export interface MadePlan {
  readonly id: string
  readonly hash: string
  readonly needsApproval: boolean
  readonly changes: number
  readonly systems: readonly (SystemSummary & { system: string })[]
}

/**
 * Makes a plan: locates, decides, rehearses, and binds it all to one hash. Changes nothing in the connected systems. A plan
 * is immutable; a newer one of the same request takes the place of an open one. The caller moves the request.
 */
export async function makePlan(
  tx: Transaction,
  runtime: Runtime,
  order: PlanOrder,
): Promise<{ ok: true; plan: MadePlan } | PlanRefusal> {
  const id = crypto.randomUUID()
  const addresses = order.identifiers.email ?? []
  const about = { cause: order.cause, requestId: order.request?.id ?? null }
  const [sealer, free, away, keys] = await together([
    planSealer(tx, runtime, { id, requestId: about.requestId }),
    askHolds(tx, runtime, { ...about, addresses }),
    systemsElsewhere(tx, order),
    order.systems ?? databaseKeys(tx),
  ])
  if (!sealer) return { ok: false, reason: 'nothing_known' }
  if (!free.ok) return { ok: false, reason: 'blocked', blockedBy: free.blockedBy }
  const search = await searchOf(tx, runtime, order, free.held)
  const hashKey = newKey()
  const drawn: Drawn[] = []
  for (const key of keys) {
    if (away.some((each) => each.key === key)) continue
    const answer = await drawUp(tx, runtime, key, search, hashKey)
    if (!answer.ok) return answer
    drawn.push(answer.drawn)
  }
  const elsewhere = await drawElsewhere(tx, runtime, away, order, hashKey)
  if (!elsewhere.ok) return elsewhere
  const candidates = drawn.flatMap(({ proposal }) =>
    proposal.person.candidates.map((each) => ({ ...each, system: proposal.system.key })),
  )
  if (candidates.length > 0) return { ok: false, reason: 'ambiguous_subject', candidates }
  if (order.nothingOnly && drawn.some(({ proposal }) => foundAnything(proposal)))
    return { ok: false, reason: 'identity_open' }
  const known = new Set(drawn.map(({ proposal }) => proposal.system.key))
  const unfounded = [
    ...drawn.flatMap(({ proposal }) =>
      proposal.person.unfounded.map((each) => ({ ...each, system: proposal.system.key })),
    ),
    ...search.subjects.filter((each) => !known.has(each.system)),
  ]
  if (unfounded.length > 0) return { ok: false, reason: 'unfounded_choice', chosen: unfounded }
  const met = await askHolds(tx, runtime, {
    ...about,
    addresses: drawn.flatMap(({ proposal }) => proposal.traces.identifiers),
  })
  if (!met.ok) return { ok: false, reason: 'blocked', blockedBy: met.blockedBy }
  const obstacles = drawn.flatMap((each) =>
    each.obstacles.map((obstacle) => ({ ...obstacle, system: each.proposal.system.key })),
  )
  if (obstacles.length > 0) return { ok: false, reason: 'obstacles', obstacles }

  const hash = planHash(hashKey, [
    ...drawn.map((each) => hashedSystem(each)),
    ...elsewhere.drawn.map((each) => each.hashed),
  ])
  const needsApproval = !settingCauses.includes(order.cause) && !repeated.includes(order.cause)
  await retirePlans(tx, order.request?.id ?? null, order.cause)
  await tx.insert(erasurePlan).values({
    id,
    cause: order.cause,
    requestId: order.request?.id ?? null,
    followsPlanId: order.followsPlanId ?? null,
    hash,
    ...sealSearch(sealer, id, search, hashKey),
    needsApproval,
    at: runtime.clock.now(),
    byStaffId: order.actor.kind === 'staff' ? order.actor.id : null,
  })
  const systems: (SystemSummary & { system: string })[] = []
  let changed = 0
  for (const each of drawn) {
    const { proposal } = each
    const { sets } = proposal
    const summary = summarise(proposal, [...proposal.model.tables.keys()])
    const rows = changingRows(sets)
    const planSystemId = crypto.randomUUID()
    await tx.insert(planSystem).values({
      id: planSystemId,
      planId: id,
      systemKey: proposal.system.key,
      mapVersion: proposal.system.mapVersion,
      summary: { ...summary },
      changes: rows,
    })
    await storeContents(tx, sealer, planSystemId, {
      sets,
      cuts: storedCuts(proposal.decided.cuts),
      traces: {
        identifiers: [...proposal.traces.identifiers],
        phones: [...proposal.traces.phones],
        names: [...proposal.traces.names],
      },
      files: [...proposal.files],
    })
    systems.push({ system: proposal.system.key, ...summary })
    changed += rows
  }
  for (const { key, summary, changes: rows } of elsewhere.drawn) {
    await tx
      .insert(planSystem)
      .values({ planId: id, systemKey: key, mapVersion: 0, summary: { ...summary }, changes: rows })
    systems.push({ system: key, ...summary })
    changed += rows
  }
  await appendEvidence(tx, runtime, {
    actor: order.actor,
    verb: 'plan.made',
    ...(order.request ? { request: order.request } : {}),
    data: { plan: id, cause: order.cause, hash, changes: changed, systems: systems.map((each) => each.system) },
  })
  return { ok: true, plan: { id, hash, needsApproval, changes: changed, systems } }
}

const foundAnything = ({ person }: Proposal) =>
  [...person.rows.values(), ...person.shared.values()].some((rows) => rows.length > 0)

interface Drawn {
  readonly proposal: Proposal
  readonly obstacles: readonly Obstacle[]
}

const hashedSystem = ({ proposal }: Drawn) => ({
  system: proposal.system.key,
  mapVersion: proposal.system.mapVersion,
  rows: hashedRows(proposal.sets),
  cuts: proposal.decided.cuts.map((cut) => ({
    table: cut.table,
    columns: cut.columns,
    keys: keysOfCut(cut),
  })),
})

function* keysOfCut({ rows }: PlannedCut): Generator<RowKey> {
  for (const { key, onto } of rows) yield key ?? onto
}

async function searchOf(
  tx: Transaction,
  runtime: Runtime,
  order: PlanOrder,
  held: readonly { system: string; table: string | null }[],
): Promise<PlanSearch> {
  const organisation = await readOrganisation(tx)
  const zone = organisation['organisation.zone']
  const { identifiers } = order
  return {
    identifiers: {
      ...(identifiers.email ? { email: [...identifiers.email] } : {}),
      ...(identifiers.phone ? { phone: [...identifiers.phone] } : {}),
      ...(identifiers.customer_number ? { customer_number: [...identifiers.customer_number] } : {}),
      ...(identifiers.named
        ? { named: Object.fromEntries(Object.entries(identifiers.named).map(([name, values]) => [name, [...values]])) }
        : {}),
    },
    facts: { ...order.facts },
    subjects: (order.subjects ?? []).map((each) => ({ ...each, key: [...each.key] })),
    rows: order.rows?.map((each) => ({ ...each, keys: each.keys.map((key) => [...key]) })) ?? null,
    findings: order.findings ?? null,
    only: order.intent.kind === 'erase' && order.intent.only ? Object.fromEntries(order.intent.only) : null,
    intent: order.intent.kind === 'erase' ? { kind: 'erase', only: null } : order.intent,
    today: runtime.clock.now().toZonedDateTimeISO(zone).toPlainDate().toString(),
    rules: { fiscalYearEnd: organisation['organisation.fiscalYearEnd'], zone },
    held: [...held],
  }
}

async function drawUp(
  tx: Transaction,
  runtime: Runtime,
  key: string,
  search: PlanSearch,
  hashKey: Uint8Array,
): Promise<{ ok: true; drawn: Drawn } | Extract<PlanRefusal, { reason: 'system_unavailable' }>> {
  try {
    const rowsPerBatch = (await readOrganisation(tx))['erasure.rowsPerBatch']
    const opened = await openSystem(runtime, tx, key)
    if (!opened.ok) return { ok: false, reason: 'system_unavailable', system: key, kind: opened.reason }
    const system = withFoundTables(opened.system, search)
    const proposal = await system.adapter.transaction(
      (executor) => propose(executor, proposalOrder(system, search), hashKey),
      {
        readOnly: true,
        isolation: 'repeatable read',
      },
    )
    const { sets } = proposal
    const fit = [...proposal.decided.obstacles, ...checkFit(proposal.model, sets)]
    const changing = sets.some(changes) || proposal.decided.cuts.length > 0
    const rehearsed = fit.length === 0 && changing ? await rehearse(proposal, rowsPerBatch) : []
    return { ok: true, drawn: { proposal, obstacles: [...fit, ...rehearsed] } }
  } catch (error) {
    if (error instanceof SystemError) return { ok: false, reason: 'system_unavailable', system: key, kind: error.kind }
    throw error
  }
}

/** What to locate and decide again for a plan: at its making, before its execution, and when it is verified. */
export function proposalOrder(system: OpenSystem, search: PlanSearch): Parameters<typeof propose>[1] {
  const rows = search.rows?.filter((each) => each.system === system.key)
  const only = search.only ? new Map(Object.entries(search.only)) : null
  return {
    system,
    identifiers: search.identifiers,
    facts: search.facts,
    subjects: search.subjects.filter((each) => each.system === system.key),
    rows: rows ? new Map(rows.map((each) => [each.table, each.keys])) : null,
    intent: search.intent.kind === 'erase' ? { kind: 'erase', only } : search.intent,
    today: Temporal.PlainDate.from(search.today),
    rules: search.rules,
    held: new Set(
      search.held
        .filter((each) => each.system === system.key)
        .flatMap((each) => (each.table === null ? [...system.map.tables.keys()] : [each.table])),
    ),
    suggestions: false,
    findings: search.findings,
  }
}

/** A newer plan of the same request takes the place of those that nobody carried out. */
async function retirePlans(tx: Transaction, requestId: string | null, cause: Cause): Promise<void> {
  if (!requestId) return
  await tx
    .update(erasurePlan)
    .set({ state: 'stale' })
    .where(
      and(
        eq(erasurePlan.requestId, requestId),
        eq(erasurePlan.cause, cause),
        inArray(erasurePlan.state, ['open', 'approved']),
      ),
    )
}
