import { parsePhoneNumberFromString, type CountryCode, isSupportedCountry } from 'libphonenumber-js'

/** E-mail after trim, lower case and NFC; the part after `+` is kept and accents count. */
export function normaliseEmail(text: string): string {
  return text.trim().normalize('NFC').toLowerCase().normalize('NFC')
}

/** A phone number as E.164 with the system's default country; null when the whole text is not one number. */
export function normalisePhone(text: string, country: string): string | null {
  const known: CountryCode | undefined = isSupportedCountry(country) ? country : undefined
  const parsed = parsePhoneNumberFromString(text.trim(), {
    extract: false,
    ...(known ? { defaultCountry: known } : {}),
  })
  return parsed?.isPossible() ? parsed.number : null
}

/** The comparable form of an identifier of this kind; null when it can't be one. */
export function normaliseIdentifier(kind: string, text: string, phoneCountry: string): string | null {
  if (text.includes('\0')) return null
  const normal =
    kind === 'email'
      ? normaliseEmail(text)
      : kind === 'phone'
        ? normalisePhone(text, phoneCountry)
        : text.trim().normalize('NFC')
  return normal === '' ? null : normal
}

const PADDINGS = ['', ' ', '  ', '\t', '\n', '\r\n', '\u00a0']

/** Spellings of a text under which an index may hold it: white space around it, composed or not, accents in capitals. */
export function textSpellings(normal: string): string[] {
  const forms = new Set([normal, normal.normalize('NFD')])
  // An engine whose locale knows ASCII only leaves capitals with accents as they are.
  for (const form of [...forms]) forms.add(form.replace(/[^\x00-\x7f]+/g, (letters) => letters.toUpperCase()))
  const spelled = new Set<string>()
  for (const form of forms)
    for (const a of PADDINGS) for (const b of PADDINGS) if (a === '' || b === '' || a === b) spelled.add(a + form + b)
  return [...spelled]
}

/** Spellings of a phone number as people write it, for a look-up through an index; the rest needs a scan. */
export function phoneSpellings(e164: string): string[] {
  const parsed = parsePhoneNumberFromString(e164)
  if (!parsed) return [e164]
  const digits = parsed.nationalNumber
  const code = parsed.countryCallingCode
  const spelled = new Set([
    e164,
    e164.slice(1),
    digits,
    parsed.formatNational(),
    parsed.formatInternational(),
    parsed.getURI(),
  ])
  for (const first of [1, 2, 3, 4]) {
    const [area, rest] = [digits.slice(0, first), digits.slice(first)]
    for (const tail of tails(rest)) {
      for (const between of ['', ' ', '-', ' - ', '/', '.']) {
        const local = `${area}${between}${tail}`
        for (const start of [
          '0',
          `+${code}`,
          `+${code} `,
          `+${code}-`,
          `00${code}`,
          `00${code} `,
          `+${code}(0)`,
          `+${code} (0)`,
          `${code}`,
        ])
          spelled.add(start + local)
        spelled.add(`(0${area})${between}${tail}`)
      }
    }
  }
  return [...spelled]
}

function tails(rest: string): string[] {
  const grouped = (size: number) => rest.match(new RegExp(`.{1,${size}}`, 'g')) ?? [rest]
  const fromEnd = (size: number) => {
    const head = rest.length % size
    return [...(head ? [rest.slice(0, head)] : []), ...(rest.slice(head).match(new RegExp(`.{${size}}`, 'g')) ?? [])]
  }
  const groupings = [grouped(2), grouped(3), grouped(4), fromEnd(2), fromEnd(3), fromEnd(4)]
  return [...new Set([rest, ...groupings.flatMap((g) => [g.join(' '), g.join('-'), g.join('.')])])]
}
