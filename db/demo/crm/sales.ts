import type { Temporal } from 'temporal-polyfill'
import { type Person, daysBetween, fullName } from './people'
import type { Random } from './random'
import type { Row } from './row'
import { HERO } from './special-people'
import { bicycles, products } from './words'

export interface Sales {
  bikes: Row[]
  orders: Row[]
  order_lines: Row[]
  invoices: Row[]
  invoice_lines: Row[]
  payments: Row[]
}

/** Orders with their lines, invoices and payments, and the bicycles bought with them. */
export function makeSales(
  random: Random,
  today: Temporal.PlainDate,
  people: readonly Person[],
  addresses: readonly Row[],
): Sales {
  const made: Sales = { bikes: [], orders: [], order_lines: [], invoices: [], invoice_lines: [], payments: [] }
  const addressById = new Map(addresses.map((row) => [row.id, row]))
  for (const person of people) {
    for (const orderedOn of orderDates(random, today, person)) {
      const order = made.orders.length + 1
      const bought = [random.pick(products), ...(random.chance(0.5) ? [random.pick(products)] : [])]
      if (person.id === HERO.id) bought.push(bicycles[3] ?? random.pick(bicycles))
      const lines = bought.map(([, name, price], index) => ({
        index: index + 1,
        name,
        product: products.findIndex(([, each]) => each === name) + 1,
        price,
        quantity: price < 100 ? random.between(1, 2) : 1,
      }))
      const total = round(lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0))
      made.orders.push({
        id: order,
        number: `B${orderedOn.year}-${String(order).padStart(5, '0')}`,
        customer_id: person.id,
        delivery_address_id: person.deliveryAddressId ?? person.addressId,
        ordered_on: orderedOn.toString(),
        status: daysBetween(orderedOn, today) < 5 ? 'ordered' : random.chance(0.03) ? 'returned' : 'delivered',
        delivery_note:
          person.id === HERO.id ? 'Bij geen gehoor Sanne de Vries bellen: 06-12345678' : note(random, person),
        gift_for: random.chance(0.05) ? fullName(random.pick(people)) : null,
        total,
      })
      for (const { index, product, price, quantity } of lines) {
        const engraving = person.id === HERO.id || random.chance(0.05) ? person.first : null
        made.order_lines.push({ order_id: order, line: index, product_id: product, quantity, price, engraving })
      }
      for (const { name, price } of lines) {
        if (!bicycles.some(([, bicycle]) => bicycle === name) || price < 400) continue
        const id = made.bikes.length + 1
        const warrantyUntil = orderedOn.add({ years: 5 }).toString()
        const frame = `DS${orderedOn.year}${String(id * 7919).padStart(7, '0')}`
        made.bikes.push({
          id,
          customer_id: person.id,
          frame_number: frame,
          model: name,
          bought_on: orderedOn.toString(),
          warranty_until: warrantyUntil,
        })
      }
      const address = addressById.get(person.addressId)
      invoice(random, today, person, made, { order, orderedOn, total, address, names: lines.map(({ name }) => name) })
    }
  }
  return made
}

function invoice(
  random: Random,
  today: Temporal.PlainDate,
  person: Person,
  made: Sales,
  sold: { order: number; orderedOn: Temporal.PlainDate; total: number; address: Row | undefined; names: string[] },
): void {
  const id = made.invoices.length + 1
  const { orderedOn, total, address } = sold
  const age = daysBetween(orderedOn, today)
  // the seventh customer owes us money; of the others nobody whose invoice is older than a month
  const unpaid = person.id === 7 || (age < 30 && person.id > 10 && random.chance(0.4))
  made.invoices.push({
    id,
    number: `F${orderedOn.year}-${String(id).padStart(5, '0')}`,
    customer_id: person.id,
    order_id: sold.order,
    issued_on: orderedOn.toString(),
    status: unpaid ? (age > 14 ? 'overdue' : 'open') : 'paid',
    billing_name: fullName(person),
    billing_address: [address?.street, address?.house_number, address?.postcode, address?.city].join(' '),
    billing_email: person.email,
    total,
    archived: age > 1100,
  })
  const share = round(total / sold.names.length)
  sold.names.forEach((description, index) => {
    const rest = index === 0 ? round(total - share * (sold.names.length - 1)) : share
    made.invoice_lines.push({ invoice_id: id, line: index + 1, description, amount: rest })
  })
  if (unpaid) return
  made.payments.push({
    id: made.payments.length + 1,
    invoice_id: id,
    paid_on: orderedOn.add({ days: Math.min(age, random.between(0, 14)) }).toString(),
    amount: total,
    iban: `NL00TEST${String(1_000_000_000 + person.id)}`,
    account_holder: fullName(person),
  })
}

function orderDates(random: Random, today: Temporal.PlainDate, person: Person): Temporal.PlainDate[] {
  // past the seven years that invoices are kept, and well within
  if (person.id === HERO.id)
    return [today.subtract({ years: 9 }), today.subtract({ months: 14 }), today.subtract({ days: 40 })]
  const span = daysBetween(person.customerSince, person.lastSeen)
  const count = person.id <= 10 ? 2 : random.between(0, 5)
  return Array.from({ length: count }, () =>
    person.customerSince.add({ days: random.between(0, Math.max(span, 0)) }),
  ).sort((a, b) => daysBetween(b, a))
}

function note(random: Random, person: Person): string | null {
  if (!random.chance(0.15)) return null
  return random.pick(['Achterom graag', 'Afgeven bij de buren', `${person.first} is na 18 uur thuis`])
}

const round = (amount: number) => Math.round(amount * 100) / 100
