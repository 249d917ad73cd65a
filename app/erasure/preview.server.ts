import type { Temporal } from 'temporal-polyfill'
import { newKey } from '~/platform/keys.server'
import type { Identifiers, SuggestionReason } from '~/systems/located'
import type { OpenSystem } from '~/systems/registry.server'
import { propose } from './propose.server'
import { summarise, type SystemSummary } from './summary'

export interface PreviewOrder {
  readonly system: OpenSystem
  /** Count as proven. */
  readonly identifiers: Identifiers
  /** Today in the organisation's zone. */
  readonly today: Temporal.PlainDate
  /** MM-DD. */
  readonly fiscalYearEnd: string
  /** IANA zone in which instants of the CRM become days. */
  readonly zone?: string
  /** Tables that a hold forbids to touch. */
  readonly blockers?: ReadonlySet<string>
}

/** What `privacybalie locate --json` prints (contract.md). */
export interface Preview extends SystemSummary {
  readonly system: string
  readonly ambiguous: boolean
  readonly suggestions: readonly { readonly table: string; readonly rows: number; readonly why: SuggestionReason }[]
  /** Only when ambiguous: what distinguishes the persons, masked. */
  readonly candidates?: readonly {
    readonly table: string
    readonly key: readonly string[]
    readonly distinguishing: Readonly<Record<string, string | null>>
  }[]
}

/** What an erasure would do for the person with these identifiers; the same computation as the plan's. Changes nothing. */
export async function previewErasure(order: PreviewOrder): Promise<Preview> {
  const { system } = order
  const proposal = await system.adapter.transaction(
    (tx) =>
      propose(
        tx,
        {
          system,
          identifiers: order.identifiers,
          subjects: [],
          rows: null,
          facts: {},
          intent: { kind: 'erase', only: null },
          today: order.today,
          rules: { fiscalYearEnd: order.fiscalYearEnd, zone: order.zone ?? 'Europe/Amsterdam' },
          held: order.blockers ?? new Set(),
          suggestions: true,
        },
        newKey(),
      ),
    { readOnly: true, isolation: 'repeatable read' },
  )
  const { person } = proposal
  return {
    system: system.key,
    ambiguous: person.ambiguous,
    ...summarise(proposal, [...system.map.tables.keys()]),
    suggestions: person.suggestions.map(({ table, rows, why }) => ({ table, rows, why })),
    ...(person.ambiguous ? { candidates: person.candidates } : {}),
  }
}
