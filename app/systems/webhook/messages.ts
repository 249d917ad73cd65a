import { z } from 'zod'

/** What a service may be asked. `ping` asks nothing: does it answer, and does the signature fit? */
export type WebhookVerb = 'locate' | 'erase' | 'verify' | 'package'

const count = z.number().int().min(0).max(1_000_000_000)
const localText = z.partialRecord(z.enum(['nl', 'en']), z.string().max(200))

const answeredTable = z.object({
  table: z.string().min(1).max(120),
  /** What the data subject calls it. */
  label: localText.optional(),
  /** locate: rows found; verify: rows of the person that are still there and are not kept. */
  rows: count.optional(),
  /** erase */
  deleted: count.optional(),
  pseudonymised: count.optional(),
  kept: count.optional(),
  /** package: names of the columns and, row by row, their values. */
  columns: z.array(z.string().min(1).max(120)).max(500).optional(),
  values: z
    .array(z.array(z.string().max(1_000_000).nullable()).max(500))
    .max(20_000)
    .optional(),
})

/** An answer of a service, at once or by callback. `accepted`: it will answer later. */
export const webhookAnswerSchema = z.object({
  status: z.enum(['done', 'accepted', 'refused']),
  /** A word for why it was refused, such as `unknown_person`; never a sentence about somebody. */
  reason: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,59}$/)
    .optional(),
  tables: z.array(answeredTable).max(500).default([]),
})
export type WebhookAnswer = z.infer<typeof webhookAnswerSchema>

/** The same as it comes back later: with the call that it answers, which the signature then covers. */
export const webhookCallbackSchema = webhookAnswerSchema.extend({
  call: z.uuid(),
  status: z.enum(['done', 'refused']),
})

/** What a call is about. Identifiers are proven ones only. */
export interface WebhookOrder {
  readonly call: string
  readonly reference: string
  readonly cause: string
  readonly identifiers: Readonly<Record<string, readonly string[]>>
  /** Where a later answer is to be sent. */
  readonly answerTo: string
}
