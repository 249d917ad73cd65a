import { describe, expect, test } from 'vitest'
import { engines } from './databases'
import { drafted } from './drafted'

describe.each(engines)('a draft on %s', (engine) => {
  test('of a help desk leaves its own mailboxes alone and finds mail by the address on it', async () => {
    const { counts, subjects, map } = await drafted(
      engine,
      `create table hd_contacts (id int primary key, name varchar(80), last_name varchar(80));
create table hd_mailboxes (id int primary key, email varchar(80), smtp_host varchar(80), reply_to_email varchar(80));
create table hd_contact_inboxes (id int primary key, contact_id int, mailbox_id int);
create table hd_email_address (id int primary key, name varchar(120));
create table hd_contact_address (id int primary key, contact_id int, email_address_id int);
create table hd_mail (id int primary key, mailbox_id int, subject varchar(80), body text, thread_id int);
create table hd_mail_email_address (id int primary key, mail_id int, email_address_id int, role varchar(4));
create table hd_mail_stats (id int primary key, contact_id int, email_address varchar(80));
create table hd_password_resets (email varchar(80), token varchar(80));
create table hd_users (id int primary key, first_name varchar(40), last_name varchar(40), email varchar(80), contact_id int, author_id int);
insert into hd_contacts values (1, 'Jan', 'Jansen'), (2, 'Piet', 'P');
insert into hd_mailboxes values (1, 'help@x.nl', 'smtp.x.nl', 'help@x.nl');
insert into hd_contact_inboxes values (1, 1, 1), (2, 2, 1);
insert into hd_email_address values (11, 'jan@x.nl'), (12, 'piet@x.nl'), (13, 'other@x.nl');
insert into hd_contact_address values (1, 1, 11), (2, 2, 12);
insert into hd_mail values (1, 1, 'to jan', 'x', 1), (2, 1, 'to both', 'x', 1), (3, 1, 'to piet', 'x', 2);
insert into hd_mail_email_address values (1, 1, 11, 'to'), (2, 2, 11, 'to'), (3, 2, 12, 'cc'), (4, 3, 12, 'to'), (5, 3, 13, 'cc');
insert into hd_mail_stats values (1, 1, 'jan@x.nl'), (2, null, 'Jan@x.nl'), (3, 2, 'piet@x.nl');
insert into hd_password_resets values ('jan@x.nl', 'a'), ('piet@x.nl', 'b');
insert into hd_users values (1, 'A', 'Agent', 'agent@x.nl', null, 1), (2, 'J', 'J', 'portal@x.nl', 1, 1), (3, 'P', 'P', 'p2@x.nl', 2, 1);`,
    )
    expect(subjects).toEqual(['hd_contacts'])
    expect(map.tables.hd_contacts?.name).toEqual(['name', 'last_name'])
    expect(map.tables.hd_mailboxes?.personal).toBe(false)
    expect(counts).toMatchObject({
      hd_contacts: 1,
      hd_contact_inboxes: 1,
      hd_email_address: 1,
      hd_contact_address: 1,
      // the one of both is kept as shared
      hd_mail: 1,
      hd_mail_stats: 2,
      hd_password_resets: 1,
      hd_users: 1,
    })
  })

  test('does not take for the person what has the address in common with them', async () => {
    const { counts, map } = await drafted(
      engine,
      `create table places (place_id int primary key, street varchar(80), postal_code varchar(10), phone varchar(20));
create table shops (shop_id int primary key, place_id int not null, manager_id int, foreign key (place_id) references places (place_id));
create table shipping_firms (firm_id int primary key, company_name varchar(40), phone varchar(20));
create table buyers (buyer_id int primary key, first_name varchar(40), name varchar(40), birth_date date, email varchar(80), place_id int not null, foreign key (place_id) references places (place_id));
create table stock (stock_id int primary key, shop_id int not null, foreign key (shop_id) references shops (shop_id));
create table loans (loan_id int primary key, buyer_id int not null, stock_id int not null, firm_id int, foreign key (buyer_id) references buyers (buyer_id),
  foreign key (stock_id) references stock (stock_id), foreign key (firm_id) references shipping_firms (firm_id));
create table ip_addresses (id int primary key, ip_address varchar(45));
create table form_entries (id int primary key, buyer_id int, ip_id int not null, foreign key (buyer_id) references buyers (buyer_id), foreign key (ip_id) references ip_addresses (id));
insert into places values (1, 'Kade 1', '1234 AB', '010'), (2, 'Kade 2', '1234 AB', '010'), (3, 'Kade 3', '1234 AB', '010');
insert into shops values (1, 1, 9), (2, 3, 9);
insert into shipping_firms values (1, 'PostNL', '088');
insert into buyers values (1, 'Jan', 'J', null, 'jan@x.nl', 1), (2, 'Piet', 'P', null, 'piet@x.nl', 2);
insert into stock values (1, 1), (2, 1), (3, 2);
insert into loans values (1, 1, 1, 1), (2, 2, 2, 1), (3, 2, 3, 1);
insert into ip_addresses values (1, '10.0.0.1'), (2, '10.0.0.2');
insert into form_entries values (1, 1, 1), (2, null, 1), (3, 2, 2);`,
    )
    expect(counts).toEqual({ buyers: 1, loans: 1, form_entries: 1 })
    expect(map.tables.shops?.personal).toBe(false)
    expect(map.tables.shipping_firms?.personal).toBe(false)
  })

  test('of a course takes the registration of the person, not the course nor who else comes', async () => {
    const { counts, map } = await drafted(
      engine,
      `create table people (id int primary key, first_name varchar(40), last_name varchar(40), emails json, contact_numbers json, source_lead_id int);
create table sales_leads (id int primary key, contact_name varchar(80), email varchar(80), converted_person_id int, foreign key (converted_person_id) references people (id) on delete set null);
create table events (id int primary key, title varchar(80), organizer_id int, address_id int, foreign key (organizer_id) references people (id) on delete set null,
  foreign key (address_id) references people (id) on delete set null);
create table event_registrations (id int primary key, event_id int not null, person_id int, email varchar(80), foreign key (event_id) references events (id), foreign key (person_id) references people (id));
create table person_fields (id int primary key, person_id int, kind varchar(10), number varchar(80));
insert into people values (1, 'Jan', 'Jansen', '[{"value": "jan@x.nl", "label": "work"}]', '[{"value": "06-12345678"}]', null), (2, 'Piet', 'P', '[{"value": "piet@x.nl"}]', null, null);
insert into sales_leads values (1, 'Jan', 'jan@old.nl', 1), (2, 'Piet', 'piet@old.nl', 2);
insert into events values (1, 'Cursus', 1, 1), (2, 'Cursus', 2, 2);
insert into event_registrations values (1, 1, 2, null), (2, 2, 1, null), (3, 1, null, 'jan@x.nl');`,
    )
    expect(counts).toMatchObject({ people: 1, event_registrations: 2 })
    expect(counts.events).toBeUndefined()
    expect(map.tables.people?.subject?.identifiers).toMatchObject({
      email: [{ column: 'emails' }],
      phone: [{ column: 'contact_numbers' }],
    })
    expect(map.tables.sales_leads?.samePerson).toMatchObject([
      { table: 'people', on: [{ column: 'converted_person_id', other: 'id' }] },
    ])
  })

  test('of several tables that a name could mean takes the one that is called most alike', async () => {
    const { counts, map } = await drafted(
      engine,
      `create table client_entity (entity_id int primary key, first_name varchar(40), last_name varchar(40), email varchar(80));
create table client_address_entity (entity_id int primary key, client_id int, street varchar(80));
create table client_ways (id int primary key, client_id int, contact_field_id int);
create table sale_order (entity_id int primary key, client_id int, billing_address_id int);
create table sale_order_address (entity_id int primary key, order_id int, street varchar(80));
create table sale_order_item (item_id int primary key, order_id int, parent_item_id int);
create table sale_invoice (entity_id int primary key, order_id int, billing_address_id int, created_at date);
create table sale_invoice_item (item_id int primary key, invoice_id int);
create table goods_entity (entity_id int primary key, sku varchar(20));
create table contact_fields (id int primary key, client_id int, kind int, data varchar(80));
insert into client_entity values (1, 'Jan', 'J', 'jan@x.nl'), (2, 'P', 'P', 'piet@x.nl');
insert into client_address_entity values (1, 1, 'a'), (2, 2, 'b');
insert into sale_order values (1, 1, 1), (2, 2, 2);
insert into sale_order_address values (1, 1, 'a'), (2, 2, 'b');
insert into sale_order_item values (1, 1, null), (2, 1, 1), (3, 2, null);
insert into sale_invoice values (1, 1, 1, '2024-01-01'), (2, 2, 2, '2024-01-01');
insert into sale_invoice_item values (1, 1), (2, 2);
insert into goods_entity values (1, 'x'), (2, 'y');
insert into contact_fields values (1, 1, 1, '06-12345678'), (2, 1, 2, 'jan@x.nl'), (3, 2, 3, '@piet'), (4, 2, 3, 'piet_p'), (5, 2, 3, 'x'), (6, 2, 3, 'y');`,
    )
    expect(counts).toEqual({
      client_entity: 1,
      client_address_entity: 1,
      sale_order: 1,
      sale_order_address: 1,
      sale_order_item: 2,
      sale_invoice: 1,
      sale_invoice_item: 1,
      contact_fields: 2,
    })
    expect(map.tables.goods_entity?.personal).toBe(false)
    const onto = (id: string) => map.tables[id]?.belongsTo.map((link) => link.table)
    expect(onto('sale_invoice')).not.toContain('client_address_entity')
    expect(onto('sale_order_item')).toEqual(['sale_order'])
  })
})
