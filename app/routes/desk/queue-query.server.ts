import { queueQuerySchema } from '~/requests/queue-views'
import type { QueueQuery } from '~/requests/queue-views'

/** What an address asks of the queue. One that was made by hand and does not fit ends in its page (400). */
export function queueQueryIn(parameters: URLSearchParams): QueueQuery {
  const parsed = queueQuerySchema.safeParse(Object.fromEntries(parameters))
  if (!parsed.success) throw new Response(null, { status: 400 })
  return parsed.data
}
