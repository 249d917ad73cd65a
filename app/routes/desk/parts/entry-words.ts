/** Ids of staff, perhaps, among the data of an evidence entry. */
export function idsIn(data: Record<string, unknown>): string[] {
  return Object.values(data).filter(
    (value): value is string => typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value),
  )
}

/** Evidence data as what a sentence can hold: texts and numbers, staff by name. */
export function wordsOf(data: Record<string, unknown>, names: Map<string, string>): Record<string, string | number> {
  const words: Record<string, string | number> = {}
  for (const [key, value] of Object.entries(data)) {
    if (typeof value === 'number') words[key] = value
    else if (typeof value === 'string') words[key] = names.get(value) ?? value
  }
  return words
}
