import { z } from 'zod'
import type { SystemSummary } from './summary'

const counted = z.array(z.object({ table: z.string(), column: z.string(), rows: z.number() }))

const summarySchema: z.ZodType<SystemSummary> = z.object({
  tables: z.array(
    z.object({
      table: z.string(),
      action: z.enum(['delete', 'pseudonymise', 'keep']),
      reason: z.enum(['rule', 'term', 'part_of', 'shared', 'still_needed', 'still_referred', 'hold']),
      until: z.string().nullable(),
      rows: z.number(),
      columns: z.array(z.object({ column: z.string(), with: z.json() })),
    }),
  ),
  cuts: counted,
  detached: counted,
  others: z.array(z.object({ table: z.string(), rows: z.number() })),
  decisions: z.array(
    z.object({
      kind: z.enum(['link_not_null', 'cut_not_null']),
      table: z.string(),
      columns: z.array(z.string()),
      rows: z.number(),
    }),
  ),
  elsewhere: z
    .object({
      by: z.enum(['person', 'service']),
      name: z.string(),
      where: z.string(),
      what: z.string(),
      proof: z.string(),
    })
    .optional(),
})

/** The counts of one system of a plan, as they were stored. */
export function readSummary(stored: unknown): SystemSummary {
  return summarySchema.parse(stored)
}
