import { z } from 'zod'

/** Engines that no program of ours reaches: a person does the work (`manual`), or only ticks the place off (`listed`). */
export const byHandEngines = ['manual', 'listed'] as const

export const isByHand = (engine: string): boolean => (byHandEngines as readonly string[]).includes(engine)

/** What a person has to know to work a place by hand. Empty: nobody wrote it down yet. */
export const handlingSchema = z.object({
  /** What people call it, e.g. "Papieren dossiers". */
  name: z.string().trim().max(120).default(''),
  where: z.string().trim().max(1_000).default(''),
  what: z.string().trim().max(4_000).default(''),
  /** What counts as proof that it was done. */
  proof: z.string().trim().max(1_000).default(''),
  /** So many days a backup of it lives on; null: not known. */
  keptDays: z.coerce.number().int().min(0).max(36_500).nullable().default(null),
})
export type Handling = z.infer<typeof handlingSchema>

/** How a system is worked by hand, as it was last saved; what can't be read counts as empty. */
export function handlingOf(row: { readonly details: unknown }): Handling {
  const details = z.object({ handling: handlingSchema }).safeParse(row.details)
  return details.success ? details.data.handling : handlingSchema.parse({})
}

/** What people call it: its name, or its key where nobody gave it one. */
export const nameOf = (row: { readonly key: string; readonly details: unknown }): string =>
  handlingOf(row).name || row.key
