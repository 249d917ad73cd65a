import { parsePhoneNumberFromString } from 'libphonenumber-js'

/** Whose traces are looked for in a text. */
export interface Traces {
  /** E-mail addresses, customer numbers and the like, as the person's rows held them. */
  readonly identifiers: readonly string[]
  /** E.164 where the country is known. */
  readonly phones: readonly string[]
  /** Names, a full name or its parts. */
  readonly names: readonly string[]
}

export const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

const WORD = '\\p{L}\\p{N}\\p{M}_'
/** What ends in a letter or digit and yet is none: `%3D`, `\n` and `\u003c` of a text inside JSON, quoted-printable `=3D`. */
const ESCAPE = '%(?!2[bde])[0-9a-f]{2}|\\\\[nrtbf]|\\\\u00[0-9a-f]{2}|=3d'
const BEFORE = `(?:(?<![${WORD}])|(?<=${ESCAPE}))`
const AFTER = `(?![${WORD}])`

/** Characters that are written in another way in a URL, in JSON, HTML or quoted-printable. */
const ENCODED: Readonly<Record<string, string>> = {
  '@': '(?:@|%40|=40|&#64;|&commat;|\\\\u0040)',
  '+': '(?:\\+|%2b|&#43;|\\\\u002b)',
}

function emailPattern(address: string): string {
  const spelled = [...address.normalize('NFC')].map((letter) => {
    const known = ENCODED[letter]
    if (known) return known
    const code = letter.codePointAt(0) ?? 0
    if (code < 128) return escaped(letter)
    const hex = code.toString(16).padStart(4, '0')
    return `(?:${escaped(letter.normalize('NFD'))}|${encodeURIComponent(letter)}|\\\\u${hex})`
  })
  // "big.jan@x.nl" and "jan@x.nl.example" are other addresses than "jan@x.nl"; "...jan@x.nl, " is the same.
  return `(?<![${WORD}%][.+-])${spelled.join('')}(?!-+[${WORD}]|\\.[\\p{L}\\p{N}])`
}

/** "1001" is another number than "12.1001" or "1001-2". */
function literalPattern(value: string): string {
  const literal = escaped(value.normalize('NFD'))
  const before = /^\p{N}/u.test(value) ? '(?<!\\p{N}[./-])' : ''
  return `${before}${literal}${/\p{N}$/u.test(value) ? '(?![./-]\\p{N})' : ''}`
}

/** Each letter also matches with an accent on it, and a run of non-letters any other: "van den Berg", "VAN DEN BÈRG". */
function namePattern(name: string): string | null {
  const words = wordsOf(name)
  // One or two letters ("de", "Bo") would black out half a text.
  if (words.join('').length < 3) return null
  return words.map((word) => [...word].map((letter) => `${escaped(letter)}\\p{M}*`).join('')).join('[^\\p{L}\\p{N}]+')
}

/** The words of a name without accents, in the case in which they were written. */
export const wordsOf = (name: string): string[] =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)

/** Country code and national number, without what is dialled before them; null when there are too few digits to be one. */
export function phoneDigits(phone: string): { code: string; national: string } | null {
  const text = phone.trim().replace(/^00/, '+')
  const parsed = text.startsWith('+') ? parsePhoneNumberFromString(text) : undefined
  if (parsed) return { code: parsed.countryCallingCode, national: parsed.nationalNumber }
  const national = phone
    .replace(/[^0-9]/g, '')
    .replace(/^(?:00)?31/, '')
    .replace(/^0/, '')
  return national.length < 6 ? null : { code: '31', national }
}

/** What people write between the digits of a phone number. */
export const BETWEEN_DIGITS = '(?:[\\s()./\\u2010-\\u2015-]|%20)*'

function phonePattern(phone: string): string | null {
  const digits = phoneDigits(phone)
  if (!digits || digits.national.length < 6) return null
  const run = (text: string) => [...text].join(BETWEEN_DIGITS)
  const abroad = `(?:(?:\\+|%2b|00)${BETWEEN_DIGITS})?${run(digits.code)}${BETWEEN_DIGITS}(?:\\(?0\\)?${BETWEEN_DIGITS})?`
  // Digits of an order number, and the same digits in another country, are another number.
  const before = '(?<!\\p{N}[.-])(?<!(?:\\+|%2b|\\b00)\\d{1,4}[\\s()./-]*)'
  return `${before}(?:${abroad}|\\(?0${BETWEEN_DIGITS})?${run(digits.national)}(?![.-]\\p{N})`
}

const longestFirst = (values: readonly string[]) =>
  [...new Set(values.map((value) => value.trim()).filter(Boolean))].sort((a, b) => b.length - a.length)

/** One expression for everything that gives the person away, over text in NFD; null when there is nothing to look for. */
export function tracePattern(traces: Traces): RegExp | null {
  const identifiers = longestFirst(traces.identifiers).map((each) =>
    each.includes('@') ? emailPattern(each) : literalPattern(each),
  )
  const phones = longestFirst(traces.phones).flatMap((each) => phonePattern(each) ?? [])
  const names = longestFirst(traces.names).flatMap((each) => {
    const pattern = namePattern(each)
    // "jan@elsewhere.nl" is an address of somebody: only the person's own go.
    return pattern ? `(?<!@\\S*)${pattern}(?!\\S*@)` : []
  })
  const all = [...identifiers, ...phones, ...names]
  return all.length === 0 ? null : new RegExp(`${BEFORE}(?:${all.join('|')})${AFTER}`, 'giu')
}
