import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import type { FormValues } from '~/platform/forms.server'
import { objectionSubjects, requestKinds } from '~/requests/kinds'

/** What can be corrected in a case; the address is e-mail, post, or both. */
export const correctionParts = ['received', 'kind', 'address'] as const
export type CorrectionPart = (typeof correctionParts)[number]

export function isCorrectionPart(value: string): value is CorrectionPart {
  return (correctionParts as readonly string[]).includes(value)
}

const reason = z.string().trim().min(10).max(2_000)
const orNull = (value: string) => value || null

export const correctionSchema = z.discriminatedUnion('part', [
  z.object({
    part: z.literal('received'),
    receivedOn: z.iso.date().transform((value) => Temporal.PlainDate.from(value)),
    reason,
  }),
  z.object({
    part: z.literal('kind'),
    kind: z.enum(requestKinds),
    objectionTo: z.enum(objectionSubjects).catch('other'),
    reason,
  }),
  z
    .object({
      part: z.literal('address'),
      email: z
        .string()
        .trim()
        .max(320)
        .transform((value) => orNull(value.normalize('NFC')))
        .refine((value) => value === null || /^[^\s@,;:<>()[\]"\\]+@[^\s@,;:<>()[\]"\\]+$/u.test(value)),
      postalAddress: z.string().trim().max(500).transform(orNull),
      reason,
    })
    .refine((order) => order.email !== null || order.postalAddress !== null, { path: ['postalAddress'] }),
])
export type CorrectionInput = z.infer<typeof correctionSchema>

const fields = ['part', 'receivedOn', 'kind', 'objectionTo', 'email', 'postalAddress', 'reason'] as const
export type TypedCorrection = Record<(typeof fields)[number], string>

/** What was typed, as it comes back when something is wrong with it. */
export function typedCorrection(form: FormValues): TypedCorrection {
  return Object.fromEntries(fields.map((field) => [field, form.get(field)])) as TypedCorrection
}
