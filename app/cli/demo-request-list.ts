import type { RefusalGround } from '~/requests/grounds'
import type { Language, ObjectionTo, RequestKind } from '~/requests/kinds'
import type { MoveName, RequestState } from '~/requests/lifecycle'

/** When a request reached the shop: so many days ago, or so that its answer is due on the day of the demo. */
export type DemoReceipt = { daysAgo: number } | { due: 'today' }

/** Members of staff by the first part of their address in `organisation.ts`. */
export type DemoColleague = 'anouk' | 'bilal' | 'christa' | 'david'

/** One thing that happened to a request; `daysAgo` counts back from the day of the demo. */
export type DemoStep =
  | { do: 'assign'; to: DemoColleague; by: DemoColleague; daysAgo: number }
  | { do: Extract<MoveName, 'confirm' | 'stop_marketing' | 'withdraw'>; by: 'subject'; daysAgo: number }
  | { do: Extract<MoveName, 'expire' | 'complete_execution'>; by: 'system'; daysAgo: number }
  | {
      do: Extract<MoveName, 'start' | 'submit_plan' | 'execute' | 'complete'>
      by: DemoColleague
      daysAgo: number
      /** A hold that is set when the run has been started: the system then refuses. */
      hold?: string
      /** What the shop writes about the customer in the meantime: the plan then no longer fits. */
      meanwhile?: string
    }
  | { do: Extract<MoveName, 'replan'>; by: 'system'; daysAgo: number }
  | { do: Extract<MoveName, 'complete_partially'>; by: DemoColleague; answer: string; daysAgo: number }
  | { do: 'approve'; by: DemoColleague; daysAgo: number }
  | { do: 'ask'; by: DemoColleague; text: string; daysAgo: number }
  | { do: 'refuse'; by: DemoColleague; ground: RefusalGround; reasons: string; daysAgo: number }

export interface DemoRequest {
  /** Whose request: the id of a customer in the demo CRM, who writes from the address on file. */
  customer: number
  kind: RequestKind
  objectionTo?: ObjectionTo
  language: Language
  details?: string
  received: DemoReceipt
  /** What happened, in order, from `unverified` on. A receipt of `due: today` leaves room for 25 days of it. */
  steps: readonly DemoStep[]
  /** The state after the last step. */
  endsAs: RequestState
}

const confirmed = (daysAgo: number): DemoStep => ({ do: 'confirm', by: 'subject', daysAgo })
const given = (to: DemoColleague, daysAgo: number): DemoStep => ({ do: 'assign', to, by: 'anouk', daysAgo })
const started = (by: DemoColleague, daysAgo: number): DemoStep => ({ do: 'start', by, daysAgo })

/** From taking it up to the end, by two people. */
const erased = (by: DemoColleague, daysAgo: number): DemoStep[] => [
  started(by, daysAgo + 2),
  { do: 'submit_plan', by, daysAgo: daysAgo + 2 },
  { do: 'approve', by: 'christa', daysAgo: daysAgo + 1 },
  { do: 'execute', by, daysAgo },
  { do: 'complete_execution', by: 'system', daysAgo },
]

/**
 * Requests in the states that staff see on a working day, dated around the day of the demo, to be played through the
 * rooms' own verbs. The hero of the tour and her partner have none: visitors file theirs.
 */
export const demoRequests: readonly DemoRequest[] = [
  { customer: 21, kind: 'erasure', language: 'nl', received: { daysAgo: 0 }, steps: [], endsAs: 'unverified' },
  { customer: 22, kind: 'access', language: 'en', received: { daysAgo: 1 }, steps: [confirmed(1)], endsAs: 'received' },
  {
    customer: 23,
    kind: 'erasure',
    language: 'nl',
    details: 'Ik koop mijn fietsen voortaan ergens anders.',
    received: { daysAgo: 6 },
    steps: [confirmed(6), given('anouk', 5)],
    endsAs: 'received',
  },
  {
    customer: 24,
    kind: 'rectification',
    language: 'nl',
    details: 'Mijn achternaam is verkeerd gespeld.',
    received: { daysAgo: 12 },
    steps: [confirmed(12), given('bilal', 11), started('bilal', 10)],
    endsAs: 'in_progress',
  },
  {
    customer: 25,
    kind: 'access',
    language: 'nl',
    received: { daysAgo: 16 },
    steps: [
      confirmed(16),
      given('bilal', 15),
      started('bilal', 14),
      { do: 'ask', by: 'bilal', text: 'Wilt u ook de berichten over uw reparaties ontvangen?', daysAgo: 13 },
    ],
    endsAs: 'awaiting_subject',
  },
  {
    customer: 26,
    kind: 'erasure',
    language: 'en',
    details: 'Please remove everything that you are allowed to remove.',
    received: { daysAgo: 18 },
    steps: [confirmed(18), given('anouk', 17), started('anouk', 4), { do: 'submit_plan', by: 'anouk', daysAgo: 3 }],
    endsAs: 'awaiting_approval',
  },
  {
    customer: 27,
    kind: 'erasure',
    language: 'nl',
    received: { due: 'today' },
    steps: [confirmed(25), given('anouk', 20), started('anouk', 2)],
    endsAs: 'in_progress',
  },
  {
    customer: 28,
    kind: 'access',
    language: 'nl',
    details: 'Ik wil graag weten wat u van mij bewaart.',
    received: { daysAgo: 41 },
    steps: [confirmed(41), given('bilal', 35)],
    endsAs: 'received',
  },
  {
    customer: 29,
    kind: 'erasure',
    language: 'nl',
    received: { daysAgo: 30 },
    steps: [confirmed(30), given('anouk', 28), ...erased('anouk', 20)],
    endsAs: 'completed',
  },
  {
    customer: 30,
    kind: 'erasure',
    language: 'en',
    received: { daysAgo: 60 },
    steps: [confirmed(60), given('bilal', 58), ...erased('bilal', 44)],
    endsAs: 'completed',
  },
  {
    customer: 36,
    kind: 'erasure',
    language: 'nl',
    details: 'Wis alles wat u van mij hebt, ook de klacht over mijn frame.',
    received: { daysAgo: 40 },
    steps: [
      confirmed(40),
      given('bilal', 39),
      started('bilal', 30),
      { do: 'submit_plan', by: 'bilal', daysAgo: 30 },
      { do: 'approve', by: 'christa', daysAgo: 28 },
      {
        do: 'execute',
        by: 'bilal',
        hold: 'Aansprakelijk gesteld voor een gebroken frame; de verzekeraar heeft alles nodig.',
        daysAgo: 27,
      },
      {
        do: 'complete_partially',
        by: 'bilal',
        answer:
          'U hebt ons aansprakelijk gesteld voor uw frame. Zolang dat loopt, hebben wij uw gegevens nodig voor onze verdediging. Is het afgerond? Dan kunt u opnieuw vragen om alles te wissen.',
        daysAgo: 26,
      },
    ],
    endsAs: 'partially_completed',
  },
  {
    customer: 37,
    kind: 'erasure',
    language: 'nl',
    received: { daysAgo: 20 },
    steps: [
      confirmed(20),
      given('anouk', 19),
      started('anouk', 9),
      { do: 'submit_plan', by: 'anouk', daysAgo: 9 },
      { do: 'approve', by: 'christa', daysAgo: 8 },
      { do: 'execute', by: 'anouk', daysAgo: 8 },
    ],
    endsAs: 'executing',
  },
  {
    customer: 38,
    kind: 'erasure',
    language: 'en',
    received: { daysAgo: 14 },
    steps: [
      confirmed(14),
      given('bilal', 13),
      started('bilal', 7),
      { do: 'submit_plan', by: 'bilal', daysAgo: 7 },
      { do: 'approve', by: 'christa', daysAgo: 6 },
      {
        do: 'execute',
        by: 'bilal',
        hold: 'Er loopt een geschil over een rekening; tot de uitspraak blijft alles bewaard.',
        daysAgo: 5,
      },
    ],
    endsAs: 'executing',
  },
  {
    customer: 39,
    kind: 'erasure',
    language: 'nl',
    received: { daysAgo: 11 },
    steps: [
      confirmed(11),
      given('anouk', 10),
      started('anouk', 4),
      { do: 'submit_plan', by: 'anouk', daysAgo: 4 },
      { do: 'approve', by: 'christa', daysAgo: 3 },
      { do: 'execute', by: 'anouk', meanwhile: 'Kwam nog langs voor een lekke band.', daysAgo: 2 },
      { do: 'replan', by: 'system', daysAgo: 2 },
    ],
    endsAs: 'in_progress',
  },
  {
    customer: 31,
    kind: 'access',
    language: 'nl',
    received: { daysAgo: 50 },
    steps: [confirmed(50), given('bilal', 48), started('bilal', 45), { do: 'complete', by: 'bilal', daysAgo: 40 }],
    endsAs: 'completed',
  },
  {
    customer: 32,
    kind: 'objection',
    objectionTo: 'direct_marketing',
    language: 'nl',
    received: { daysAgo: 8 },
    steps: [
      { do: 'stop_marketing', by: 'subject', daysAgo: 8 },
      { do: 'complete_execution', by: 'system', daysAgo: 8 },
    ],
    endsAs: 'completed',
  },
  {
    customer: 33,
    kind: 'portability',
    language: 'en',
    received: { daysAgo: 35 },
    steps: [
      confirmed(35),
      given('anouk', 34),
      {
        do: 'refuse',
        by: 'anouk',
        ground: 'not_portable',
        reasons: 'The notes of our workshop are not data that you gave us. You may ask for a copy instead.',
        daysAgo: 25,
      },
    ],
    endsAs: 'refused',
  },
  {
    customer: 34,
    kind: 'erasure',
    language: 'nl',
    received: { daysAgo: 22 },
    steps: [confirmed(22), { do: 'withdraw', by: 'subject', daysAgo: 19 }],
    endsAs: 'withdrawn',
  },
  {
    customer: 35,
    kind: 'access',
    language: 'nl',
    received: { daysAgo: 15 },
    steps: [{ do: 'expire', by: 'system', daysAgo: 1 }],
    endsAs: 'expired',
  },
]
