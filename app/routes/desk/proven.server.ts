import type { Executor } from '~db/client'
import type { Proven } from '~/erasure/subject-of-request.server'
import { proofsOfRequest } from '~/identity/proof.server'
import type { RequestRow } from '~/requests/move.server'

const provable: readonly Proven[] = ['email', 'phone', 'customerNumber']

/** What is proven of the subject. Whoever files for another proves themselves only: somebody has to have looked at it. */
export async function provenOf(db: Executor, row: Pick<RequestRow, 'id' | 'filedBy'>): Promise<Proven[]> {
  const proofs = await proofsOfRequest(db, row.id)
  const counting = row.filedBy === 'self' ? proofs : proofs.filter((proof) => proof.method === 'verified_elsewhere')
  return provable.filter((kind) => counting.some((proof) => proof.proves.includes(kind)))
}
