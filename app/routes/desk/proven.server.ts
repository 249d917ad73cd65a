import type { Executor } from '~db/client'
import { countingProofs, provenBy } from '~/identity/counting-proofs'
import { proofsOfRequest } from '~/identity/proof.server'
import type { ProvenIdentifier } from '~/identity/proof.server'
import type { RequestRow } from '~/requests/move.server'

/** What is proven of the subject of a request. */
export async function provenOf(db: Executor, row: Pick<RequestRow, 'id' | 'filedBy'>): Promise<ProvenIdentifier[]> {
  return provenBy(countingProofs(row.filedBy, await proofsOfRequest(db, row.id)))
}
