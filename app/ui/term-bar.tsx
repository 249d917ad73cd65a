import { useId } from 'react'
import { Temporal } from 'temporal-polyfill'
import { shortDate } from './dates'
import { useTexts } from './language'
import { termGeometry } from './term-geometry'
import type { Term, TermGeometry } from './term-geometry'
import { termSentence } from './term-sentence'

type Size = 'large' | 'case' | 'row'

/** Heights in px: where the bar lies in the drawing, and whether labels stand around it. */
const measures: Record<Size, { height: number; top: number; bar: number; labels: boolean }> = {
  large: { height: 76, top: 28, bar: 20, labels: true },
  case: { height: 64, top: 24, bar: 14, labels: true },
  row: { height: 16, top: 4, bar: 8, labels: false },
}

export type TermBarProps = Term & {
  /**
   * `large`: the subject's page, as wide as its column. `case`: the case page, with events. `row`: 120 px in a queue
   * row, without labels.
   */
  size: Size
  /** Days on which something happened, drawn as dots; `label` is what a pointer shows. */
  events?: { on: string; label: string }[]
  /** Hides the drawing from assistive technology where its sentence stands beside it as text. */
  decorative?: boolean
}

/**
 * The term of a request, drawn by the server and without script: from receipt to due date, done part filled, pauses
 * hatched, an extension dashed, the stricter date as a tick, today as a mark. Attributes only, so that the portal's
 * policy lets it through. Places are percentages, so that it takes the width it gets and its letters keep their size.
 */
export function TermBar({ size, events = [], decorative = false, ...term }: TermBarProps) {
  const t = useTexts()
  const hatch = `hatch${useId().replaceAll(':', '')}`
  const geometry = termGeometry(term)
  const { height, top, bar, labels } = measures[size]
  const name = decorative ? { 'aria-hidden': true as const } : { role: 'img', 'aria-label': termSentence(term, t) }
  return (
    <svg
      className={`term term-${size} term-${geometry.urgency}`}
      width={size === 'row' ? 120 : '100%'}
      height={height}
      {...name}
    >
      <defs>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line className="term-hatch" x1="0" y1="0" x2="0" y2="6" />
        </pattern>
      </defs>
      <Span className="term-track" from={0} to={geometry.trackEnd} y={top} height={bar} />
      {geometry.extension ? <Span className="term-extension" {...geometry.extension} y={top} height={bar} /> : null}
      <Span className="term-done" {...geometry.done} y={top} height={bar} />
      {geometry.over ? <Span className="term-over" {...geometry.over} y={top + bar / 4} height={bar / 2} /> : null}
      {labels
        ? geometry.weeks.map((week) => (
            <Tick key={week} className="term-week" at={week} from={top + bar - 6} to={top + bar} />
          ))
        : null}
      {geometry.pauses.map((pause) => (
        <g key={pause.from}>
          <Span className="term-pause-ground" {...pause} y={top} height={bar} />
          <Span fill={`url(#${hatch})`} {...pause} y={top} height={bar} />
        </g>
      ))}
      {geometry.strict === null ? null : (
        <Tick className="term-strict" at={geometry.strict} from={top - 4} to={top + bar} />
      )}
      <Tick className="term-due" at={geometry.due} from={top - (labels ? 6 : 3)} to={top + bar + (labels ? 6 : 3)} />
      {events.map((event, place) => (
        <circle key={place} className="term-event" cx={`${geometry.placeOf(event.on)}%`} cy={top + bar / 2} r="4">
          <title>{event.label}</title>
        </circle>
      ))}
      {geometry.urgency === 'closed' ? null : <Today at={geometry.now} top={top} bar={bar} labels={labels} />}
      {labels ? <Labels term={term} geometry={geometry} top={top} bar={bar} /> : null}
    </svg>
  )
}

type SpanProps = { from: number; to: number; y: number; height: number; className?: string; fill?: string }

function Span({ from, to, ...rect }: SpanProps) {
  return <rect x={`${from}%`} width={`${Math.max(0, to - from)}%`} {...rect} />
}

function Tick({ at, from, to, className }: { at: number; from: number; to: number; className: string }) {
  return <line className={className} x1={`${at}%`} x2={`${at}%`} y1={from} y2={to} />
}

function Today({ at, top, bar, labels }: { at: number; top: number; bar: number; labels: boolean }) {
  const reach = labels ? 4 : 3
  return (
    <>
      <Tick className="term-now" at={at} from={top - reach} to={top + bar + reach} />
      {labels ? (
        <svg x={`${at}%`} y={top - 10} overflow="visible" width="1" height="1">
          <path className="term-now-head" d="M-5 0h10l-5 6z" />
        </svg>
      ) : null}
    </>
  )
}

/** Above the bar today, below it receipt and due date; near an edge a label turns inward. */
function Labels({ term, geometry, top, bar }: { term: Term; geometry: TermGeometry; top: number; bar: number }) {
  const t = useTexts()
  const year = Temporal.PlainDate.from(term.today).year
  const below = top + bar + 22
  const anchor = geometry.now < 15 ? 'start' : geometry.now > 85 ? 'end' : 'middle'
  return (
    <g aria-hidden>
      <text className="term-label-now" x={`${geometry.now}%`} y={top - 14} textAnchor={anchor}>
        {geometry.urgency === 'closed' ? t('term:labelClosed') : t('term:labelToday')}
      </text>
      <text className="term-label" x="0" y={below}>
        {shortDate(term.receivedOn, t, year)}
      </text>
      <text className="term-label" x={`${geometry.due}%`} y={below} textAnchor={geometry.due < 40 ? 'middle' : 'end'}>
        {shortDate(term.dueOn, t, year)}
      </text>
    </g>
  )
}
