import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { languageSchema, objectionSubjects, requestKinds } from '~/requests/kinds'

/** Empty fields are absent. */
const text = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .transform((value) => value || null)

export const entryFields = [
  'channel',
  'receivedOn',
  'objectionTo',
  'name',
  'email',
  'phone',
  'customerNumber',
  'postalAddress',
  'details',
  'language',
] as const

/** A request that came by letter, phone or e-mail, as staff enter it: a name is enough. */
export const entrySchema = z.object({
  channel: z.enum(['letter', 'phone', 'email']),
  receivedOn: z.iso.date().transform((value) => Temporal.PlainDate.from(value)),
  kinds: z.array(z.enum(requestKinds)).min(1),
  objectionTo: z.enum(objectionSubjects).default('other'),
  name: z.string().trim().min(1).max(200),
  email: text(320).refine((value) => value === null || /^[^\s@]+@[^\s@]+$/u.test(value)),
  phone: text(50),
  customerNumber: text(100),
  postalAddress: text(500),
  details: text(20_000),
  language: languageSchema.default('nl'),
  filedBy: z.literal('self').default('self'),
})
