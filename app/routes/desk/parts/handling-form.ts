import type { FormValues } from '~/platform/forms.server'
import { handlingSchema, type Handling } from '~/systems/handling'

const names = ['name', 'where', 'what', 'proof', 'keptDays'] as const

/** What a form says about work by hand; `handling` null: something in it is wrong. */
export function handlingIn(form: FormValues): {
  typed: Record<string, string>
  wrong: string[]
  handling: Handling | null
} {
  const typed: Record<string, string> = Object.fromEntries(names.map((name) => [name, form.get(name)]))
  const parsed = handlingSchema.safeParse({ ...typed, keptDays: typed['keptDays'] || null })
  if (parsed.success) return { typed, wrong: [], handling: parsed.data }
  return { typed, wrong: parsed.error.issues.map((issue) => String(issue.path[0])), handling: null }
}
