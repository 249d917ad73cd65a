import { z } from 'zod'
import { Temporal } from 'temporal-polyfill'
import { requestKinds } from './kinds'
import { states } from './lifecycle'

/** The ways to look at the queue, in the order in which they are shown. */
export const queueViews = ['all', 'mine', 'unassigned', 'week', 'overdue', 'approval', 'waiting', 'closed'] as const
export type QueueView = (typeof queueViews)[number]

export type QueuePlace = { dueOn: Temporal.PlainDate; id: string }

/** A place in the queue as it stands in an address: `2026-03-02.<uuid>`. */
export function encodePlace(place: QueuePlace): string {
  return `${place.dueOn.toString()}.${place.id}`
}

const day = z.iso
  .date()
  .refine((value) => value >= '1900-01-01' && value <= '9999-12-31')
  .transform((value) => Temporal.PlainDate.from(value))

const place = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d\.[0-9a-f-]{36}$/)
  .transform((value) => ({ dueOn: value.slice(0, 10), id: value.slice(11) }))
  .pipe(z.object({ dueOn: day, id: z.uuid() }))

/** An empty field of a filter form is no filter. */
const absent = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())

/**
 * What an address of the queue may ask for. Anything else is a mistake of whoever wrote it, and answered with 400.
 * `assignee` is a staff id, `none` for nobody, `me` for the reader.
 */
export const queueQuerySchema = z
  .object({
    view: z.enum(queueViews).default('all'),
    state: absent(z.enum(states)),
    kind: absent(z.enum(requestKinds)),
    assignee: absent(z.union([z.literal('none'), z.literal('me'), z.uuid()])),
    dueBefore: absent(day),
    after: absent(place),
    before: absent(place),
  })
  .refine((query) => !(query.after && query.before))

export type QueueQuery = z.infer<typeof queueQuerySchema>

/** The filters of a query as they stand in an address, without the place. */
export function filterParameters(query: QueueQuery): URLSearchParams {
  const parameters = new URLSearchParams()
  if (query.view !== 'all') parameters.set('view', query.view)
  if (query.state) parameters.set('state', query.state)
  if (query.kind) parameters.set('kind', query.kind)
  if (query.assignee) parameters.set('assignee', query.assignee)
  if (query.dueBefore) parameters.set('dueBefore', query.dueBefore.toString())
  return parameters
}
