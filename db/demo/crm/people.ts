import type { Temporal } from 'temporal-polyfill'
import type { Random } from './random'
import type { Row } from './row'
import { specialPeople } from './special-people'
import { cities, customerNotes, firstNames, lastNames, streets } from './words'

export interface Person {
  id: number
  first: string
  prefix: string | null
  last: string
  email: string
  phone: string | null
  mobile: string | null
  bornOn: Temporal.PlainDate
  addressId: number
  deliveryAddressId: number | null
  customerSince: Temporal.PlainDate
  lastSeen: Temporal.PlainDate
  notes: string | null
  referredBy: number | null
  deleted: boolean
}

const CUSTOMERS = 520
/** Ids from 101 on are addresses of the people without a story. */
const FIRST_ADDRESS = 101

/** The customers, sorted by id from 1. */
export function makePeople(random: Random, today: Temporal.PlainDate): Person[] {
  const people = specialPeople(today)
  const taken = new Set(people.map(({ email }) => email.toLowerCase()))
  let address = FIRST_ADDRESS
  while (people.length < CUSTOMERS) {
    const before = people.at(-1)
    // every fourth lives with the one before, mostly under the same surname
    const housemate = before && before.addressId >= FIRST_ADDRESS && random.chance(0.25) ? before : undefined
    const [prefix, last] = housemate && random.chance(0.7) ? [housemate.prefix, housemate.last] : random.pick(lastNames)
    const first = random.pick(firstNames)
    const addressId = housemate ? housemate.addressId : address++
    const since = today.subtract({ days: random.between(30, 3400) })
    const days = Math.min(
      random.chance(0.75) ? random.between(1, 600) : random.between(600, 1500),
      daysBetween(since, today),
    )
    const number = String(1000 + people.length).padStart(4, '0')
    people.push({
      id: people.length + 1,
      first,
      prefix,
      last,
      email: freeEmail(random, taken, first, prefix, last),
      phone: random.chance(0.3) ? landline(random, number) : null,
      mobile: random.chance(0.9) ? mobile(random, number) : null,
      bornOn: today.subtract({ days: random.between(18 * 365, 84 * 365) }),
      addressId,
      deliveryAddressId: random.chance(0.06) ? address++ : null,
      customerSince: since,
      lastSeen: today.subtract({ days }),
      notes: null,
      referredBy: people.length > 20 && random.chance(0.04) ? random.between(11, people.length) : null,
      deleted: random.chance(0.02),
    })
  }
  for (const person of people) {
    if (person.notes ?? !random.chance(0.2)) continue
    person.notes = fillIn(random.pick(customerNotes), person)
  }
  return people
}

/** The addresses that these people name. */
export function addressRows(random: Random, people: readonly Person[]): Row[] {
  const ids = new Set(people.flatMap(({ addressId, deliveryAddressId }) => [addressId, deliveryAddressId ?? addressId]))
  return [...ids]
    .sort((a, b) => a - b)
    .map((id) => {
      const [city, low, high] = random.pick(cities)
      const letters = random.pick(['AB', 'CD', 'EK', 'GH', 'JL', 'KM', 'NP', 'RT', 'VX', 'WZ'])
      return {
        id,
        street: random.pick(streets),
        house_number: `${random.between(1, 240)}${random.chance(0.1) ? ' ' + random.pick(['A', 'B', 'bis', '2-hoog']) : ''}`,
        postcode: `${random.between(low, high)} ${letters}`,
        city,
        country: 'NL',
      }
    })
}

/** The rows of `customers`; `employees` is how many there are to look after them. */
export function customerRows(random: Random, people: readonly Person[], employees: number): Row[] {
  return people.map((person) => {
    const optIn = person.id === 1 || random.chance(0.55)
    const topics = ['e-bikes', 'racefietsen', 'onderhoud', 'kinderfietsen', 'acties'].filter(() => random.chance(0.35))
    return {
      id: person.id,
      number: customerNumber(person.id),
      first_name: person.first,
      name_prefix: person.prefix,
      last_name: person.last,
      email: person.email,
      phone: person.phone,
      mobile: person.mobile,
      born_on: person.bornOn.toString(),
      address_id: person.addressId,
      delivery_address_id: person.deliveryAddressId,
      status: random.chance(0.1) ? 'dormant' : 'active',
      language: random.chance(0.93) ? 'nl' : 'en',
      preferences: {
        contact: { email: person.email, by: random.pick(['email', 'phone']) },
        segments: topics,
        size: random.pick(['S', 'M', 'L']),
      },
      interests: topics,
      notes: person.notes,
      marketing_opt_in: optIn,
      referred_by: person.referredBy,
      assigned_to: random.chance(0.95) ? random.between(1, employees) : null,
      blocked: false,
      created_at: `${person.customerSince.toString()}T10:00:00Z`,
      last_seen_at: `${person.lastSeen.toString()}T15:30:00Z`,
      deleted_at: person.deleted ? `${person.lastSeen.toString()}T16:00:00Z` : null,
    }
  })
}

export const customerNumber = (id: number) => `K-${10_000 + id}`

/** First name, prefix and surname as they stand on an envelope. */
export function fullName({ first, prefix, last }: Person): string {
  return [first, prefix, last].filter(Boolean).join(' ')
}

/** Puts a person's name, e-mail address and number into a text. */
export function fillIn(text: string, person: Person): string {
  return text
    .replaceAll('{name}', fullName(person))
    .replaceAll('{email}', person.email)
    .replaceAll('{mobile}', person.mobile ?? person.phone ?? 'het bekende nummer')
}

export function daysBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  return from.until(to, { largestUnit: 'days' }).days
}

function freeEmail(random: Random, taken: Set<string>, first: string, prefix: string | null, last: string): string {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replaceAll('ı', 'i')
      .normalize('NFD')
      .replaceAll(/[^a-z]/g, '')
  const local = `${plain(first)}.${plain(`${prefix ?? ''}${last}`)}`
  const domain = random.pick(['example.nl', 'example.nl', 'example.com', 'example.org'])
  for (let number = 1; ; number += 1) {
    const email = `${local}${number > 1 ? number : ''}@${domain}`
    if (taken.has(email)) continue
    taken.add(email)
    return random.chance(0.04) ? email.replace(/^./, (letter) => letter.toUpperCase()) : email
  }
}

function mobile(random: Random, last: string): string {
  return random.pick([`06-1234${last}`, `+31 6 1234 ${last}`, `003161234${last}`, `061234${last}`, `06 12 34 ${last}`])
}

function landline(random: Random, last: string): string {
  const [, , , area] = random.pick(cities)
  const rest = area.length === 4 ? `12${last}` : `123${last}`
  return random.pick([
    `(${area}) ${rest.slice(0, 3)} ${rest.slice(3)}`,
    `${area}-${rest}`,
    `+31 ${area.slice(1)} ${rest}`,
  ])
}
