import { and, eq, isNull, or, sql } from 'drizzle-orm'
import { hold, holdLift } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import type { ActiveHold } from './may-touch'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

export type NewHold = {
  kind: 'hold' | 'restriction'
  actor: Actor
  /** Why, in own words; sealed. */
  reason?: string | undefined
} & (
  | {
      scope: 'person'
      /** Blind indexes of the person's addresses. */ hashes: Uint8Array[]
      request?: { id: string; reference: string }
    }
  | { scope: 'request'; request: { id: string; reference: string } }
  | { scope: 'system'; systemKey: string }
  | { scope: 'table'; systemKey: string; table: string }
)

/** Forbids that data be touched, from now until somebody lifts it. */
export async function placeHold(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: NewHold,
): Promise<{ id: string }> {
  const id = crypto.randomUUID()
  const request = 'request' in order ? order.request : undefined
  const systemKey = 'systemKey' in order ? order.systemKey : null
  await tx.insert(hold).values({
    id,
    at: runtime.clock.now(),
    byStaffId: order.actor.kind === 'staff' ? order.actor.id : null,
    kind: order.kind,
    scope: order.scope,
    requestId: request?.id ?? null,
    systemKey,
    table: order.scope === 'table' ? order.table : null,
    hashes: order.scope === 'person' ? order.hashes.map(hex) : null,
    reasonSealed: order.reason ? runtime.keys.seal('wrapping', order.reason, `hold.reason:${id}`) : null,
  })
  await appendEvidence(tx, runtime, {
    actor: order.actor,
    verb: 'hold.placed',
    request,
    ...(systemKey ? { system: systemKey } : {}),
    data: { hold: id, kind: order.kind, scope: order.scope },
  })
  return { id }
}

/** Lifts a hold or a restriction; always a person. Answers false when it is lifted already or unknown. */
export async function liftHold(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { holdId: string; staffId: string },
): Promise<boolean> {
  const [found] = await tx.select().from(hold).where(eq(hold.id, order.holdId)).for('update')
  if (!found) return false
  const lifted = await tx
    .insert(holdLift)
    .values({ at: runtime.clock.now(), byStaffId: order.staffId, holdId: order.holdId })
    .onConflictDoNothing({ target: holdLift.holdId })
    .returning({ id: holdLift.id })
  if (lifted.length === 0) return false
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: order.staffId },
    verb: 'hold.lifted',
    ...(found.systemKey ? { system: found.systemKey } : {}),
    data: { hold: found.id, kind: found.kind },
  })
  return true
}

/** Holds in force that speak of this person, this request, or of any system as a whole. `hashes`: blind indexes. */
export async function activeHolds(
  db: Executor,
  about: { requestId: string | null; hashes: readonly Uint8Array[] },
): Promise<ActiveHold[]> {
  const ofPerson = about.hashes.map((hash) => sql`${hex(hash)}::text = any(${hold.hashes})`)
  const rows = await db
    .select({ hold })
    .from(hold)
    .leftJoin(holdLift, eq(holdLift.holdId, hold.id))
    .where(
      and(
        isNull(holdLift.id),
        or(
          eq(hold.scope, 'system'),
          eq(hold.scope, 'table'),
          ...(about.requestId ? [eq(hold.requestId, about.requestId)] : []),
          ...ofPerson,
        ),
      ),
    )
  return rows.map((row) => ({
    id: row.hold.id,
    kind: row.hold.kind === 'restriction' ? 'restriction' : 'hold',
    scope:
      row.hold.scope === 'person' || row.hold.scope === 'system' || row.hold.scope === 'table'
        ? row.hold.scope
        : 'request',
    requestId: row.hold.requestId,
    systemKey: row.hold.systemKey,
    table: row.hold.table,
  }))
}
