/** A setting as a field of a form: its value as text. Settings per language are two fields. */
export type SettingField = { name: string; field: string; language: 'nl' | 'en' | null; text: string; lines: boolean }

// Dots in the names stay; a field's id may hold them.
const fieldOf = (name: string, language?: string) => (language ? `${name}.${language}` : name)

/** Settings that are one text of several lines. */
const longTexts: ReadonlySet<string> = new Set(['handOff.keys'])

/** How a setting's value is shown: lists a line each, numbers as digits. */
export function settingToText(name: string, value: unknown): SettingField[] {
  if (Array.isArray(value)) return [{ name, field: fieldOf(name), language: null, text: value.join('\n'), lines: true }]
  if (isPerLanguage(value))
    return (['nl', 'en'] as const).map((language) => ({
      name,
      field: fieldOf(name, language),
      language,
      text: value[language],
      lines: false,
    }))
  return [{ name, field: fieldOf(name), language: null, text: String(value), lines: longTexts.has(name) }]
}

/** The value that a form holds for a setting, in the shape that its present value has; undefined when the form lacks it. */
export function settingFromText(name: string, present: unknown, typed: Record<string, string>): unknown {
  if (isPerLanguage(present)) {
    const [nl, en] = [typed[fieldOf(name, 'nl')], typed[fieldOf(name, 'en')]]
    return nl === undefined || en === undefined ? undefined : { nl: nl.trim(), en: en.trim() }
  }
  const text = typed[fieldOf(name)]?.trim()
  if (text === undefined) return undefined
  if (Array.isArray(present)) {
    const items = text.split(/[\s,]+/).filter(Boolean)
    return items.every((item) => /^\d{1,4}$/.test(item)) ? items.map(Number) : items
  }
  return typeof present === 'number' ? Number(text || Number.NaN) : text
}

function isPerLanguage(value: unknown): value is { nl: string; en: string } {
  return typeof value === 'object' && value !== null && 'nl' in value && 'en' in value
}
