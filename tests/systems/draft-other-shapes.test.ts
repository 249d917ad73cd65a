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

  test('of persons and companies in one table finds the person by ways to reach them, with log-in and old values', async () => {
    const { counts, subjects, map } = await drafted(
      engine,
      `create table firm_company (id int primary key, party int not null);
create table bus_party (id int primary key, name varchar(80), code varchar(20));
create table bus_party__history (history_id int primary key, id int, name varchar(80));
create table bus_contact_way (id int primary key, party int not null, type varchar(20), value varchar(80), foreign key (party) references bus_party (id) on delete cascade);
create table bus_web_user (id int primary key, email varchar(80), party int, foreign key (party) references bus_party (id));
create table bus_web_session (id int primary key, web_user int not null, foreign key (web_user) references bus_web_user (id) on delete cascade);
create table bus_address (id int primary key, party int not null, name varchar(80), party_name varchar(80), street varchar(80), foreign key (party) references bus_party (id) on delete cascade);
create table bus_login_attempt (id int primary key, login varchar(80));
create table bus_employee (id int primary key, party int not null, foreign key (party) references bus_party (id));
create table bus_sale (id int primary key, party int not null, handled_by int, company int, foreign key (party) references bus_party (id), foreign key (handled_by) references bus_employee (id),
  foreign key (company) references firm_company (id));
create table bus_fiscal_year (id int primary key, company int not null, foreign key (company) references firm_company (id));
alter table firm_company add foreign key (party) references bus_party (id) on delete cascade;
insert into bus_party values (1, 'Own firm', 'A'), (2, 'Els', 'B'), (3, 'Jan Jansen', 'C'), (4, 'Piet P', 'D');
insert into firm_company values (1, 1);
insert into bus_party__history values (1, 3, 'Jan J'), (2, 4, 'Piet'), (3, 3, 'Jan');
insert into bus_contact_way values (1, 3, 'email', 'jan@x.nl'), (2, 3, 'phone', '+31612345601'), (3, 4, 'email', 'piet@x.nl'), (4, 4, 'phone', '+31612345602'), (5, 2, 'website', 'x'), (6, 2, 'email', 'els@x.nl');
insert into bus_web_user values (7, 'jan@x.nl', 3), (8, 'piet@x.nl', 4);
insert into bus_web_session values (1, 7), (2, 8);
insert into bus_employee values (1, 2);
insert into bus_address values (1, 3, 'Jan Jansen', 'Jan', 'Kade 1'), (2, 4, 'Piet', 'P', 'Kade 1');
insert into bus_login_attempt values (1, 'jan@x.nl'), (2, 'piet@x.nl');
insert into bus_sale values (1, 3, 1, 1), (2, 4, 1, 1);
insert into bus_fiscal_year values (1, 1);`,
    )
    expect(subjects).toEqual(['bus_login_attempt', 'bus_party'])
    expect(Object.keys(map.tables.bus_address?.columns ?? {}).sort()).toEqual(['name', 'party_name', 'street'])
    expect(map.tables.bus_fiscal_year?.personal).toBe(false)
    expect(counts).toEqual({
      bus_party: 1,
      bus_address: 1,
      bus_login_attempt: 1,
      bus_party__history: 2,
      bus_contact_way: 2,
      bus_web_user: 1,
      bus_web_session: 1,
      bus_sale: 1,
    })
  })

  test('takes a log-in that a UNIQUE reference makes the other half of a customer, not that of the staff', async () => {
    const { counts, subjects } = await drafted(
      engine,
      `create table sh_user (id int primary key, identifier varchar(80));
create table sh_login (id int primary key, user_id int not null, secret varchar(80), foreign key (user_id) references sh_user (id));
create table sh_administrator (id int primary key, first_name varchar(40), last_name varchar(40), email varchar(80), user_id int unique, foreign key (user_id) references sh_user (id));
create table sh_customer (id int primary key, first_name varchar(40), last_name varchar(40), email varchar(80), user_id int unique, foreign key (user_id) references sh_user (id));
create table sh_history (id int primary key, customer_id int, administrator_id int, note varchar(80), foreign key (customer_id) references sh_customer (id), foreign key (administrator_id) references sh_administrator (id));
insert into sh_user values (1, 'admin'), (2, 'jan@x.nl'), (3, 'piet@x.nl');
insert into sh_login values (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c');
insert into sh_administrator values (1, 'E', 'B', 'e@x.nl', 1);
insert into sh_customer values (1, 'Jan', 'J', 'jan@x.nl', 2), (2, 'Piet', 'P', 'piet@x.nl', 3);
insert into sh_history values (1, 1, 1, 'x'), (2, 2, 1, 'y');`,
    )
    expect(subjects).toEqual(['sh_customer'])
    expect(counts).toEqual({ sh_customer: 1, sh_user: 1, sh_login: 1, sh_history: 1 })
  })

  test('does not take a mail for shared because a member of staff or an attachment is on it', async () => {
    const { counts, map } = await drafted(
      engine,
      `create table w_workspace_member (id int primary key, name varchar(80), user_email varchar(80));
create table w_person (id int primary key, first_name varchar(40), last_name varchar(40), email varchar(80));
create table w_message (id int primary key, subject varchar(80), text varchar(200));
create table w_message_participant (id int primary key, message_id int, handle varchar(80), person_id int, workspace_member_id int, foreign key (message_id) references w_message (id) on delete cascade,
  foreign key (person_id) references w_person (id) on delete set null, foreign key (workspace_member_id) references w_workspace_member (id) on delete set null);
create table w_attachment (id int primary key, author_id int, message_id int, person_id int, foreign key (author_id) references w_workspace_member (id), foreign key (message_id) references w_message (id) on delete cascade,
  foreign key (person_id) references w_person (id) on delete cascade);
insert into w_workspace_member values (1, 'Els', 'els@x.nl');
insert into w_person values (1, 'Jan', 'J', 'jan@x.nl'), (2, 'Piet', 'P', 'piet@x.nl');
insert into w_message values (1, 'to staff', 'x'), (2, 'to both', 'x'), (3, 'to a stranger', 'x'), (4, 'of piet', 'x');
insert into w_message_participant values (1, 1, 'jan@x.nl', 1, null), (2, 1, 'els@x.nl', null, 1), (3, 2, 'jan@x.nl', 1, null), (4, 2, 'piet@x.nl', 2, null), (5, 3, 'jan@x.nl', 1, null),
  (6, 3, 'who@y.nl', null, null), (7, 4, 'piet@x.nl', 2, null);
insert into w_attachment values (1, 1, 1, null), (2, 1, null, 1), (3, 1, 4, null);`,
    )
    expect(map.tables.w_message?.sharedBy?.map((sharer) => sharer.table).sort()).toEqual([
      'w_attachment',
      'w_message_participant',
    ])
    expect(counts).toEqual({ w_person: 1, w_message: 1, w_message_participant: 4, w_attachment: 2 })
  })

  test('of a trade takes each inquiry at one address, and erases rows that refer to each other in a circle', async () => {
    const { counts, subjects } = await drafted(
      engine,
      `create table tr_partner (id int primary key, name varchar(80), email varchar(80), is_company boolean, user_id int, parent_id int);
create table tr_users (id int primary key, login varchar(80), partner_id int not null, foreign key (partner_id) references tr_partner (id));
alter table tr_partner add foreign key (user_id) references tr_users (id) on delete set null;
create table tr_groups_rel (gid int not null, uid int not null, unique (gid, uid), foreign key (uid) references tr_users (id) on delete cascade);
create table tr_lead (id int primary key, name varchar(80), partner_id int, contact_name varchar(80), email_from varchar(80), user_id int, foreign key (partner_id) references tr_partner (id) on delete set null,
  foreign key (user_id) references tr_users (id) on delete set null);
insert into tr_partner values (1, 'Els', 'els@x.nl', false, null, null), (2, 'Jan', 'jan@x.nl', false, null, null), (3, 'Piet', 'piet@x.nl', false, null, null);
insert into tr_users values (1, 'els@x.nl', 1), (2, 'jan@x.nl', 2);
update tr_partner set user_id = 1 where id > 1;
insert into tr_groups_rel values (1, 1), (2, 2);
insert into tr_lead values (1, 'Kitchen', 2, 'Jan', 'jan@x.nl', 1), (2, 'Bath', null, 'Jan J', 'jan@x.nl', 1), (3, 'Roof', 3, 'Piet', 'piet@x.nl', 1);`,
    )
    expect(subjects).toEqual(['tr_partner'])
    expect(counts).toEqual({ tr_partner: 1, tr_users: 1, tr_groups_rel: 1, tr_lead: 2 })
  })
})
