import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { findBsn } from '~/requests/bsn'
import { filers, languages, objectionSubjects, requestKinds } from '~/requests/kinds'

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
  'reason',
  'filedBy',
  'subjectName',
  'language',
] as const

const fields = z.object({
  channel: z.enum(['letter', 'phone', 'email']),
  receivedOn: z.iso.date().transform((value) => Temporal.PlainDate.from(value)),
  kinds: z.array(z.enum(requestKinds)).min(1),
  objectionTo: z.enum(['', ...objectionSubjects]).transform((choice) => choice || 'other'),
  name: z.string().trim().min(1).max(200),
  email: text(320).refine((value) => value === null || /^[^\s@]+@[^\s@]+$/u.test(value)),
  phone: text(50),
  customerNumber: text(100),
  postalAddress: text(500),
  details: text(20_000),
  reason: text(2_000),
  filedBy: z.enum(['', ...filers]).transform((choice) => choice || 'self'),
  subjectName: text(200),
  language: z.enum(['', ...languages]).transform((choice) => choice || 'nl'),
  /** Whoever typed it knows that the number in the text is no citizen service number. */
  keepNumber: z.boolean().default(false),
})

/** A request that came by letter, phone or e-mail, as staff enter it: a name is enough. Who files for another names them. */
export const entrySchema = fields
  .refine(({ filedBy, subjectName }) => filedBy === 'self' || subjectName !== null, { path: ['subjectName'] })
  // UAVG art. 46: a citizen service number has no business here, so it is pointed out before it is kept.
  .refine(({ details, keepNumber }) => keepNumber || !details || !findBsn(details), { path: ['bsn'] })
