import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'

/** How staff look at who somebody is, and what each way wants to be ticked: all of it. */
export const lookingWays = { call_back: ['own_number', 'two_facts'], counter: ['looked', 'same'], other: [] } as const
export type LookingWay = keyof typeof lookingWays
export const lookingWayNames = ['call_back', 'counter', 'other'] as const satisfies readonly LookingWay[]

/** What may be asked in a call: facts that the person names themselves, never read out to them. */
export const factsToAsk = ['birth', 'postcode', 'number', 'order', 'paid'] as const

export const provableIdentifiers = ['email', 'phone', 'customerNumber'] as const

/** What staff write down of how they looked. `today`: ISO 8601, in the organisation's zone. */
export function lookedSchema(today: string) {
  return z
    .object({
      proves: z.array(z.enum(provableIdentifiers)).min(1),
      note: z.string().trim().min(5).max(2000),
      how: z.enum(lookingWayNames),
      checks: z.array(z.string()),
      on: z.string().refine((day) => isDayUntil(day, today), 'day'),
    })
    .refine(({ how, checks }) => lookingWays[how].every((check) => checks.includes(`${how}.${check}`)), 'checks')
}

function isDayUntil(day: string, today: string): boolean {
  try {
    return Temporal.PlainDate.compare(Temporal.PlainDate.from(day), Temporal.PlainDate.from(today)) <= 0
  } catch {
    return false
  }
}
