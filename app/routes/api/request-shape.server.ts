import type { RequestRow } from '~/requests/move.server'

/** A request as a list of the API shows it: no personal data. */
export function listedRequest(row: RequestRow) {
  return {
    reference: row.reference,
    kind: row.kind,
    state: row.state,
    channel: row.channel,
    language: row.language,
    receivedAt: row.receivedAt.toString(),
    receivedOn: row.receivedOn.toString(),
    dueOn: row.dueOn.toString(),
    strictDueOn: row.strictDueOn.toString(),
    extendedTo: row.extendedTo?.toString() ?? null,
    assignee: row.assigneeId,
    closedAt: row.closedAt?.toString() ?? null,
  }
}
