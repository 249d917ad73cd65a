import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { fileSubmission } from '~/requests/intake.server'
import type { Filed, Submission } from '~/requests/intake.server'
import { askCodeForSubmission } from './ask-code.server'
import type { Binding } from './binding-cookie.server'

/**
 * Files what came through the portal's form and asks for the code that confirms it, in one transaction: what was
 * answered is there, with its clock and its mail, or nothing is. `mayMail` false: the code's mail is left out, all else
 * is the same. `sender`: the network and address that asked (senders.server.ts), for a block.
 */
export async function fileAndAskCode(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  input: Submission & { email: string },
  mayMail: boolean,
  sender?: Uint8Array,
): Promise<Filed & { binding: Binding }> {
  const filed = await fileSubmission(tx, runtime, input)
  await askCodeForSubmission(tx, runtime, filed.submissionId, { mayMail, sender })
  return { ...filed, binding: { purpose: 'submission', id: filed.submissionId } }
}
