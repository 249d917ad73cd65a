import { z } from 'zod'
import { categories } from './data-map'

/** The file as people write it. `normalise-map.ts` makes a `DataMap` of it; the JSON Schema for editors comes from here. */

const duration = z
  .string()
  .regex(
    /^P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?$/,
    'write a period such as P30D, P6M or P7Y',
  )
  .describe('ISO 8601 period')

const nullable = z.union([z.string(), z.number(), z.boolean(), z.null()])
const name = z.string().min(1)
const names = z.union([name, z.array(name).min(1)])
const localText = z
  .union([z.string().min(1), z.record(z.string().regex(/^[a-z]{2}(-[A-Z]{2})?$/), z.string())])
  .describe('Text, or text by language')
const where = z
  .record(z.string(), z.union([nullable, z.array(nullable).min(1)]))
  .describe('Values, lists, null or not_null')
const link = z.strictObject({ table: name, on: z.record(z.string(), name), where: where.optional() })
const links = z.union([link, z.array(link)])
const set = z.record(z.string(), nullable)
export const category = z.enum(categories)
export const legalBasis = z.enum([
  'consent',
  'contract',
  'legal_obligation',
  'vital_interests',
  'public_task',
  'legitimate_interests',
])
const origin = z.enum(['provided', 'observed', 'derived', 'third_party'])
const word = z.enum(['empty', 'pseudonym', 'random', 'redact', 'redact_list', 'derived', 'keep'])
const generalise = z.union([z.enum(['year', 'month', 'decade']), z.number().positive()])
export const plainStrategy = z.union([
  word,
  z.strictObject({ fixed: nullable }),
  z.strictObject({ generalise }),
  z.strictObject({ truncate: z.int().min(0) }),
  z.strictObject({ derived: z.strictObject({ from: z.array(name).min(1), join: z.string().optional() }) }),
])
const json: z.ZodType = z.json()
const strategy = z.union([plainStrategy, z.strictObject({ json: z.record(z.string(), json) })])

const column = z.strictObject({
  category,
  with: strategy.optional(),
  third_party: z.boolean().optional(),
  origin: origin.optional(),
  label: localText.optional(),
  law: z.string().optional(),
  note: localText.optional(),
})

const termStart = z.union([name, z.strictObject({ latest: names })])
const afterwards = z.enum(['delete', 'pseudonymise'])
const keepFor = z.strictObject({
  term: duration,
  from: termStart,
  until: z.enum(['year_end', 'fiscal_year_end']).optional(),
  basis: localText.optional(),
  then: afterwards.optional(),
  needs: names.optional(),
})
const owner = z.union([
  name,
  z.strictObject({ column: name.optional(), email: name.optional(), fallback: name.optional() }),
])
const deleteAfter = z.strictObject({
  term: duration.optional(),
  from: termStart.optional(),
  lapses_when: z.strictObject({ table: name, where }).optional(),
  then: afterwards.optional(),
  warn: duration.optional(),
  owner: owner.optional(),
  basis: localText.optional(),
})
const neededWhile = z.strictObject({ table: name, where: where.optional(), reason: localText.optional() })
const effect = z.strictObject({
  to: name.optional(),
  purpose: name.optional(),
  set: set.optional(),
  delete: z.literal(true).optional(),
})
const effects = z.union([effect, z.array(effect)])
const subjectColumns = z.union([
  names,
  z.strictObject({ column: names, via: names.optional() }),
  z.array(z.strictObject({ column: name, via: names.optional() })),
])

const personal = z.strictObject({
  personal: z.literal(true).optional(),
  label: localText.optional(),
  activity: name.optional(),
  purpose: localText.optional(),
  legal_basis: legalBasis.optional(),
  origin: origin.optional(),
  recipients: z
    .array(
      z.union([
        name,
        z.strictObject({
          name,
          label: localText.optional(),
          role: z.string().optional(),
          country: z.string().optional(),
          email: z
            .email()
            .optional()
            .describe('Where the recipient is told of an erasure, a correction or a restriction'),
        }),
      ]),
    )
    .optional(),
  subject: z
    .object({ where: where.optional(), via: names.optional() })
    .catchall(subjectColumns)
    .optional()
    .describe('Kind of identifier -> columns'),
  also: z.record(z.string(), names).optional(),
  same_person: links.optional(),
  facts: z.record(z.string(), name).optional(),
  name: names.optional(),
  soft_deleted: where.optional(),
  erase: z.enum(['delete', 'pseudonymise', 'keep']),
  reason: localText.optional(),
  when_shared: z.literal('redact').optional(),
  with_kept: z.literal('erase').optional(),
  columns: z.record(z.string(), column).optional(),
  belongs_to: links.optional(),
  links_to: links.optional(),
  shared_by: z
    .union([
      z.strictObject({ table: name, where: where.optional() }),
      z.array(z.strictObject({ table: name, where: where.optional() })),
    ])
    .optional(),
  needed_while: z.union([neededWhile, z.array(neededWhile)]).optional(),
  keep_for: z.union([keepFor, z.array(keepFor)]).optional(),
  while_kept: z.strictObject({ set }).optional(),
  delete_after: z.union([deleteAfter, z.array(deleteAfter).min(1)]).optional(),
  history: z.boolean().optional(),
  on_objection: effects.optional(),
  on_restriction: effects.optional(),
  on_restriction_lifted: effects.optional(),
  on_consent_withdrawal: effects.optional(),
  on_request: z.strictObject({ kinds: names, set }).optional(),
  files: z
    .union([z.strictObject({ column: name, path: name }), z.array(z.strictObject({ column: name, path: name }))])
    .optional(),
})

const notPersonal = z.strictObject({
  personal: z.literal(false),
  refers_to: links.optional(),
  label: localText.optional(),
  note: localText.optional(),
  reason: localText.optional(),
})

export const tableSchema = { personal, notPersonal }

export const mapSchema = z.strictObject({
  version: z.literal(1),
  system: name,
  sensitivity: z.enum(['normal', 'high']).optional(),
  phone_country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capital letters, such as NL')
    .optional(),
  backups: z.strictObject({ kept: duration, note: localText.optional() }),
  copies: z
    .array(z.strictObject({ what: localText, reach: z.enum(['task', 'none']), gone_after: duration.optional() }))
    .optional(),
  tables: z.record(z.string(), z.union([notPersonal, personal])),
  unmapped: z.enum(['refuse', 'ignore']).optional(),
})

/** As `mapSchema`, with tables left open: they are read one by one, so that a message speaks of the right shape. */
export const mapFrame = mapSchema.extend({ tables: z.record(z.string(), z.unknown()) })

export type RawMap = z.infer<typeof mapFrame>
export type RawTable = z.infer<typeof personal> | z.infer<typeof notPersonal>
export type RawPersonalTable = z.infer<typeof personal>
export type RawStrategy = z.infer<typeof strategy>
export type RawLink = z.infer<typeof link>

/** The JSON Schema of a data map for editors. */
export function mapJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(mapSchema, { io: 'input', target: 'draft-2020-12' })
}
