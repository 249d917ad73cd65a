import { asc, eq } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { identityProof } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { enqueueJob } from '~/jobs/enqueue.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { addressCorrectedAt } from '~/requests/correct.server'
import { requestSealer } from '~/requests/sealed.server'

/**
 * How somebody proved who they are: by a code, in the company's own log-in, by what staff looked at elsewhere (counter,
 * call-back), or by a code that went to the postal or e-mail address on file.
 */
export type ProofMethod = 'email_code' | 'hand_off' | 'verified_elsewhere' | 'letter_code' | 'contact_code'
/** The kinds of identifiers that count as proven by it. */
export type ProvenIdentifier = 'email' | 'customerNumber' | 'phone'
/** The task that looks how far the person is known after something was proven; its payload is `{requestId}`. */
export const identifyTask = 'identity.identify'

export type Proof = typeof identityProof.$inferSelect

export type NewProof = {
  method: ProofMethod
  proves: readonly ProvenIdentifier[]
  /** What staff looked at, in their words; sealed. */
  note?: string | undefined
  /** How and on which day (ISO 8601) staff looked, for the log. */
  seen?: { how: string; on: string } | undefined
  actor: Actor
}

/** Records what is proven of the person of a request, with who looked at it: a dated record, never a flag. */
export async function recordProof(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  request: { id: string; reference: string },
  proof: NewProof,
): Promise<void> {
  const sealer = proof.note ? await requestSealer(tx, runtime, request.id) : null
  await tx.insert(identityProof).values({
    requestId: request.id,
    method: proof.method,
    proves: [...proof.proves],
    noteSealed: sealer?.sealOptional('identity_proof.note', proof.note) ?? null,
    byStaffId: proof.actor.kind === 'staff' ? proof.actor.id : null,
    at: runtime.clock.now(),
  })
  await appendEvidence(tx, runtime, {
    actor: proof.actor,
    verb: 'identity.proven',
    request,
    data: { method: proof.method, proves: [...proof.proves], ...(proof.seen ?? {}) },
  })
  await enqueueJob(tx, identifyTask, { requestId: request.id }, { jobKey: `${identifyTask}:${request.id}` })
}

/**
 * What is proven of the person of a request, oldest first; empty: nothing yet, so no plan and no package. What proved an
 * e-mail address that staff have since corrected says nothing of the new one.
 */
export async function proofsOfRequest(db: Executor, requestId: string): Promise<Proof[]> {
  const proofs = await db
    .select()
    .from(identityProof)
    .where(eq(identityProof.requestId, requestId))
    .orderBy(asc(identityProof.at))
  const correctedAt = await addressCorrectedAt(db, requestId)
  if (!correctedAt) return proofs
  const isOfOld = (proof: Proof) => Temporal.Instant.compare(proof.at, correctedAt) <= 0
  return proofs
    .map((proof) => (isOfOld(proof) ? { ...proof, proves: proof.proves.filter((kind) => kind !== 'email') } : proof))
    .filter((proof) => proof.proves.length > 0)
}
