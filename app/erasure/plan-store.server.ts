import { and, asc, desc, eq } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { erasurePlan, planPart, planSystem } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { requestSealer } from '~/requests/sealed.server'
import type { Intent } from './intent'
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
      with: z.enum(['redact', 'redact_list', 'empty']),
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

const contentsSchema = z.object({
  sets: z.array(rowSetSchema),
  cuts: z.array(cutSchema),
  /** What the rows held of the person before: what redaction and residue look for. */
  traces: tracesSchema,
  /** Files on disk to which its rows refer (`filesOf`). */
  files: texts.default([]),
})
export type PlanContents = z.infer<typeof contentsSchema>

/** Rows per sealed part: large enough to seal few, small enough to open one at a time. */
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

/** Writes the rows of one system of a plan, sealed, some thousand a part. */
export async function storeContents(
  tx: Transaction,
  sealer: PlanSealer,
  planSystemId: string,
  contents: PlanContents,
): Promise<void> {
  const none = { identifiers: [], phones: [], names: [] }
  const parts: PlanContents[] = [{ sets: [], cuts: contents.cuts, traces: contents.traces, files: contents.files }]
  for (const set of contents.sets)
    for (let at = 0; at < set.rows.length; at += ROWS_PER_PART)
      parts.push({
        sets: [{ ...set, rows: set.rows.slice(at, at + ROWS_PER_PART) }],
        cuts: [],
        traces: none,
        files: [],
      })
  const small = parts.length <= 50 ? [joined(parts)] : parts
  for (const [ordinal, part] of small.entries())
    await tx.insert(planPart).values({
      planSystemId,
      ordinal,
      sealed: sealer.seal(`plan_part:${planSystemId}:${String(ordinal)}`, JSON.stringify(part)),
    })
}

/** The rows of one system of a plan, as they were sealed. */
export async function readContents(db: Executor, sealer: PlanSealer, planSystemId: string): Promise<PlanContents> {
  const parts = await db
    .select()
    .from(planPart)
    .where(eq(planPart.planSystemId, planSystemId))
    .orderBy(asc(planPart.ordinal))
  return joined(
    parts.flatMap(({ ordinal, sealed }) =>
      sealed
        ? [contentsSchema.parse(JSON.parse(sealer.open(`plan_part:${planSystemId}:${String(ordinal)}`, sealed)))]
        : [],
    ),
  )
}

/** Parts put together again; the pieces of one set become one set. */
function joined(parts: readonly PlanContents[]): PlanContents {
  const sets = new Map<string, RowSet>()
  const cuts: StoredCut[] = []
  const traces: PlanContents['traces'] = { identifiers: [], phones: [], names: [] }
  const files: string[] = []
  for (const part of parts) {
    cuts.push(...part.cuts)
    traces.identifiers.push(...part.traces.identifiers)
    traces.phones.push(...part.traces.phones)
    traces.names.push(...part.traces.names)
    files.push(...part.files)
    for (const { rows, ...rest } of part.sets) {
      const id = JSON.stringify(rest)
      const known = sets.get(id)
      if (known) for (const row of rows) known.rows.push(row)
      else sets.set(id, { ...rest, rows: [...rows] })
    }
  }
  return { sets: [...sets.values()], cuts, traces, files }
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
