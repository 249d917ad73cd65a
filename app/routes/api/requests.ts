import { Temporal } from 'temporal-polyfill'
import type { z } from 'zod'
import { proveElsewhere } from '~/identity/prove-elsewhere.server'
import { enterRequest } from '~/requests/intake.server'
import { listRequests } from '~/requests/list-requests.server'
import { apiRoute } from './api-route.server'
import type { ApiWrite } from './api-route.server'
import { decodeCursor, encodeCursor } from './cursor.server'
import { parsed } from './json-body.server'
import { Problem } from './problem.server'
import { listedRequest } from './request-shape.server'
import { listQuerySchema, newRequestSchema, requestListSchema, requestMadeSchema } from './schemas'

const route = apiRoute('api/v1/requests', {
  read: async ({ runtime, url, bearer }) => {
    const query = parsed(listQuerySchema, Object.fromEntries([...url.searchParams].filter(([, value]) => value !== '')))
    const { assignee } = query
    const page = await listRequests(
      runtime.db,
      {
        state: query.state,
        kind: query.kind,
        assigneeId: assignee === 'none' ? null : assignee === 'me' ? bearer.staff.id : assignee,
        dueBefore: query.dueBefore ? Temporal.PlainDate.from(query.dueBefore) : undefined,
      },
      { after: query.cursor ? decodeCursor(runtime, query.cursor) : null, limit: query.limit },
    )
    const body = {
      items: page.rows.map(listedRequest),
      nextCursor: page.next ? encodeCursor(runtime, page.next) : null,
    }
    return { status: 200, body: requestListSchema.parse(body) }
  },

  write: async (call) => {
    const order = parsed(newRequestSchema, call.body)
    if (order.identity && !call.bearer.scopes.includes('requests:verified')) throw new Problem('verified-scope-missing')
    const row = await enter(call, order)
    const body = {
      reference: row.reference,
      state: row.state,
      receivedAt: row.receivedAt.toString(),
      dueOn: row.dueOn.toString(),
    }
    return { status: 201, body: requestMadeSchema.parse(body) }
  },
})

async function enter({ tx, runtime, bearer }: ApiWrite, order: z.output<typeof newRequestSchema>) {
  const { identity, receivedOn } = order
  const entered = await enterRequest(
    tx,
    runtime,
    {
      kinds: [order.kind],
      channel: order.channel,
      language: order.language,
      filedBy: order.filedBy,
      objectionTo: order.objectionTo,
      receivedOn: receivedOn ? Temporal.PlainDate.from(receivedOn) : undefined,
      name: order.name,
      email: order.email ?? null,
      phone: order.phone ?? null,
      customerNumber: order.customerNumber ?? null,
      details: order.details ?? null,
      reason: order.reason ?? null,
      subjectName: order.subjectName ?? null,
      postalAddress: order.postalAddress ?? null,
    },
    bearer.actor,
  )
  if (!entered.ok) throw invalid('receivedOn', 'has to be a day from 25 May 2018 until today')
  const [row] = entered.requests
  if (!row) throw new Error('A request was entered and is not there')
  if (!identity) return row
  const proven = await proveElsewhere(tx, runtime, {
    requestId: row.id,
    proves: identity.proven,
    note: identity.note,
    actor: bearer.actor,
  })
  if (!proven.ok) throw invalid('identity.proven', 'names something that the request does not hold')
  return proven.request
}

function invalid(field: string, message: string): Problem {
  return new Problem('invalid-request', { errors: [{ field, message }] })
}

export const loader = route.loader
export const action = route.action
