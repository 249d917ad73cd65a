import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { confirmRequest, requestsOfSubmission } from '~/requests/confirm.server'
import type { RequestRow } from '~/requests/move.server'
import { recordProof } from './proof.server'
import type { NewProof } from './proof.server'

/**
 * The sender of a submission proved the e-mail address, by a code unless `proof` says otherwise: every request of it is
 * confirmed and carries the proof. Answers the requests as they stand now.
 */
export async function confirmSubmission(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  submissionId: string,
  proof: Pick<NewProof, 'method' | 'proves'> = { method: 'email_code', proves: ['email'] },
): Promise<RequestRow[]> {
  for (const row of await requestsOfSubmission(tx, submissionId)) {
    if (!(await confirmRequest(tx, runtime, row.id, proof.method))) continue
    await recordProof(tx, runtime, row, { ...proof, actor: { kind: 'subject' } })
  }
  return requestsOfSubmission(tx, submissionId)
}
