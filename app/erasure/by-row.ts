import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { JsonValue, Strategy } from '~/systems/data-map'
import { redactJson, redactList, redactText } from './redact'
import { isEndOfPhone, withoutLexemes } from './search-vector'

const json: z.ZodType<JsonValue> = z.json()

/** What a by-row strategy may look at besides the value. */
export interface ByRowContext {
  readonly pattern: RegExp | null
  /** The run's pseudonym key. */
  readonly key: Uint8Array
  /** Old and new values of the columns that were rewritten in this row. */
  readonly replaced: readonly { readonly old: string; readonly now: string | null }[]
  readonly array: boolean
  /** The value is a search vector. */
  readonly vector?: boolean
  /** The person's phone numbers, national, digits only: in a search vector they stand in pieces. */
  readonly phones?: readonly string[]
}

/** The new value of a column whose strategy depends on who the person is (`redact`, `redact_list`, `json`, `derived`). */
export function rewriteByRow(strategy: Strategy, value: string | null, context: ByRowContext): string | null {
  if (value === null) return null
  switch (strategy.kind) {
    case 'redact':
      if (context.vector) return redactVector(value, context)
      return inJson(value, (inside) => redactJson(inside, context.pattern)) ?? redactText(value, context.pattern)
    case 'redact_list':
      if (context.array) return redactArray(value, context.pattern)
      return inJson(value, (inside) => redactJson(inside, context.pattern, true)) ?? redactList(value, context.pattern)
    case 'json':
      return (
        inJson(value, (inside) =>
          strategy.paths.reduce((whole, each) => atPath(whole, steps(each.path), each, context), inside),
        ) ?? value
      )
    case 'derived':
      return replaceOld(value, context.replaced)
    default:
      return value
  }
}

function redactVector(vector: string, { pattern, phones = [] }: ByRowContext): string {
  const isTrace = (word: string) => pattern !== null && word.normalize('NFD').search(pattern) >= 0
  return withoutLexemes(vector, (word) => isTrace(word) || isEndOfPhone(word, phones))
}

/** Works on the value inside a JSON text; null when the text is no JSON list or object. */
function inJson(text: string, work: (value: JsonValue) => JsonValue): string | null {
  if (!/^\s*[[{]/.test(text)) return null
  try {
    return JSON.stringify(work(json.parse(JSON.parse(text))))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** `$.contact.email`, `$.items[*].name`, `$.list[0]` taken apart. */
function steps(path: string): (string | number | '*')[] {
  return [...path.replace(/^\$/, '').matchAll(/\.([^.[\]]+)|\[(\d+|\*)\]|\["([^"]*)"\]/g)].map(
    ([, name, index, quoted]) => quoted ?? name ?? (index === '*' ? '*' : Number(index)),
  )
}

type PathStrategy = Extract<Strategy, { kind: 'json' }>['paths'][number]

/** Only what is there is rewritten: a path that the value does not have adds nothing. */
function atPath(
  value: JsonValue,
  path: (string | number | '*')[],
  change: PathStrategy,
  context: ByRowContext,
): JsonValue {
  const [step, ...rest] = path
  if (step === undefined) return 'value' in change ? change.value : inside(change.strategy, value, context)
  if (Array.isArray(value)) {
    const elements: readonly JsonValue[] = value
    return elements.map((each, index) => (step === '*' || step === index ? atPath(each, rest, change, context) : each))
  }
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      step === '*' || step === name ? atPath(each, rest, change, context) : each,
    ]),
  )
}

function inside(strategy: Strategy, value: JsonValue, context: ByRowContext): JsonValue {
  if (value === null || strategy.kind === 'keep') return value
  switch (strategy.kind) {
    case 'empty':
      return Array.isArray(value) ? [] : null
    case 'fixed':
      return strategy.value
    case 'pseudonym':
    case 'random':
      return typeof value === 'object' ? null : pseudonymText(String(value), context.key)
    case 'truncate':
      return typeof value === 'string' ? value.slice(0, strategy.length) : null
    case 'generalise':
      if (typeof strategy.to === 'number')
        return typeof value === 'number' ? Math.floor(value / strategy.to) * strategy.to : null
      return typeof value === 'string'
        ? value.slice(0, strategy.to === 'month' ? 7 : strategy.to === 'year' ? 4 : 3)
        : null
    case 'redact':
      return redactJson(value, context.pattern)
    case 'redact_list':
      return redactJson(value, context.pattern, true)
    default:
      return null
  }
}

/** The same shape as in the engine: an e-mail stays one, everything else becomes a token. */
export function pseudonymText(value: string, key: Uint8Array): string {
  const hex = createHmac('sha256', key).update(value).digest('hex')
  if (value === '') return ''
  return value.includes('@') ? `${hex.slice(0, 24)}@pseudonym.invalid` : `p${hex.slice(0, 19)}`
}

/** Old values become the new ones, longest first; a value that is now empty leaves no double blanks behind. */
function replaceOld(value: string, replaced: ByRowContext['replaced']): string {
  const whole = [...replaced].filter((each) => each.old.length > 1).sort((a, b) => b.old.length - a.old.length)
  const text = whole.reduce((now, each) => now.split(each.old).join(each.now ?? ''), value)
  return text === value ? '' : text.replace(/[ \t]{2,}/g, ' ').trim()
}

const ELEMENT = /"((?:[^"\\]|\\.)*)"|[^,{}]+/g

/** A PostgreSQL array literal of texts without the person's elements. */
function redactArray(literal: string, pattern: RegExp | null): string {
  if (!pattern) return literal
  const elements = [...literal.matchAll(ELEMENT)].map((each) => each[0])
  const plain = (element: string) => element.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1').normalize('NFD')
  return `{${elements.filter((each) => plain(each).search(pattern) < 0).join(',')}}`
}
