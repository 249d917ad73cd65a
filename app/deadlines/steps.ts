import type { Temporal } from 'temporal-polyfill'
import type { DutchHoliday } from './netherlands'
import type { PauseReason } from './pauses'

/** How a date came about, one step after another, as data: dates in the organisation's zone, lengths in calendar days. */
export type Step =
  | { readonly step: 'received'; readonly on: Temporal.PlainDate }
  /** The month has no day with this number: its last day takes the place (Reg. 1182/71 art. 3(2)(c)). */
  | { readonly step: 'month_has_no_such_day'; readonly day: number; readonly lastDay: Temporal.PlainDate }
  /** The clock stood still; without reasons when only the number of days is known. */
  | { readonly step: 'paused'; readonly days: number; readonly reasons: readonly PauseReason[]; readonly open: boolean }
  /** The clock had already run out when this pause began, so it moves nothing. */
  | { readonly step: 'pause_came_too_late'; readonly from: Temporal.PlainDate }
  /** A weekend is told by the first of its days that was met. */
  | { readonly step: 'weekend'; readonly on: Temporal.PlainDate }
  | { readonly step: 'holiday'; readonly on: Temporal.PlainDate; readonly name: string; readonly key?: DutchHoliday }
  | { readonly step: 'due'; readonly on: Temporal.PlainDate }
  | { readonly step: 'extended'; readonly on: Temporal.PlainDate }
  /** Days on which the clock stood still after the extension was told. */
  | { readonly step: 'extension_moved'; readonly days: number; readonly on: Temporal.PlainDate }
  /** The date told lies past what the law allows, so the latest date holds. */
  | { readonly step: 'extension_cut_short'; readonly on: Temporal.PlainDate }
