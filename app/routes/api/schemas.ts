import { z } from 'zod'
import { channels, filers, languages, objectionSubjects, requestKinds } from '~/requests/kinds'
import { states } from '~/requests/lifecycle'
import { maxLengths } from '~/requests/request-form'

// From the year 1 on: what the database's calendar knows.
const day = z.iso.date().refine((value) => value >= '0001-01-01', 'has to be a day that the calendar knows')
const instant = z.iso.datetime({ offset: true })
const reference = z.string().regex(/^AVG-\d{4}-[0-9A-Z]{6}$/)
const line = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .regex(/^[^\p{Cc}]*$/u, 'has to be one line')

/** `POST /api/v1/requests`. */
export const newRequestSchema = z
  .strictObject({
    kind: z.enum(requestKinds),
    name: line(maxLengths.name).min(1),
    email: line(maxLengths.email)
      .regex(/^[^\s@,;:<>()[\]"\\]+@[^\s@,;:<>()[\]"\\.][^\s@,;:<>()[\]"\\]*$/u, 'has to be an e-mail address')
      .optional(),
    phone: line(maxLengths.phone).min(1).optional(),
    customerNumber: line(maxLengths.customerNumber).min(1).optional(),
    details: z.string().max(maxLengths.details).optional(),
    reason: z.string().max(maxLengths.reason).optional(),
    postalAddress: z.string().max(maxLengths.postalAddress).optional(),
    language: z.enum(languages).default('nl'),
    objectionTo: z.enum(objectionSubjects).optional(),
    filedBy: z.enum(filers).default('self'),
    subjectName: line(maxLengths.subjectName).min(1).optional(),
    receivedOn: day.optional().describe('The day on which it reached the organisation. Absent: today.'),
    channel: z.enum(['letter', 'phone', 'email', 'api']),
    identity: z
      .strictObject({
        method: z.literal('verified_elsewhere'),
        note: z.string().trim().min(1).max(2_000),
        proven: z.array(z.enum(['email', 'customerNumber', 'phone'])).min(1),
      })
      .optional()
      .describe('Needs the scope requests:verified. Absent: the identity is open, which blocks plan and package.'),
  })
  .refine((order) => order.filedBy === 'self' || order.subjectName !== undefined, {
    path: ['subjectName'],
    message: 'is needed when somebody files for another',
  })

export const listQuerySchema = z.object({
  state: z.enum(states).optional(),
  kind: z.enum(requestKinds).optional(),
  assignee: z
    .union([z.uuid(), z.literal('none'), z.literal('me')])
    .optional()
    .describe('A staff id, `none`, or `me`: the person of the token.'),
  dueBefore: day.optional(),
  cursor: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export const requestMadeSchema = z.object({ reference, state: z.enum(states), receivedAt: instant, dueOn: day })

export const listedRequestSchema = z.object({
  reference,
  kind: z.enum(requestKinds),
  state: z.enum(states),
  channel: z.enum(channels),
  language: z.enum(languages),
  receivedAt: instant,
  receivedOn: day,
  dueOn: day,
  strictDueOn: day,
  extendedTo: day.nullable(),
  assignee: z.uuid().nullable(),
  closedAt: instant.nullable(),
})

export const requestListSchema = z.object({ items: z.array(listedRequestSchema), nextCursor: z.string().nullable() })

export const requestSchema = listedRequestSchema.extend({
  objectionTo: z.enum(objectionSubjects).nullable(),
  filedBy: z.enum(filers),
  pausedDays: z.number().int(),
  proven: z.array(z.string()),
  timeline: z.array(z.object({ at: instant, verb: z.string(), by: z.string(), staff: z.uuid().nullable() })),
})

export const planOrderSchema = z.strictObject({
  subjects: z
    .array(
      z.strictObject({
        system: z.string().min(1).max(100),
        table: z.string().min(1).max(200),
        key: z.union([
          z.string().max(500),
          z.number(),
          z
            .array(z.union([z.string().max(500), z.number()]))
            .min(1)
            .max(16),
        ]),
      }),
    )
    .max(100)
    .optional()
    .describe('Who is meant, where several persons carry the identifiers.'),
})

const link = z.object({ table: z.string(), column: z.string(), rows: z.number().int() })
export const planSchema = z.object({
  id: z.uuid(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  systems: z.array(
    z.object({
      system: z.string(),
      tables: z.array(
        z.object({
          table: z.string(),
          action: z.enum(['delete', 'pseudonymise', 'keep']),
          reason: z.enum(['rule', 'term', 'part_of', 'shared', 'still_needed', 'still_referred', 'hold']),
          until: day.optional(),
          rows: z.number().int(),
          columns: z.array(z.object({ column: z.string(), with: z.json() })),
        }),
      ),
      cuts: z.array(link),
      detached: z.array(link),
      others: z.array(z.object({ table: z.string(), rows: z.number().int() })),
      decisions: z.array(
        z.object({ kind: z.string(), table: z.string(), columns: z.array(z.string()), rows: z.number().int() }),
      ),
      elsewhere: z
        .object({
          by: z.enum(['person', 'service']),
          name: z.string(),
          where: z.string(),
          what: z.string(),
          proof: z.string(),
        })
        .optional()
        .describe('Only where no database of ours to reach: who does the work, and what they are told.'),
    }),
  ),
})

export const approvalSchema = z.strictObject({
  hash: z.string().regex(/^[0-9a-f]{64}$/, 'has to be 64 lower-case hex digits'),
})
export const approvedSchema = z.object({ plan: z.uuid(), state: z.literal('approved') })
export const emptySchema = z.strictObject({})
export const runStartedSchema = z.object({ run: z.uuid() })

export const runSchema = z.object({
  state: z.enum(['running', 'done', 'partial', 'stale', 'failed']),
  systems: z.array(
    z.object({
      system: z.string(),
      state: z.string(),
      deleted: z.number().int(),
      pseudonymised: z.number().int(),
      kept: z.number().int(),
      residue: z.object({ searched: z.number().int(), findings: z.array(link) }).nullable(),
      error: z
        .object({
          kind: z.string(),
          code: z.string().nullable(),
          table: z.string().nullable(),
          constraint: z.string().nullable(),
        })
        .optional(),
    }),
  ),
})

export const certificateQuerySchema = z.object({
  copy: z.enum(['staff', 'subject']).default('staff'),
  language: z.enum(['nl', 'en']).optional(),
})

const remaining = z.array(z.object({ what: z.string(), lastDay: z.iso.date().nullable() }))
const certificateHead = {
  reference: z.string(),
  kind: z.string(),
  language: z.enum(['nl', 'en']),
  organisation: z.string(),
  receivedAt: z.string(),
  issuedAt: z.string(),
  state: z.string(),
  outcome: z.enum(['done', 'partial']),
  finishedAt: z.string().nullable(),
}
/** One run of a request. */
const certificatePart = z.object({
  run: z.uuid(),
  plan: z.object({
    id: z.uuid(),
    cause: z.string(),
    hash: z.string(),
    by: z.uuid().nullable(),
    approvedBy: z.uuid().nullable(),
    approvedAt: z.string().nullable(),
    alone: z.boolean(),
    review: z
      .object({
        reason: z.string().nullable(),
        reviewBy: z.iso.date(),
        lapsed: z.boolean(),
        verdict: z.enum(['accepted', 'objected']).nullable(),
        by: z.uuid().nullable(),
        at: z.string().nullable(),
        objection: z.string().nullable(),
      })
      .nullable(),
  }),
  pseudonymKeyDestroyedAt: z.string().nullable(),
  systems: z.array(
    z.object({
      system: z.string(),
      mapVersion: z.number().int().nullable(),
      state: z.string(),
      executedAt: z.string().nullable(),
      verifiedAt: z.string().nullable(),
      deleted: z.number().int(),
      pseudonymised: z.number().int(),
      kept: z.number().int(),
      planned: z.array(
        z.object({
          table: z.string(),
          action: z.string(),
          reason: z.string(),
          until: z.string().nullable(),
          rows: z.number().int(),
        }),
      ),
      scanDue: z.boolean(),
      residue: z
        .object({
          searched: z.number().int(),
          nameHits: z.number().int(),
          notSearched: z.array(z.string()),
          findings: z.array(
            link.extend({
              decision: z.string().nullable(),
              carriedOutAt: z.string().nullable(),
              reason: z.string().nullable(),
            }),
          ),
        })
        .nullable(),
      smallGroups: z.array(
        z.object({
          table: z.string(),
          columns: z.array(z.string()),
          size: z.number().int().nullable(),
          groups: z.number().int(),
          rows: z.number().int(),
          decision: z.string().nullable(),
          carriedOutAt: z.string().nullable(),
          reason: z.string().nullable(),
        }),
      ),
      error: z
        .object({
          kind: z.string(),
          code: z.string().nullable(),
          table: z.string().nullable(),
          constraint: z.string().nullable(),
        })
        .nullable(),
      skipReason: z.string().nullable(),
      remaining,
    }),
  ),
})
const recipients = z.array(
  z.object({
    name: z.string(),
    label: z.string().nullable(),
    role: z.string().nullable(),
    country: z.string().nullable(),
    told: z.boolean(),
  }),
)
const staffCertificate = z.object({
  copy: z.literal('staff'),
  ...certificateHead,
  ...certificatePart.shape,
  earlier: z.array(certificatePart),
  tasks: z.array(
    z.object({
      place: z.string(),
      kind: z.string(),
      state: z.string(),
      doneOn: z.iso.date().nullable(),
      by: z.uuid().nullable(),
      note: z.string().nullable(),
    }),
  ),
  recipients,
  remainingElsewhere: remaining,
})
const subjectCertificate = z.object({
  copy: z.literal('subject'),
  ...certificateHead,
  erased: z.array(z.object({ label: z.string(), rows: z.number().int() })),
  kept: z.array(z.object({ label: z.string(), reason: z.string(), until: z.string().nullable() })),
  recipients,
  places: z.object({ searched: z.number().int(), finished: z.number().int(), unfinished: z.number().int() }),
  scanDue: z.boolean(),
  findings: z.object({ open: z.number().int(), kept: z.number().int() }),
  remaining,
})
export const certificateSchema = z.discriminatedUnion('copy', [staffCertificate, subjectCertificate])

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
})
