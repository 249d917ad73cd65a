import { and, asc, desc, eq, gt } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { erasurePlan, planPart, planSystem } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { requestSealer } from '~/requests/sealed.server'
import type { Intent } from './intent'
import { PlannedRows } from './planned-rows'
import { cutSchema, rowSetSchema, type RowSet, type StoredCut } from './row-sets'

export type PlanRow = typeof erasurePlan.$inferSelect
export type PlanSystemRow = typeof planSystem.$inferSelect

const texts = z.array(z.string())

const tracesSchema = z.object({ identifiers: texts, phones: texts, names: texts })

/** Where the scan found the person and what is to happen there, for a follow-up plan; and by what it was found. */
const foundPlacesSchema = z.object({
  traces: tracesSchema,
  places: z.array(
    z.object({
      finding: z.string(),
      system: z.string(),
      table: z.string(),
      column: z.string(),
      with: z.enum(['redact', 'redact_list', 'empty', 'empty_if_alone']),
      keys: z.array(texts),
    }),
  ),
})
export type FoundPlaces = z.infer<typeof foundPlacesSchema>

/** From whom a plan started: what verification and the check before execution locate again. */
const searchSchema = z.object({
  identifiers: z.object({
    email: texts.exactOptional(),
    phone: texts.exactOptional(),
    customer_number: texts.exactOptional(),
    named: z.record(z.string(), texts).exactOptional(),
  }),
  facts: z.record(z.string(), z.string()),
  subjects: z.array(z.object({ system: z.string(), table: z.string(), key: texts })),
  rows: z.array(z.object({ system: z.string(), table: z.string(), keys: z.array(texts) })).nullable(),
  only: z.record(z.string(), z.enum(['delete', 'pseudonymise'])).nullable(),
  intent: z.custom<Intent>((value) => z.object({ kind: z.string() }).safeParse(value).success),
  today: z.string(),
  findings: foundPlacesSchema.nullable().default(null),
  rules: z.object({ fiscalYearEnd: z.string(), zone: z.string() }),
  held: z.array(z.object({ system: z.string(), table: z.string().nullable() })),
})
export type PlanSearch = z.infer<typeof searchSchema>

const partSchema = z.object({
  sets: z.array(rowSetSchema),
  cuts: z.array(cutSchema),
  /** What the rows held of the person before: what redaction and residue look for. */
  traces: tracesSchema,
  /** Files on disk to which its rows refer (`filesOf`). */
  files: texts.default([]),
})
type Part = z.infer<typeof partSchema>

/** What a plan does in one system. */
export interface PlanContents extends Omit<Part, 'sets'> {
  sets: RowSet[]
}

/** Rows per sealed part, of whatever sets: large enough to seal few, small enough to open one at a time. */
const ROWS_PER_PART = 2_000

export interface PlanSealer {
  seal(place: string, text: string): Uint8Array
  open(place: string, sealed: Uint8Array): string
}

/**
 * Seals what a plan holds of a person: under the request's own data key, or, where no request asked for it, under the
 * installation's key for deferred erasure. Null once the request's key is destroyed.
 */
export async function planSealer(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  plan: { id: string; requestId: string | null },
): Promise<PlanSealer | null> {
  if (plan.requestId) return requestSealer(db, runtime, plan.requestId)
  const associated = (place: string) => `${place}:${plan.id}`
  return {
    seal: (place, text) => runtime.keys.seal('deferred', text, associated(place)),
    open: (place, sealed) => Buffer.from(runtime.keys.open('deferred', sealed, associated(place))).toString('utf8'),
  }
}

/** Opens what a plan holds. Throws when its key is destroyed: a purged case has no plan any more. */
export async function openPlan(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  plan: PlanRow,
): Promise<{ search: PlanSearch; hashKey: Uint8Array; today: Temporal.PlainDate; sealer: PlanSealer }> {
  const sealer = await planSealer(db, runtime, plan)
  if (!sealer) throw new Error('The plan of a purged case can no longer be read')
  const search = searchSchema.parse(JSON.parse(sealer.open(`erasure_plan.search:${plan.id}`, plan.searchSealed)))
  const hashKey = new Uint8Array(
    Buffer.from(sealer.open(`erasure_plan.hash_key:${plan.id}`, plan.hashKeySealed), 'hex'),
  )
  return { search, hashKey, today: Temporal.PlainDate.from(search.today), sealer }
}

export function sealSearch(sealer: PlanSealer, planId: string, search: PlanSearch, hashKey: Uint8Array) {
  return {
    searchSealed: sealer.seal(`erasure_plan.search:${planId}`, JSON.stringify(search)),
    hashKeySealed: sealer.seal(`erasure_plan.hash_key:${planId}`, Buffer.from(hashKey).toString('hex')),
  }
}

/** Writes the rows of one system of a plan, sealed, some thousand a part; one part is made at a time. */
export async function storeContents(
  tx: Transaction,
  sealer: PlanSealer,
  planSystemId: string,
  contents: PlanContents,
): Promise<void> {
  let ordinal = 0
  for (const part of partsOf(contents))
    await tx.insert(planPart).values({
      planSystemId,
      ordinal,
      sealed: sealer.seal(`plan_part:${planSystemId}:${String(ordinal++)}`, JSON.stringify(part)),
    })
}

function* partsOf({ sets, cuts, traces, files }: PlanContents): Generator<Part> {
  let part: Part = { sets: [], cuts, traces, files }
  let room = ROWS_PER_PART
  for (const set of sets)
    for (let at = 0; at < set.rows.length;) {
      if (room === 0) {
        yield part
        part = { sets: [], cuts: [], traces: { identifiers: [], phones: [], names: [] }, files: [] }
        room = ROWS_PER_PART
      }
      const rows = set.rows.slice(at, at + room)
      part.sets.push({ ...set, rows: rows.map((row) => ({ ...row, key: [...row.key] })) })
      at += rows.length
      room -= rows.length
    }
  yield part
}

/** The rows of one system of a plan, as they were sealed. */
export async function readContents(db: Executor, sealer: PlanSealer, planSystemId: string): Promise<PlanContents> {
  const contents = { cuts: [] as StoredCut[], files: [] as string[] }
  const traces: PlanContents['traces'] = { identifiers: [], phones: [], names: [] }
  const sets = new Map<string, RowSet>()
  for await (const part of readParts(db, sealer, planSystemId)) {
    contents.cuts.push(...part.cuts)
    contents.files.push(...part.files)
    for (const kind of ['identifiers', 'phones', 'names'] as const) traces[kind].push(...part.traces[kind])
    for (const { rows, ...rest } of part.sets) {
      const id = JSON.stringify(rest)
      const set = sets.get(id) ?? { ...rest, rows: PlannedRows.of() }
      sets.set(id, set)
      for (const row of rows) set.rows.push(row)
    }
  }
  return { ...contents, traces, sets: [...sets.values()] }
}

async function* readParts(db: Executor, sealer: PlanSealer, planSystemId: string): AsyncGenerator<Part> {
  for (let last = -1; ;) {
    const [row] = await db
      .select()
      .from(planPart)
      .where(and(eq(planPart.planSystemId, planSystemId), gt(planPart.ordinal, last)))
      .orderBy(asc(planPart.ordinal))
      .limit(1)
    if (!row) return
    last = row.ordinal
    if (row.sealed)
      yield partSchema.parse(JSON.parse(sealer.open(`plan_part:${planSystemId}:${String(row.ordinal)}`, row.sealed)))
  }
}

export async function findPlan(db: Executor, planId: string): Promise<PlanRow | undefined> {
  const [row] = await db.select().from(erasurePlan).where(eq(erasurePlan.id, planId))
  return row
}

/** The newest plan of a request, whatever became of it. */
export async function presentPlanRow(db: Executor, requestId: string): Promise<PlanRow | undefined> {
  const [row] = await db
    .select()
    .from(erasurePlan)
    .where(and(eq(erasurePlan.requestId, requestId)))
    .orderBy(desc(erasurePlan.number))
    .limit(1)
  return row
}

export function systemsOfPlan(db: Executor, planId: string): Promise<PlanSystemRow[]> {
  return db.select().from(planSystem).where(eq(planSystem.planId, planId)).orderBy(asc(planSystem.systemKey))
}
