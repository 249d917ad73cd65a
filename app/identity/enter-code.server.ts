import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import type { RequestRow } from '~/requests/move.server'
import type { Binding } from './binding-cookie.server'
import { tryCode } from './codes.server'
import { confirmSubmission } from './confirm.server'
import { beginSession } from './session.server'

export type CodeEntered =
  | {
      ok: true
      /** The requests that this code confirmed; empty for a sign-in. */ confirmed: RequestRow[]
      sessionCookie: string
    }
  | { ok: false; reason: 'wrong_or_expired' }

/**
 * Enters a code for what this browser is bound to: confirms the submission, where it is one, and begins a session. One
 * transaction, committed also when the code is wrong, since it counts the attempt.
 */
export async function enterCode(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  binding: Binding,
  code: string,
): Promise<CodeEntered> {
  const tried = await tryCode(tx, runtime, binding.id, code)
  if (!tried.ok) return tried
  const confirmed = tried.code.purpose === 'submission' ? await confirmSubmission(tx, runtime, binding.id) : []
  return { ok: true, confirmed, sessionCookie: await beginSession(tx, runtime, tried.code.emailIndex) }
}
