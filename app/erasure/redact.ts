import type { JsonValue } from '~/systems/data-map'

/** What stands where something was taken out. */
export const MARK = '[…]'

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

/**
 * Everything inside a JSON value redacted: texts, names of members, and numbers that are an identifier (they become null);
 * with `list` elements of lists that name the person are left out whole.
 */
export function redactJson(value: JsonValue, pattern: RegExp | null, list = false): JsonValue {
  if (typeof value === 'string') return redactText(value, pattern)
  if (typeof value === 'number') return redactText(String(value), pattern) === String(value) ? value : null
  if (Array.isArray(value)) {
    const elements: readonly JsonValue[] = value
    const kept =
      list && pattern ? elements.filter((each) => JSON.stringify(each).normalize('NFD').search(pattern) < 0) : elements
    return kept.map((each) => redactJson(each, pattern, list))
  }
  if (value === null || typeof value !== 'object') return value
  const members: Record<string, JsonValue> = {}
  for (const [name, each] of Object.entries(value)) {
    const shown = redactText(name, pattern)
    // Two members that were told apart by an identifier alone are still two.
    let free = shown
    for (let n = 2; free !== name && (free in members || free in value); n++) free = `${shown} ${String(n)}`
    members[free] = redactJson(each, pattern, list)
  }
  return members
}
