import { z } from 'zod'

type Form = { all(name: string): string[] }

const jsonOf = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue({ code: 'custom', message: 'not JSON' })
        return z.NEVER
      }
    })
    .pipe(schema)

const place = z.number().int().min(0)
const leaveOutForm = z.object({
  tables: z.array(jsonOf(place)),
  columns: z.array(jsonOf(z.object({ place, column: z.string() }))),
  rows: z.array(jsonOf(z.object({ ordinal: place, index: place }))),
})
const subjects = z.array(jsonOf(z.object({ system: z.string(), table: z.string(), key: z.array(z.string()) })))

/** The boxes that staff ticked in a review, as what is left out; null when the form was made by hand. */
export function leaveOutIn(form: Form): z.infer<typeof leaveOutForm> | null {
  const parsed = leaveOutForm.safeParse({
    tables: form.all('table'),
    columns: form.all('column'),
    rows: form.all('row'),
  })
  return parsed.success ? parsed.data : null
}

/** The persons that staff chose where several carry the identifier; null when the form was made by hand. */
export function chosenSubjects(form: Form): z.infer<typeof subjects> | null {
  const parsed = subjects.safeParse(form.all('subject'))
  return parsed.success ? parsed.data : null
}
