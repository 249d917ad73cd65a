import type { Transaction } from '~db/client'
import { equalBytes } from '~/platform/keys.server'
import type { Runtime } from '~/platform/runtime.server'
import { blindIndex } from '~/requests/blind-index.server'
import { fileSubmission } from '~/requests/intake.server'
import type { Submission } from '~/requests/intake.server'
import type { RequestRow } from '~/requests/move.server'
import { confirmSubmission } from './confirm.server'
import type { HandedOver } from './hand-off-token.server'

type Rooms = Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>

/** Whether what was typed is about the address that the company's log-in vouched for. */
export function isOfAddress(runtime: Pick<Runtime, 'keys'>, person: HandedOver, email: string): boolean {
  return equalBytes(blindIndex(runtime, 'email', person.email), blindIndex(runtime, 'email', email))
}

/**
 * Files what came from a browser that the company's own log-in handed over: confirmed at once, without a code. The
 * customer number counts as proven where it stands in the form as the log-in said it. Answers the requests.
 */
export async function fileHandedOver(
  tx: Transaction,
  runtime: Rooms,
  input: Submission & { email: string },
  person: HandedOver,
): Promise<RequestRow[]> {
  const { submissionId } = await fileSubmission(tx, runtime, input)
  const sameNumber =
    input.customerNumber && person.customerNumber
      ? equalBytes(
          blindIndex(runtime, 'customer_number', input.customerNumber),
          blindIndex(runtime, 'customer_number', person.customerNumber),
        )
      : false
  return confirmSubmission(tx, runtime, submissionId, {
    method: 'hand_off',
    proves: sameNumber ? ['email', 'customerNumber'] : ['email'],
  })
}
