import { entriesOfRequest } from '~/evidence/entries.server'
import { proofsOfRequest } from '~/identity/proof.server'
import { apiRoute, requestAt } from './api-route.server'
import { listedRequest } from './request-shape.server'
import { requestSchema } from './schemas'

const route = apiRoute('api/v1/requests/:reference', {
  read: async (call) => {
    const row = await requestAt(call)
    const { db } = call.runtime
    const proofs = await proofsOfRequest(db, row.id)
    const entries = await entriesOfRequest(db, row.id)
    const body = {
      ...listedRequest(row),
      objectionTo: row.objectionTo,
      filedBy: row.filedBy,
      pausedDays: row.pausedDays,
      proven: [...new Set(proofs.flatMap((proof) => proof.proves))],
      timeline: entries.map((entry) => ({
        at: entry.at.toString(),
        verb: entry.verb,
        by: entry.actorKind,
        staff: entry.actorId,
      })),
    }
    return { status: 200, body: requestSchema.parse(body) }
  },
})

export const loader = route.loader
export const action = route.action
