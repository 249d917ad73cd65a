import type { Temporal } from 'temporal-polyfill'
import { type Person, daysBetween, fillIn } from './people'
import type { Random } from './random'
import type { Row } from './row'
import { HERO, NAMED_ELSEWHERE } from './special-people'
import { calls } from './words'

export const segmentRows: Row[] = [
  { id: 1, code: 'ebike', name: 'Belangstelling e-bike' },
  { id: 2, code: 'gezin', name: 'Gezin met kinderen' },
  { id: 3, code: 'sport', name: 'Sportieve rijder' },
  { id: 4, code: 'terug', name: 'Lang niet geweest' },
]

/** Newsletter by e-mail address, some of people who never bought anything. */
export function newsletterRows(random: Random, today: Temporal.PlainDate, people: readonly Person[]): Row[] {
  const readers = people
    .filter(({ id }) => id === HERO.id || (id !== 4 && random.chance(0.5)))
    .map(({ email }) => email)
  const others = Array.from({ length: 60 }, (_, index) => `lezer${index + 1}@example.org`)
  return [...readers, ...others].map((email, index) => {
    const subscribed = today.subtract({ days: random.between(40, 1500) })
    const active = email === HERO.email || random.chance(0.85)
    const left = today.subtract({ days: random.between(0, daysBetween(subscribed, today)) })
    return {
      email,
      source: random.pick(['webwinkel', 'winkel', 'fietsbeurs']),
      subscribed_at: `${subscribed.toString()}T12:00:00Z`,
      confirmed_ip: `192.0.2.${(index % 250) + 1}`,
      active,
      unsubscribed_at: active ? null : `${left.toString()}T08:00:00Z`,
    }
  })
}

export function segmentMemberRows(random: Random, today: Temporal.PlainDate, people: readonly Person[]): Row[] {
  return people.flatMap(({ id }) =>
    segmentRows
      .filter((segment) => (id === HERO.id && segment.id === 1) || random.chance(0.22))
      .map((segment) => ({
        segment_id: segment.id ?? null,
        customer_id: id,
        added_on: today.subtract({ days: random.between(1, 700) }).toString(),
        score: random.between(0, 1000) / 1000,
      })),
  )
}

/** Calls and visits; suppliers carry the same ids as customers, so that only the type tells them apart. */
export function contactLogRows(
  random: Random,
  people: readonly Person[],
  suppliers: readonly Row[],
  employees: number,
): Row[] {
  const rows: Row[] = []
  const add = (type: string, subject: number, day: Temporal.PlainDate, summary: string) =>
    rows.push({
      id: rows.length + 1,
      subject_type: type,
      subject_id: subject,
      channel: random.pick(['telefoon', 'winkel', 'e-mail']),
      employee_id: random.between(1, employees),
      happened_at: `${day.toString()}T14:20:00Z`,
      summary,
    })
  for (const person of people) {
    const span = Math.max(daysBetween(person.customerSince, person.lastSeen), 0)
    const count = person.id === HERO.id ? 3 : random.between(0, 4)
    for (let each = 0; each < count; each += 1) {
      const day = person.customerSince.add({ days: random.between(0, span) })
      add('customer', person.id, day, fillIn(random.pick(calls), person))
    }
  }
  const day = people[0]?.lastSeen
  const named = people.find(({ id }) => id === NAMED_ELSEWHERE)
  const delivered = (index: number) =>
    index === 2 && named
      ? `Banden voor ${named.email} gaan rechtstreeks naar de klant.`
      : 'Levering van frames besproken.'
  if (day) suppliers.forEach((_, index) => add('supplier', index + 1, day, delivered(index)))
  return rows
}
