import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { bytes, instant, plainDate } from '../columns'

/**
 * A plan: what would be done in which systems, bound by its hash to rows and map versions. Never changed once made, but for
 * `state` (open, approved, rejected, recalled, stale, executed), which is the sum of the records below. Everything about rows
 * lies sealed in `planPart`.
 */
export const erasurePlan = pgTable(
  'erasure_plan',
  {
    id: uuid().primaryKey().defaultRandom(),
    /** Tells which is newer where two were made in the same instant. */
    number: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    cause: text().notNull(),
    requestId: uuid(),
    /** The plan whose findings this one follows up. */
    followsPlanId: uuid(),
    hash: text().notNull(),
    hashKeySealed: bytes().notNull(),
    /** Identifiers and chosen subjects, from which verification locates again. */
    searchSealed: bytes().notNull(),
    needsApproval: boolean().notNull(),
    state: text().notNull().default('open'),
    at: instant().notNull(),
    byStaffId: uuid(),
  },
  (table) => [index('erasure_plan_request').on(table.requestId, table.at)],
)

/** One system of a plan. `summary`: counts per table, without a key or a value. */
export const planSystem = pgTable(
  'plan_system',
  {
    id: uuid().primaryKey().defaultRandom(),
    planId: uuid()
      .notNull()
      .references(() => erasurePlan.id),
    systemKey: text().notNull(),
    mapVersion: integer().notNull(),
    summary: jsonb().$type<Record<string, unknown>>().notNull(),
    /** Rows that the plan deletes or rewrites. */
    changes: integer().notNull(),
  },
  (table) => [uniqueIndex('plan_system_key').on(table.planId, table.systemKey)],
)

/** The rows of a plan, some thousand a part, sealed. */
export const planPart = pgTable(
  'plan_part',
  {
    planSystemId: uuid()
      .notNull()
      .references(() => planSystem.id),
    ordinal: integer().notNull(),
    sealed: bytes(),
  },
  (table) => [primaryKey({ columns: [table.planSystemId, table.ordinal] })],
)

const byPerson = { id: uuid().primaryKey().defaultRandom(), at: instant().notNull(), byStaffId: uuid().notNull() }

/** Four eyes: `alone` marks the exception, which carries a sealed reason. */
export const planApproval = pgTable(
  'plan_approval',
  {
    ...byPerson,
    planId: uuid()
      .notNull()
      .references(() => erasurePlan.id),
    hash: text().notNull(),
    alone: boolean().notNull().default(false),
    reasonSealed: bytes(),
    /** Last day on which another person has to have looked at what was approved alone. */
    reviewBy: plainDate(),
    /** When that day was over and nobody had: the admins were told. */
    reviewLapsedAt: instant(),
  },
  (table) => [
    uniqueIndex('plan_approval_plan').on(table.planId),
    index('plan_approval_alone')
      .on(table.reviewBy)
      .where(sql`alone`),
  ],
)

/** Another person looked afterwards at what somebody approved alone. `verdict`: accepted or objected. */
export const approvalReview = pgTable(
  'approval_review',
  {
    ...byPerson,
    approvalId: uuid()
      .notNull()
      .references(() => planApproval.id),
    verdict: text().notNull(),
    reasonSealed: bytes(),
  },
  (table) => [uniqueIndex('approval_review_approval').on(table.approvalId)],
)

/** The approver sent the plan back (`rejected`), or the planner took it back (`recalled`). */
export const planReturn = pgTable(
  'plan_return',
  {
    ...byPerson,
    planId: uuid()
      .notNull()
      .references(() => erasurePlan.id),
    kind: text().notNull(),
    reasonSealed: bytes(),
  },
  (table) => [uniqueIndex('plan_return_plan').on(table.planId)],
)

/** What a person settled about a link that can't be emptied: accepted as it is. */
export const planDecision = pgTable(
  'plan_decision',
  {
    ...byPerson,
    planId: uuid()
      .notNull()
      .references(() => erasurePlan.id),
    systemKey: text().notNull(),
    table: text().notNull(),
    columns: text().array().notNull(),
    reasonSealed: bytes(),
  },
  (table) => [uniqueIndex('plan_decision_what').on(table.planId, table.systemKey, table.table, table.columns)],
)

/** One execution of a plan. `state`: running, done, partial, stale, failed (contract.md). */
export const erasureRun = pgTable(
  'erasure_run',
  {
    id: uuid().primaryKey().defaultRandom(),
    number: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    planId: uuid()
      .notNull()
      .references(() => erasurePlan.id),
    requestId: uuid(),
    state: text().notNull().default('running'),
    /** Tries in a row that failed and are repeated by themselves; 0 when nothing is to be repeated. */
    attempts: integer().notNull().default(0),
    at: instant().notNull(),
    byStaffId: uuid(),
    finishedAt: instant(),
    answeredAt: instant(),
    /** When a person closed the request though the run did not do everything; it is not worked again. */
    closedAt: instant(),
    /** Over so many rows a system is worked in batches; the run's own, so that its batches stay what they are. */
    rowsPerBatch: integer().notNull().default(100_000),
    /** Pseudonym key, wrapped; emptied after verification, so that nobody can compute a pseudonym again. */
    pseudonymKey: bytes(),
    keyDestroyedAt: instant(),
    /** What no longer fitted, per system and table: counts and names of columns. */
    difference: jsonb().$type<Record<string, unknown>>(),
    /** Some keys of those rows, sealed. */
    differenceSealed: bytes(),
    /** When the systems that were left were planned anew; this run is not worked again. */
    restPlannedAt: instant(),
  },
  (table) => [uniqueIndex('erasure_run_plan').on(table.planId), index('erasure_run_request').on(table.requestId)],
)

/** Somebody stopped a run for a while; it goes on when they say so. */
export const runPause = pgTable(
  'run_pause',
  {
    ...byPerson,
    runId: uuid()
      .notNull()
      .references(() => erasureRun.id),
    resumedAt: instant(),
    resumedByStaffId: uuid(),
  },
  (table) => [index('run_pause_run').on(table.runId)],
)

/** Somebody took a run back before anything of it was committed. `outcome`: cancelled, or too_late. */
export const runCancellation = pgTable(
  'run_cancellation',
  {
    ...byPerson,
    runId: uuid()
      .notNull()
      .references(() => erasureRun.id),
    reasonSealed: bytes(),
    outcome: text(),
    settledAt: instant(),
  },
  (table) => [uniqueIndex('run_cancellation_run').on(table.runId)],
)

/** `state`: waiting, running, executed, done, nothing_found, failed, refused, deferred, skipped. */
export const runSystem = pgTable(
  'run_system',
  {
    id: uuid().primaryKey().defaultRandom(),
    runId: uuid()
      .notNull()
      .references(() => erasureRun.id),
    systemKey: text().notNull(),
    state: text().notNull().default('waiting'),
    deleted: integer().notNull().default(0),
    pseudonymised: integer().notNull().default(0),
    kept: integer().notNull().default(0),
    batchesDone: integer().notNull().default(0),
    batches: integer().notNull().default(1),
    /** Rows of the plan that committed batches changed. */
    rowsDone: integer().notNull().default(0),
    /** Since when a transaction of ours may have committed there unseen; null: surely nothing but what `executedAt` says. */
    attemptedAt: instant(),
    /** Kind, code, table and constraint of what failed; never a database's own words. */
    failure: jsonb().$type<{ kind: string; code: string | null; table: string | null; constraint: string | null }>(),
    /** Since when something is surely changed there. */
    executedAt: instant(),
    /** When all of it was written down: its evidence, and what goes later. */
    recordedAt: instant(),
    verifiedAt: instant(),
    /** What verification found wrong, as counts; null: nothing. */
    mismatch: jsonb().$type<Record<string, unknown>>(),
    /** Since when the nightly pass owes this system its scan (`residue.mode`); null: the run searches by itself, or nothing is to be searched. */
    residueDueAt: instant(),
    residueAt: instant(),
    residueSearched: integer(),
    nameHits: integer(),
    notSearched: text().array(),
    skippedByStaffId: uuid(),
    skippedAt: instant(),
    skipReasonSealed: bytes(),
  },
  (table) => [uniqueIndex('run_system_key').on(table.runId, table.systemKey)],
)

/** A place where the person's identifiers still stood after the run. Keys sealed; decided by a person. */
export const residueFinding = pgTable(
  'residue_finding',
  {
    id: uuid().primaryKey().defaultRandom(),
    runSystemId: uuid()
      .notNull()
      .references(() => runSystem.id),
    table: text().notNull(),
    column: text().notNull(),
    rows: integer().notNull(),
    keysSealed: bytes(),
    at: instant().notNull(),
    /** keep, redact or erase. */
    decision: text(),
    decidedAt: instant(),
    decidedByStaffId: uuid(),
    reasonSealed: bytes(),
    /** When a follow-up plan did what was decided; a finding that stays never gets one. */
    carriedOutAt: instant(),
  },
  (table) => [index('residue_finding_run').on(table.runSystemId)],
)

/**
 * Pseudonymised rows of one table that share what was kept or generalised of them with fewer than five rows in all, so that
 * somebody may still tell who it is. Keys sealed; decided by a person.
 */
export const smallGroup = pgTable(
  'small_group',
  {
    id: uuid().primaryKey().defaultRandom(),
    runSystemId: uuid()
      .notNull()
      .references(() => runSystem.id),
    table: text().notNull(),
    columns: text().array().notNull(),
    /** How many rows share the values, 1 to 4; null: it could not be counted within its time. */
    size: integer(),
    groups: integer().notNull(),
    /** Rows of this run in these groups. */
    rows: integer().notNull(),
    keysSealed: bytes(),
    at: instant().notNull(),
    /** accept or empty. */
    decision: text(),
    decidedAt: instant(),
    decidedByStaffId: uuid(),
    reasonSealed: bytes(),
    /** When a follow-up plan emptied the columns. */
    carriedOutAt: instant(),
  },
  (table) => [index('small_group_run').on(table.runSystemId)],
)

/**
 * A row that a plan kept and that goes later. `sealed` (key, digests, action) is under the installation's key for deferred
 * erasure, so that it outlives the request's own key. `dueOn` null: when nothing needs or refers to it any more.
 */
export const deferredErasure = pgTable(
  'deferred_erasure',
  {
    id: uuid().primaryKey().defaultRandom(),
    runId: uuid()
      .notNull()
      .references(() => erasureRun.id),
    requestId: uuid(),
    systemKey: text().notNull(),
    table: text().notNull(),
    dueOn: plainDate(),
    rows: integer().notNull(),
    sealed: bytes(),
    at: instant().notNull(),
    doneAt: instant(),
    /** done, or changed: the key now carries other values and a person has to look. */
    outcome: text(),
  },
  (table) => [index('deferred_erasure_due').on(table.dueOn, table.doneAt)],
)

/**
 * Rows that a run deleted or rewrote, so that an erasure can be repeated after the connected system was restored from a
 * backup. `sealed` (key, digest of subject and link columns as they were, action) is under the installation's key for deferred
 * erasure; gone when no backup can hold the rows any more (`keptUntil`).
 */
export const erasedRows = pgTable(
  'erased_rows',
  {
    id: uuid().primaryKey().defaultRandom(),
    runId: uuid()
      .notNull()
      .references(() => erasureRun.id),
    systemKey: text().notNull(),
    table: text().notNull(),
    rows: integer().notNull(),
    sealed: bytes().notNull(),
    at: instant().notNull(),
    keptUntil: plainDate().notNull(),
    /** Batch of the run; written before the connected database commits it. */
    batch: integer().notNull().default(0),
    /** When its receipt was seen; null: nobody knows yet whether the rows were erased at all. */
    committedAt: instant(),
  },
  (table) => [index('erased_rows_system').on(table.systemKey, table.at), index('erased_rows_run').on(table.runId)],
)

/** Rows with an address of the suppression list that stand in a connected system again. Keys sealed; seen by a person. */
export const returnedPerson = pgTable(
  'returned_person',
  {
    id: uuid().primaryKey().defaultRandom(),
    systemKey: text().notNull(),
    table: text().notNull(),
    /** erased or objection. */
    reason: text().notNull(),
    rows: integer().notNull(),
    keysSealed: bytes().notNull(),
    at: instant().notNull(),
    seenAt: instant(),
    seenByStaffId: uuid(),
  },
  (table) => [index('returned_person_open').on(table.systemKey, table.seenAt)],
)

/** People who objected to marketing or were erased, as keyed hashes, so that an import that brings them back is noticed. */
export const suppressionEntry = pgTable(
  'suppression_entry',
  {
    kind: text().notNull(),
    hash: bytes().notNull(),
    reason: text().notNull(),
    requestId: uuid(),
    at: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.hash, table.reason] })],
)

/**
 * Somebody forbids that data be touched. `scope`: person (blind hashes of identifiers in `hashes`), request, system or table.
 * `kind`: hold, or restriction (art. 18), which only a person lifts.
 */
export const hold = pgTable(
  'hold',
  {
    ...byPerson,
    byStaffId: uuid(),
    kind: text().notNull(),
    scope: text().notNull(),
    requestId: uuid(),
    systemKey: text(),
    table: text(),
    /** Blind indexes in hex. */
    hashes: text().array(),
    reasonSealed: bytes(),
  },
  (table) => [index('hold_request').on(table.requestId), index('hold_system').on(table.systemKey)],
)

export const holdLift = pgTable(
  'hold_lift',
  {
    ...byPerson,
    holdId: uuid()
      .notNull()
      .references(() => hold.id),
  },
  (table) => [uniqueIndex('hold_lift_hold').on(table.holdId)],
)
