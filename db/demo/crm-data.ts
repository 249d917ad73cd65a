import type { Temporal } from 'temporal-polyfill'
import { contactLogRows, newsletterRows, segmentMemberRows, segmentRows } from './crm/marketing'
import { addressRows, customerRows, makePeople } from './crm/people'
import { Random } from './crm/random'
import type { Row } from './crm/row'
import { makeSales } from './crm/sales'
import { makeService } from './crm/service'
import { products } from './crm/words'

const employees: readonly (readonly [name: string, email: string, job: string])[] = [
  ['Bas Verkoop', 'bas@despaak.example.nl', 'verkoop'],
  ['Carla Werkplaats', 'carla@despaak.example.nl', 'werkplaats'],
  ['Dirk Verkoop', 'dirk@despaak.example.nl', 'verkoop'],
  ['Els Administratie', 'els@despaak.example.nl', 'administratie'],
]

const suppliers = ['Frames en Zonen', 'Groothandel De Ketting', 'Bandenhuis Noord', 'Accucentrale', 'Lakspuiterij Oost']

/**
 * All rows of the demo CRM by table, in the order in which foreign keys allow them to be inserted. The same `today` gives
 * the same rows; every date is relative to it. `customers_audit` is filled by its trigger, not from here.
 */
export function crmData(today: Temporal.PlainDate): ReadonlyMap<string, readonly Row[]> {
  const random = new Random(20_260_101)
  const people = makePeople(random, today)
  const addresses = addressRows(random, people)
  const supplierRows = suppliers.map((name, index) => ({ id: index + 1, name, city: 'Utrecht' }))
  const sales = makeSales(random, today, people, addresses)
  const service = makeService(random, today, people, sales.bikes, employees.length)
  return new Map<string, readonly Row[]>([
    ['employees', employees.map(([name, email, job], index) => ({ id: index + 1, name, email, job, active: true }))],
    ['products', products.map(([code, name, price], index) => ({ id: index + 1, code, name, price }))],
    ['suppliers', supplierRows],
    ['addresses', addresses],
    ['customers', customerRows(random, people, employees.length)],
    [
      'customer_accounts',
      people
        .filter(({ id }) => id !== 4 && (id === 1 || random.chance(0.6)))
        .map((person) => ({
          customer_id: person.id,
          login: person.email.toLowerCase(),
          // not the hash of anything: nobody logs in to this shop
          password_hash: `$argon2id$v=19$m=19456,t=2,p=1$${'x'.repeat(22)}$${String(person.id).padStart(43, 'x')}`,
          last_login_at: `${person.lastSeen.toString()}T19:00:00Z`,
          last_ip: `198.51.100.${(person.id % 250) + 1}`,
        })),
    ],
    ['bikes', sales.bikes],
    ['orders', sales.orders],
    ['order_lines', sales.order_lines],
    ['invoices', sales.invoices],
    ['invoice_lines', sales.invoice_lines],
    ['payments', sales.payments],
    ['service_contracts', service.service_contracts],
    ['service_tickets', service.service_tickets],
    ['ticket_messages', service.ticket_messages],
    ['newsletter_subscriptions', newsletterRows(random, today, people)],
    ['marketing_segments', segmentRows],
    ['segment_members', segmentMemberRows(random, today, people)],
    ['contact_log', contactLogRows(random, people, supplierRows, employees.length)],
  ])
}
