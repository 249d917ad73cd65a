import { z } from 'zod'
import { findBsn } from './bsn'
import { filers, languages, objectionSubjects, requestKinds } from './kinds'
import type { FiledBy, Language, ObjectionTo, RequestKind } from './kinds'

/** The most that each field of the form takes, in characters; also the page's `maxlength`. */
export const maxLengths = {
  name: 200,
  email: 254,
  phone: 40,
  customerNumber: 64,
  details: 5_000,
  reason: 2_000,
  subjectName: 200,
  postalAddress: 500,
} as const

export type FormField = 'kind' | 'objectionTo' | 'filedBy' | 'website' | keyof typeof maxLengths

/** What is wrong with a field: a key of `filing:error.…`. */
export type FormProblem =
  | 'kindMissing'
  | 'kindUnknown'
  | 'objectionMissing'
  | 'objectionUnknown'
  | 'filedByUnknown'
  | 'nameMissing'
  | 'emailMissing'
  | 'emailInvalid'
  | 'subjectMissing'
  | 'tooLong'
  | 'bsn'
  | 'honeypot'

export type RequestForm = {
  kinds: RequestKind[]
  name: string
  email: string
  phone: string | null
  customerNumber: string | null
  details: string | null
  reason: string | null
  subjectName: string | null
  postalAddress: string | null
  objectionTo: ObjectionTo | undefined
  filedBy: FiledBy
  language: Language
}

export type ParsedRequestForm = { ok: true; value: RequestForm } | { ok: false; problems: Problems }

// One @, no spaces; none of the characters by which a mail header would hold a second address or a name.
const emailShape = /^[^\s@,;:<>()[\]"\\\p{Cc}]+@[^\s@,;:<>()[\]"\\\p{Cc}.][^\s@,;:<>()[\]"\\\p{Cc}]*$/u

const problem = (key: FormProblem) => ({ error: key })
const oneLine = (field: keyof typeof maxLengths) =>
  z
    .string()
    .transform((text) => text.replace(/[\s\p{Cc}]+/gu, ' ').trim())
    .pipe(z.string().max(maxLengths[field], problem('tooLong')))
const lines = (field: keyof typeof maxLengths) =>
  z
    .string()
    .transform((text) => text.replace(/[^\P{Cc}\n\t]/gu, '').trim())
    .pipe(z.string().max(maxLengths[field], problem('tooLong')))
const orNull = (text: string) => text || null

// Composed, as it is compared: a mail must not go to another address than the one that its code then proves.
const email = z
  .string()
  .transform((text) => text.trim().normalize('NFC'))
  .pipe(
    z
      .string()
      .min(1, problem('emailMissing'))
      .max(maxLengths.email, problem('emailInvalid'))
      .regex(emailShape, problem('emailInvalid')),
  )

/** An e-mail address as it was typed, or what is wrong with it. */
export function parseEmail(
  typed: string,
): { ok: true; value: string } | { ok: false; problem: 'emailMissing' | 'emailInvalid' } {
  const parsed = email.safeParse(typed)
  if (parsed.success) return { ok: true, value: parsed.data }
  return { ok: false, problem: typed.trim() ? 'emailInvalid' : 'emailMissing' }
}

const schema = z.object({
  kinds: z.array(z.enum(requestKinds, problem('kindUnknown'))).min(1, problem('kindMissing')),
  name: oneLine('name').pipe(z.string().min(1, problem('nameMissing'))),
  email,
  phone: oneLine('phone').transform(orNull),
  customerNumber: oneLine('customerNumber').transform(orNull),
  details: lines('details').transform(orNull),
  reason: lines('reason').transform(orNull),
  subjectName: oneLine('subjectName').transform(orNull),
  postalAddress: lines('postalAddress').transform(orNull),
  objectionTo: z
    .enum(['', ...objectionSubjects], problem('objectionUnknown'))
    .transform((choice) => choice || undefined),
  filedBy: z.enum(['', ...filers], problem('filedByUnknown')).transform((choice) => choice || 'self'),
  language: z.enum(languages),
  website: z.string().max(0, problem('honeypot')),
})

type Problems = Partial<Record<FormField, FormProblem>>

type FormText = { get(name: string): string; all(name: string): string[] }

/**
 * Reads the request form: its names are those of the contract, several `kind`s are several rights. Answers either what
 * was asked or, per field, what is wrong with it; never throws, whatever was sent. `pageLanguage` stands in for a
 * `language` that is not one of ours.
 */
export function parseRequestForm(form: FormText, pageLanguage: Language): ParsedRequestForm {
  const language = languages.find((code) => code === form.get('language')) ?? pageLanguage
  const parsed = schema.safeParse({
    kinds: [...new Set(form.all('kind').filter(Boolean))],
    ...Object.fromEntries(
      [...Object.keys(maxLengths), 'objectionTo', 'filedBy', 'website'].map((name) => [name, form.get(name)]),
    ),
    language,
  })
  const problems = problemsBetweenFields(form)
  if (parsed.success && Object.keys(problems).length === 0) {
    const { website: _website, ...value } = parsed.data
    return { ok: true, value }
  }
  // Of several things wrong with one field the first is said.
  for (const issue of [...(parsed.error?.issues ?? [])].reverse()) {
    const field = issue.path[0] === 'kinds' ? 'kind' : (issue.path[0] as FormField)
    problems[field] = issue.message as FormProblem
  }
  return { ok: false, problems: inPageOrder(problems) }
}

/** What one field asks of another; looked at also when a field by itself is wrong, so that everything is said at once. */
function problemsBetweenFields(form: FormText): Problems {
  const problems: Problems = {}
  if (form.all('kind').includes('objection') && !form.get('objectionTo')) problems.objectionTo = 'objectionMissing'
  if (!['', 'self'].includes(form.get('filedBy')) && !form.get('subjectName').trim())
    problems.subjectName = 'subjectMissing'
  if (form.get('keepNumber') !== 'yes')
    for (const field of textFields) if (findBsn(form.get(field))) problems[field] = 'bsn'
  return problems
}

const textFields = ['details', 'reason', 'postalAddress'] as const

const pageOrder: FormField[] = [
  'kind',
  'objectionTo',
  'filedBy',
  'subjectName',
  'name',
  'email',
  'phone',
  'customerNumber',
  'postalAddress',
  'details',
  'reason',
  'website',
]

function inPageOrder(problems: Problems): Problems {
  return Object.fromEntries(pageOrder.filter((field) => problems[field]).map((field) => [field, problems[field]]))
}
