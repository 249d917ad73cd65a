import type { RequestContext } from '~/platform/context.server'
import { findByReference } from '~/requests/case-view.server'
import type { RequestRow } from '~/requests/move.server'

/** The case that an address names; one that does not exist ends in its page (404). */
export async function caseAt(
  context: Pick<RequestContext, 'runtime'>,
  params: { reference?: string | undefined },
): Promise<RequestRow> {
  const row = await findByReference(context.runtime.db, params.reference ?? '')
  if (!row) throw new Response(null, { status: 404 })
  return row
}

/** What the head of every page about a case shows. */
export function caseHead(row: RequestRow) {
  return {
    reference: row.reference,
    kind: row.kind,
    state: row.state,
    dueOn: row.dueOn.toString(),
    version: row.version,
    hasAddress: row.emailSealed !== null,
    language: row.language,
  }
}

export type CaseHead = ReturnType<typeof caseHead>

/** The status with which a verb's refusal is answered: what changed meanwhile is a conflict, the rest the form's mistake. */
export function statusOfRefusal(reason: string): 400 | 404 | 409 {
  if (reason === 'unknown_request') return 404
  return ['conflict', 'not_from_here', 'not_open', 'purged', 'already_so'].includes(reason) ? 409 : 400
}
