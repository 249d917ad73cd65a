import type { Temporal } from 'temporal-polyfill'
import { type Person, daysBetween, fillIn } from './people'
import type { Random } from './random'
import type { Row } from './row'
import { HERO, PARTNER } from './special-people'
import { answers, questions, repairs } from './words'

const SHOP = 'werkplaats@despaak.example.nl'

export interface Service {
  service_contracts: Row[]
  service_tickets: Row[]
  ticket_messages: Row[]
}

/** Repairs with their conversations, and service contracts. */
export function makeService(
  random: Random,
  today: Temporal.PlainDate,
  people: readonly Person[],
  bikes: readonly Row[],
  employees: number,
): Service {
  const made: Service = { service_contracts: [], service_tickets: [], ticket_messages: [] }
  for (const person of people) {
    const own = bikes.filter((bike) => bike.customer_id === person.id)
    const tickets = person.id <= 2 ? 2 : person.id === 8 ? 1 : random.between(0, 3) - 1
    for (let each = 0; each < tickets; each += 1) {
      const span = Math.max(daysBetween(person.customerSince, person.lastSeen), 0)
      // the eighth customer's bicycle stands in the workshop; of the first ten nobody else's
      const open = person.id === 8 || (person.id > 10 && daysBetween(person.lastSeen, today) < 40 && random.chance(0.3))
      const opened = open ? today.subtract({ days: 3 }) : person.customerSince.add({ days: random.between(0, span) })
      const [subject, description] = ticketText(random, person, each)
      const id = made.service_tickets.length + 1
      made.service_tickets.push({
        id,
        number: `R${opened.year}-${String(id).padStart(5, '0')}`,
        customer_id: person.id,
        bike_id: own[0]?.id ?? null,
        subject,
        description,
        contact_phone: person.mobile,
        status: open ? random.pick(['open', 'waiting']) : 'closed',
        assigned_to: random.between(1, employees),
        opened_at: `${opened.toString()}T09:15:00Z`,
        closed_at: open
          ? null
          : `${opened.add({ days: Math.min(4, daysBetween(opened, today)) }).toString()}T16:45:00Z`,
      })
      converse(random, made, id, person, opened)
    }
    contract(random, today, made, person)
  }
  return made
}

/** The partner's ticket names the hero: what another person's text says about somebody is found, but not erased unasked. */
function ticketText(random: Random, person: Person, each: number): readonly [string, string] {
  if (person.id === HERO.id && each === 0)
    return [
      'Accu laadt niet op',
      'Sanne de Vries (sanne.devries@example.nl, 06-12345678) bracht de accu langs. Getest, in orde.',
    ]
  if (person.id === PARTNER.id && each === 0)
    return [
      'Fiets ophalen',
      'Mark Jansen laat weten dat Sanne de Vries de fiets ophaalt, zij is bereikbaar op 06-12345678.',
    ]
  const [subject, text] = random.pick(repairs)
  return [subject, fillIn(text, person)]
}

function converse(random: Random, made: Service, ticket: number, person: Person, opened: Temporal.PlainDate): void {
  const turns = person.id === HERO.id ? 2 : random.between(0, 3)
  for (let turn = 0; turn < turns; turn += 1) {
    const incoming = turn % 2 === 0
    made.ticket_messages.push({
      id: made.ticket_messages.length + 1,
      ticket_id: ticket,
      direction: incoming ? 'in' : 'out',
      from_address: incoming ? person.email : SHOP,
      body: fillIn(random.pick(incoming ? questions : answers), person),
      sent_at: `${opened.toString()}T1${turn}:05:00Z`,
    })
  }
}

function contract(random: Random, today: Temporal.PlainDate, made: Service, person: Person): void {
  const isRunning = person.id === 9 || (person.id > 10 && random.chance(0.06))
  const isEnded = person.id === HERO.id || random.chance(0.08)
  if (!isRunning && !isEnded) return
  const starts = isRunning
    ? today.subtract({ days: random.between(30, 300) })
    : today.subtract({ years: 2, days: person.id })
  made.service_contracts.push({
    id: made.service_contracts.length + 1,
    customer_id: person.id,
    kind: random.pick(['Service Compleet', 'Service Basis', 'Pechhulp']),
    starts_on: starts.toString(),
    ends_on: isRunning ? null : starts.add({ years: 1 }).toString(),
    status: isRunning ? 'active' : 'ended',
  })
}
