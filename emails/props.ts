import { z } from 'zod'
import { refusalGrounds, type RefusalGround } from '~db/words/grounds'
import { objectionSubjects, requestKinds } from '~db/words/kinds'

const kind = z.enum(requestKinds)
const date = z.iso.date()
const instant = z.iso.datetime({ offset: true })
const url = z.url({ protocol: /^https?$/ })
const reference = z.string().min(1)
const name = z.string()
const count = z.number().int().min(0)
const grounds = Object.keys(refusalGrounds) as [RefusalGround, ...RefusalGround[]]

const erasure = z.object({
  reference,
  name,
  erased: z.array(z.object({ label: z.string(), rows: count })),
  kept: z.array(z.object({ label: z.string(), reason: z.string(), until: date.nullable() })),
  nothingFound: z.boolean(),
  statusUrl: url,
})
const toSubject = z.object({ reference, name, statusUrl: url })
const dueCase = z.object({ reference, kind, dueOn: date, url })
const askedCases = z.array(z.object({ reference, kind })).min(1)
/** Cases that staff are told of at once, the most pressing first; `more`: how many the list leaves out. */
const watched = {
  cases: z.array(z.object({ reference, kind, dueOn: date, why: z.enum(['due', 'new', 'unassigned']) })),
  more: count,
}

/**
 * What each mail is made of: data only. Dates are ISO 8601 days in the organisation's zone, instants RFC 3339; each
 * template words them in the mail's language. Texts that people typed are data and are escaped.
 */
export const mailSchemas = {
  /** `asked` is empty when the code is for signing in or downloading. */
  code: z.object({
    code: z.string().regex(/^\d{6}$/),
    minutes: z.number().int().min(1),
    purpose: z.enum(['submission', 'sign_in', 'download']),
    asked: z.array(z.object({ kind, objectionTo: z.enum(objectionSubjects).optional() })),
    linkUrl: url,
  }),
  receipt: z.object({
    reference,
    kind,
    objectionTo: z.enum(objectionSubjects).optional(),
    name,
    receivedOn: date,
    dueOn: date,
    statusUrl: url,
  }),
  erasure_completed: erasure,
  erasure_partly_kept: erasure,
  /** Closed though it did not happen in `notDone` of `places` systems; `explanation`: typed by staff. */
  partly_carried_out: erasure
    .omit({ nothingFound: true })
    .extend({ places: count, notDone: count, explanation: z.string() }),
  /** `days`: how long the download stays. */
  access_ready: z.object({ reference, name, days: z.number().int().min(1), statusUrl: url }),
  /** `contact`: where the way back is: an e-mail address, a phone number, or both. */
  marketing_stopped: z.object({ reference, statusUrl: url, contact: z.string() }),
  refused: z.object({
    reference,
    kind,
    name,
    ground: z.enum(grounds),
    reasons: z.string(),
    authority: z.string(),
    remedies: z.enum(['private', 'public']),
    receivedOn: date,
    statusUrl: url,
  }),
  withdrawn: z.object({ reference, kind, name, statusUrl: url }),
  completed: z.object({ reference, kind, name, answer: z.string(), statusUrl: url }),
  /** Asks for what tells the users of one address apart. */
  identity_needed: z.object({ reference, name, url }),
  /** A code to a contact detail on file, by mail or letter; `url`: where it is entered. */
  identity_code: z.object({ reference, code: z.string().regex(/^\d{6}$/), days: z.number().int().min(1), url }),
  /** To an address on file: somebody was believed to be its person by another way. `url`: "that was not me". */
  identity_notice: z.object({ reference, kind, receivedOn: date, url }),
  question: z.object({ reference, name, question: z.string(), statusUrl: url }),
  extended: z.object({ reference, name, newDueOn: date, reasons: z.string(), statusUrl: url }),
  /** `question`: typed by staff. `fromOn`: the first day on which the clock stands still. */
  paused: toSubject.extend({ question: z.string(), why: z.enum(['identity', 'clarification']), fromOn: date }),
  /** What staff had written down wrongly; `reason`: typed by them. */
  corrected: toSubject.extend({
    why: z.enum(['received', 'kind']),
    kind,
    dueOn: date,
    earlierDueOn: date,
    reason: z.string(),
  }),
  /** `answer`: typed by staff. */
  dismissed: toSubject.extend({ answer: z.string() }),
  /** `into`: the reference of the request that goes on; `dueOn` is its date. */
  merged: toSubject.extend({ into: z.string().min(1), dueOn: date }),
  /** `reason`: typed by staff. */
  reopened: toSubject.extend({ kind, reason: z.string() }),
  clock_alarm: dueCase.extend({ why: z.enum(['extension_bounced', 'extension_late', 'pause_ended']) }),
  rectified: toSubject,
  restricted: toSubject,
  /** `explanation`: typed by staff. */
  restriction_lifted: toSubject.extend({ explanation: z.string() }),
  invitation: z.object({ name, invitedBy: z.string(), url, hours: z.number().int().min(1) }),
  password_reset: z.object({ name, url, minutes: z.number().int().min(1) }),
  assigned: dueCase,
  new_case: dueCase,
  approval_needed: z.object({ reference, planRows: count, url }),
  /** Somebody approved their own plan: to be looked at by another person up to and including `reviewOn`. */
  approval_review: z.object({
    reference,
    why: z.enum(['asked', 'due', 'lapsed', 'objected']),
    approver: name,
    planRows: count,
    reviewOn: date,
    url,
  }),
  /** `systems`: those in which the run failed; `again`: it is tried again by itself; no reference: no request asked for it. */
  run_failed: z.object({ reference: reference.optional(), systems: z.array(z.string()), again: z.boolean(), url }),
  /** Somebody said "that was not me". closed: it ended; blocked: staff have to look into it. */
  disowned: z.object({ reference, why: z.enum(['closed', 'blocked']), url }),
  new_sign_in: z.object({ at: instant, url }),
  /** Tables and columns (`table.column`) that came into or left a system after its data map was applied. */
  map_drift: z.object({ system: z.string(), added: z.array(z.string()), removed: z.array(z.string()), url }),
  /** A processing agreement whose review (`reviewOn`) comes near, or lapsed. */
  agreement_review: z.object({ system: z.string(), why: z.enum(['soon', 'lapsed']), reviewOn: date, url }),
  /** What was kept for a term is erased now. */
  kept_erased: toSubject.extend({ erased: z.array(z.object({ label: z.string(), rows: count })) }),
  /** The same for staff; changed: a key carries other values, a person has to look. */
  deferred_told: z.object({ reference, why: z.enum(['done', 'changed']), rows: count, url }),
  /** Rows of people who were erased, or who objected to marketing, that stand in a system again. */
  persons_returned: z.object({ system: z.string(), erased: count, objection: count, url }),
  /** Receipts of `runs` erasures, the first of them of `at`, are gone from a system. */
  system_restored: z.object({ system: z.string(), runs: count, at: instant, url }),
  retention_digest: z.object({
    owner: z.string(),
    groups: z.array(
      z.object({
        system: z.string(),
        label: z.string(),
        expired: count,
        expiring: count,
        firstOn: date.nullable(),
        basis: z.string(),
      }),
    ),
    url,
  }),
  staff_digest: z.object({
    overdue: count,
    today: count,
    week: count,
    waiting: count,
    approval: count,
    unassigned: count,
    ...watched,
    url,
  }),
  /** What somebody has to do for a case where no program reaches. */
  tasks_waiting: z.object({
    tasks: z.array(z.object({ reference, place: z.string(), openOn: date })),
    more: count,
    url,
  }),
  /**
   * To whoever got somebody's data before: it was erased, corrected or restricted (GDPR art. 19). `person`: by what the
   * recipient can find them; `explanation`: typed by staff, may be empty; `url`: what the organisation processes.
   */
  recipient_told: z.object({
    reference,
    kind: z.enum(['erasure', 'rectification', 'restriction']),
    person: z.object({ name: name.nullable(), email: z.string().nullable(), customerNumber: z.string().nullable() }),
    explanation: z.string(),
    url,
  }),
  /** One case whose date comes near, or that nobody works. */
  watched_case: dueCase.extend({ why: z.enum(['due', 'unassigned']) }),
  watched_cases: z.object({ ...watched, url }),
  answer_received: dueCase,
  mail_bounced: dueCase,
  /** To somebody in the organisation who was asked about a case; `why`: first, shortly before `answerOn`, or after it. */
  colleague_question: z.object({ why: z.enum(['asked', 'due', 'late']), reference, answerOn: date, url }),
  colleague_code: z.object({
    reference,
    code: z.string().regex(/^\d{6}$/),
    minutes: z.number().int().min(1),
    url,
  }),
  colleague_answered: dueCase,
  /** The day of the answer is over. */
  colleague_late: dueCase,
  /** To who filed and never confirmed. `expiresOn`: the day on which the request lapses. */
  confirm_reminder: z.object({ cases: askedCases, receivedOn: date, expiresOn: date, url }),
  /** `reviveUntil`: the last day on which confirming still counts. */
  expired: z.object({ cases: askedCases, receivedOn: date, reviveUntil: date, url }),
} as const

export type MailName = keyof typeof mailSchemas
export type MailProps = { [Name in MailName]: z.infer<(typeof mailSchemas)[Name]> }

export function isMailName(name: string): name is MailName {
  return Object.hasOwn(mailSchemas, name)
}
