import type { Temporal } from 'temporal-polyfill'

export type CalendarDay = {
  /** Stays the same as long as it is about the same thing. */
  uid: string
  on: Temporal.PlainDate
  summary: string
  url: string
}

type Calendar = { name: string; language: string; at: Temporal.Instant; days: readonly CalendarDay[] }

/** A calendar of whole days as RFC 5545 writes it: lines that end in CRLF and have at most 75 octets. */
export function calendarText({ name, language, at, days }: Calendar): string {
  const stamp = compact(at.round('second').toString())
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:-//Privacybalie//Privacybalie//${language.toUpperCase()}`,
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${escaped(name)}`,
    `X-WR-CALNAME:${escaped(name)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    'X-PUBLISHED-TTL:PT1H',
    ...days.flatMap(({ uid, on, summary, url }) => [
      'BEGIN:VEVENT',
      `UID:${escaped(uid)}`,
      `DTSTAMP:${stamp}`,
      `DTSTART;VALUE=DATE:${compact(on.toString())}`,
      // The end is the first day that no longer belongs to it.
      `DTEND;VALUE=DATE:${compact(on.add({ days: 1 }).toString())}`,
      `SUMMARY;LANGUAGE=${language}:${escaped(summary)}`,
      `URL:${url}`,
      'TRANSP:TRANSPARENT',
      'CLASS:CONFIDENTIAL',
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}

const compact = (iso: string) => iso.replace(/[-:]/g, '')

/** RFC 5545 section 3.3.11; of control characters only a line end can be said. */
function escaped(text: string): string {
  return text
    .replace(/[\\;,]/g, (character) => `\\${character}`)
    .replace(/\r\n?|\n/g, '\\n')
    .replace(/\p{Cc}/gu, ' ')
}

/** RFC 5545 section 3.1: a long line goes on behind CRLF and a space. No character is cut in two. */
function folded(line: string): string {
  const parts: string[] = []
  let part = ''
  let octets = 0
  for (const character of line) {
    const size = Buffer.byteLength(character)
    // What goes on begins with a space, which counts.
    if (octets + size > (parts.length === 0 ? 75 : 74)) {
      parts.push(part)
      part = ''
      octets = 0
    }
    part += character
    octets += size
  }
  return [...parts, part].join('\r\n ')
}
