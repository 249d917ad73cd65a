import type { JsonValue } from '~/systems/data-map'

/** Whose traces are taken out of a text. */
export interface Traces {
  /** E-mail addresses, customer numbers and the like, as the person's rows held them. */
  readonly identifiers: readonly string[]
  readonly phones: readonly string[]
  /** Names, a full name or its parts. */
  readonly names: readonly string[]
}

/** What stands where something was taken out. */
export const MARK = '[…]'

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const LETTER_BEFORE = '(?<![\\p{L}\\p{N}_])'
const LETTER_AFTER = '(?![\\p{L}\\p{N}_])'

/** Each letter also matches with an accent on it, and a run of non-letters any other: "van den Berg", "VAN DEN BÈRG". */
function namePattern(name: string): string | null {
  const words = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
  // One or two letters ("de", "Bo") would black out half a text.
  if (words.join('').length < 3) return null
  return words.map((word) => [...word].map((letter) => `${escaped(letter)}\\p{M}*`).join('')).join('[^\\p{L}\\p{N}]+')
}

function phonePattern(phone: string): string | null {
  const digits = phone.replace(/[^0-9]/g, '')
  const national = digits.replace(/^(?:00)?31/, '').replace(/^0/, '')
  if (national.length < 6) return null
  return `(?:(?:\\+|00)?31[ ()./-]*|0[ ()./-]*)?(?:\\(0\\)[ ]*)?${[...national].join('[ ()./-]*')}`
}

/** One expression for everything that gives the person away; null when there is nothing to look for. */
export function tracePattern(traces: Traces): RegExp | null {
  const longestFirst = (values: readonly string[]) =>
    [...new Set(values.map((v) => v.trim()).filter(Boolean))].sort((a, b) => b.length - a.length)
  const identifiers = longestFirst(traces.identifiers).map((each) => {
    const literal = escaped(each.normalize('NFD'))
    // "big.jan@x.nl" and "jan@x.nl.example" are other addresses than "jan@x.nl".
    return each.includes('@') ? `(?<![.+-])${literal}(?!-|\\.[\\p{L}\\p{N}])` : literal
  })
  const phones = longestFirst(traces.phones).flatMap((each) => phonePattern(each) ?? [])
  const names = longestFirst(traces.names).flatMap((each) => {
    const pattern = namePattern(each)
    // "jan@elsewhere.nl" is an address of somebody: only the person's own go.
    return pattern ? `(?<!@\\S*)${pattern}(?!\\S*@)` : []
  })
  const all = [...identifiers, ...phones, ...names]
  return all.length === 0 ? null : new RegExp(`${LETTER_BEFORE}(?:${all.join('|')})${LETTER_AFTER}`, 'giu')
}

/** The text with the person's own identifiers and names replaced by a mark; the rest stays as it was. */
export function redactText(text: string, pattern: RegExp | null): string {
  if (!pattern) return text
  const redacted = text.normalize('NFD').replace(pattern, MARK)
  return redacted === text.normalize('NFD') ? text : redacted.normalize('NFC')
}

/** A list of addresses (`to_addrs`) without the person's elements; separators of the others stay. */
export function redactList(list: string, pattern: RegExp | null): string {
  if (!pattern) return list
  const parts = list.split(/([,;\n]+)/)
  const kept: string[] = []
  for (let i = 0; i < parts.length; i += 2) {
    const element = parts[i] ?? ''
    if (element.normalize('NFD').search(pattern) >= 0) continue
    if (kept.length > 0) kept.push(parts[i - 1] ?? ',')
    kept.push(element)
  }
  return kept.join('').trimStart()
}

/** Every text inside a JSON value redacted; with `list` elements of lists that name the person are left out whole. */
export function redactJson(value: JsonValue, pattern: RegExp | null, list = false): JsonValue {
  if (typeof value === 'string') return redactText(value, pattern)
  if (Array.isArray(value)) {
    const elements: readonly JsonValue[] = value
    const kept =
      list && pattern ? elements.filter((each) => JSON.stringify(each).normalize('NFD').search(pattern) < 0) : elements
    return kept.map((each) => redactJson(each, pattern, list))
  }
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, redactJson(each, pattern, list)]))
  return value
}
