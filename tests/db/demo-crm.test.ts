import { Temporal } from 'temporal-polyfill'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { crmData } from '~db/demo/crm-data'
import { HERO, PARTNER } from '~db/demo/crm/special-people'
import { fillDemoCrm } from '~db/demo/fill-crm'
import { type TestDatabase, createDatabase } from '~tests/support/postgres'

const today = Temporal.PlainDate.from('2026-03-11')

describe('the demo CRM', () => {
  let database: TestDatabase
  let sql: postgres.Sql
  let counts: Record<string, number>

  beforeAll(async () => {
    database = await createDatabase('demo_crm')
    counts = await fillDemoCrm({ url: database.url, today })
    sql = postgres(database.url, { max: 1 })
  })
  afterAll(async () => {
    await sql.end()
    await database.drop()
  })

  it('has at least 500 customers and rows in every table', () => {
    expect(counts.customers).toBeGreaterThanOrEqual(500)
    for (const [table, rows] of Object.entries(counts)) expect(rows, table).toBeGreaterThan(0)
  })

  it('is the same whenever it is made for the same day', () => {
    expect(JSON.stringify([...crmData(today)])).toBe(JSON.stringify([...crmData(today)]))
  })

  it('can be made for any day, also 29 February', () => {
    for (const day of ['2028-02-29', '2026-12-31', '2027-01-01'])
      expect(crmData(Temporal.PlainDate.from(day)).get('customers')).toHaveLength(520)
  })

  it('has no date in the future but the ends of warranties', () => {
    const rows = [...crmData(today)].flatMap(([, list]) => list)
    const late = rows.filter((row) =>
      Object.entries(row).some(
        ([name, value]) =>
          name !== 'warranty_until' &&
          /^\d{4}-\d\d-\d\d/.test(String(value)) &&
          String(value).slice(0, 10) > today.toString(),
      ),
    )
    expect(late).toEqual([])
  })

  it('names only addresses of mail that belong to nobody', () => {
    const found = JSON.stringify([...crmData(today)]).match(/[\w.+-]+@[\w.-]+/g) ?? []
    expect(found.length).toBeGreaterThan(1000)
    const domain = (email: string) => email.toLowerCase().replace(/\.$/, '').split('@')[1] ?? ''
    expect(found.filter((email) => !/^((.*\.)?example\.(nl|com|org))$/.test(domain(email)))).toEqual([])
  })

  it('has something of the tour’s customer in every table about people', async () => {
    const [row] = await sql`
      select c.full_name, c.number,
        (select count(*)::int from customers other where other.address_id = c.address_id and other.id <> c.id) as housemates,
        (select count(*)::int from customers o where o.delivery_address_id = c.delivery_address_id or o.address_id = c.delivery_address_id) as at_delivery,
        (select count(*)::int from orders where customer_id = c.id) as orders,
        (select count(*)::int from bikes where customer_id = c.id) > 0 as bikes,
        (select count(*)::int from customer_accounts where customer_id = c.id) as accounts,
        (select count(*)::int from service_tickets where customer_id = c.id and status = 'closed') as closed_tickets,
        (select count(*)::int from ticket_messages m join service_tickets t on t.id = m.ticket_id where t.customer_id = c.id) > 0 as messages,
        (select count(*)::int from service_contracts where customer_id = c.id and status = 'ended') as contracts,
        (select count(*)::int from newsletter_subscriptions n where n.email = c.email and active) as newsletter,
        (select count(*)::int from segment_members where customer_id = c.id) > 0 as segments,
        (select count(*)::int from contact_log where subject_type = 'customer' and subject_id = c.id) as contacts,
        (select count(*)::int from contact_log where subject_type = 'supplier' and subject_id = c.id) as supplier_contacts,
        (select count(*)::int from customers_audit where customer_id = c.id) as history
      from customers c where c.id = ${HERO.id}`
    expect(row).toEqual({
      full_name: HERO.name,
      number: HERO.number,
      housemates: 1,
      at_delivery: 1,
      orders: 3,
      bikes: true,
      accounts: 1,
      closed_tickets: 2,
      messages: true,
      contracts: 1,
      newsletter: 1,
      segments: true,
      contacts: 3,
      supplier_contacts: 1,
      history: 2,
    })
  })

  it('has paid invoices of hers on both sides of the seven-year term', async () => {
    const invoices = await sql<{ kept_until: string; status: string }[]>`
      select ((extract(year from issued_on) + 7)::int || '-12-31') as kept_until, status
      from invoices where customer_id = ${HERO.id} order by issued_on`
    expect(invoices.map(({ kept_until }) => kept_until > today.toString())).toEqual([false, true, true])
    expect(new Set(invoices.map(({ status }) => status))).toEqual(new Set(['paid']))
  })

  it('names her in the text of her partner’s repair', async () => {
    const texts = await sql`
      select description from service_tickets where customer_id = ${PARTNER.id} and description like '%Sanne de Vries%'`
    expect(texts).toHaveLength(1)
  })

  it('has the difficult people: a shared e-mail address, a plus-address, capitals, unpaid, in repair, under contract', async () => {
    const shared = await sql`select lower(email) as email from customers group by 1 having count(*) > 1`
    expect(shared).toEqual([{ email: 'familie.bakker@example.nl' }])
    const [row] = await sql`
      select exists (select from customers where email like 'sanne.devries+%') as plus,
        exists (select from customers where email <> lower(email) and last_name ~ '[^a-z]') as capitals,
        exists (select from invoices where customer_id = 7 and status = 'overdue') as unpaid,
        exists (select from service_tickets where customer_id = 8 and status <> 'closed') as repair,
        exists (select from service_contracts where customer_id = 9 and status = 'active') as contract,
        (select count(*)::int from customers where last_seen_at < ${today.subtract({ years: 2 }).toString()}::date) > 20 as lapsed`
    expect(row).toEqual({ plus: true, capitals: true, unpaid: true, repair: true, contract: true, lapsed: true })
  })

  it('spells telephone numbers in many ways', async () => {
    const shapes = await sql`
      select distinct regexp_replace(regexp_replace(number, '[0-9]+', '9', 'g'), '^9', '9') as shape
      from (select mobile as number from customers union all select phone from customers) numbers where number is not null`
    expect(shapes.length).toBeGreaterThanOrEqual(6)
  })
})
