/** Why somebody wants to touch rows; the words of erasure/. */
export type TouchCause =
  | 'erasure'
  | 'consent_withdrawal'
  | 'follow_up'
  | 'retention'
  | 'deferred'
  | 'reapply'
  | 'objection'
  | 'restriction'
  | 'restriction_lifted'
  | 'mark'
  | 'mark_cleared'

export interface ActiveHold {
  readonly id: string
  readonly kind: 'hold' | 'restriction'
  readonly scope: 'person' | 'request' | 'system' | 'table'
  readonly requestId: string | null
  readonly systemKey: string | null
  readonly table: string | null
}

export interface Touch {
  readonly cause: TouchCause
  /** The request that asks; its own existence never blocks it. */
  readonly requestId: string | null
  /** Verified open requests of the same person. */
  readonly requests: readonly { readonly id: string; readonly reference: string; readonly kind: string }[]
  /** Requests of the same person whose copy (art. 15, 20) was offered and not collected yet. */
  readonly uncollected: readonly { readonly id: string; readonly reference: string }[]
  /** Holds that are not lifted and that speak of this person, this request, or these systems. */
  readonly holds: readonly ActiveHold[]
  /** True when the request's own due date has come: access no longer makes erasure wait. */
  readonly due: boolean
}

export type Blocker = {
  readonly by: 'hold' | 'restriction' | 'request' | 'uncollected'
  readonly id: string
  readonly reference: string | null
}

export type Touchable =
  | {
      readonly ok: true
      /** `system` or `system table`: kept, reason `hold`. */ readonly held: readonly {
        system: string
        table: string | null
      }[]
    }
  | { readonly ok: false; readonly blockedBy: readonly Blocker[] }

const BY_REQUEST: readonly TouchCause[] = ['erasure', 'consent_withdrawal', 'follow_up']
const BY_ITSELF: readonly TouchCause[] = ['retention', 'deferred', 'reapply']
const ANSWERED_FIRST = ['access', 'portability']

/**
 * May these rows be touched now? (design.md "Erasure"): what a request asks is blocked by a hold, by a restriction until a
 * person lifts it, and by an open verified access or portability request of the same person, whose copy they get to collect
 * first; what happens by itself also by any other verified open request. Columns that a right sets (objection, restriction, marks) erase nothing and are not
 * blocked. A hold on a system or table blocks nothing as a whole: its rows are kept.
 */
export function mayTouch(touch: Touch): Touchable {
  const held = touch.holds.flatMap((hold) =>
    hold.scope === 'system' || hold.scope === 'table'
      ? [{ system: hold.systemKey ?? '', table: hold.scope === 'table' ? hold.table : null }]
      : [],
  )
  const byRequest = BY_REQUEST.includes(touch.cause)
  const byItself = BY_ITSELF.includes(touch.cause)
  if (!byRequest && !byItself) return { ok: true, held: [] }
  const blockedBy: Blocker[] = [
    ...touch.holds
      .filter((hold) => hold.scope === 'person' || hold.scope === 'request')
      .map((hold) => ({ by: hold.kind, id: hold.id, reference: null })),
    ...touch.requests
      .filter((other) => other.id !== touch.requestId)
      .filter((other) => byItself || (ANSWERED_FIRST.includes(other.kind) && !touch.due))
      .map((other) => ({ by: 'request' as const, id: other.id, reference: other.reference })),
    ...touch.uncollected
      .filter(() => byRequest && !touch.due)
      .map((other) => ({ by: 'uncollected' as const, id: other.id, reference: other.reference })),
  ]
  return blockedBy.length > 0 ? { ok: false, blockedBy } : { ok: true, held }
}
