import { expect, test } from 'vitest'
import { hasMariadb } from './databases'
import { drafted } from './drafted'

test.skipIf(!hasMariadb)(
  'a draft knows what types of one letter mean, which mailboxes are the company’s own, and lists from rows of somebody',
  async () => {
    const { counts, subjects, map } = await drafted(
      'mysql',
      `create table hd_user (id int primary key, org_id int not null, name varchar(80));
create table hd_user_email (id int primary key, user_id int not null, address varchar(120));
create table hd_user__cdata (user_id int primary key, phone text, notes text);
create table hd_organization (id int primary key, name varchar(80));
create table hd_organization__cdata (org_id int primary key, address text, phone text);
create table hd_department (id int primary key, email_id int not null, name varchar(80));
create table hd_email (email_id int primary key, email varchar(120), name varchar(80), notes text);
create table hd_ticket (ticket_id int primary key, user_id int not null, email_id int not null, staff_id int not null);
create table hd_task (id int primary key, object_id int not null, object_type char(1) not null, staff_id int not null);
create table hd_task__cdata (task_id int primary key, title text);
create table hd_thread (id int primary key, object_id int not null, object_type char(1) not null);
create table hd_thread_entry (id int primary key, thread_id int not null, user_id int not null, body text);
create table hd_event (id int primary key, name varchar(40), description varchar(40));
create table hd_thread_event (id int primary key, thread_id int not null, thread_type char(1) not null, event_id int, username varchar(40));
create table hd_search (object_type varchar(8) not null, object_id int not null, content text, primary key (object_type, object_id));
insert into hd_user values (7, 90, 'Jan'), (8, 90, 'Piet');
insert into hd_user_email values (17, 7, 'jan@x.nl'), (18, 8, 'piet@x.nl');
insert into hd_user__cdata values (7, '06-12345678', ''), (8, null, '');
insert into hd_organization values (90, 'Acme');
insert into hd_organization__cdata values (90, 'Kade 1', '010');
insert into hd_department values (1, 60, 'Support');
insert into hd_email values (60, 'help@x.nl', 'Help', '');
insert into hd_ticket values (21, 7, 60, 1), (22, 8, 60, 1);
insert into hd_task values (31, 21, 'T', 1), (32, 22, 'T', 1);
insert into hd_task__cdata values (31, 'a'), (32, 'b');
insert into hd_thread values (41, 21, 'T'), (42, 22, 'T'), (43, 31, 'A'), (44, 32, 'A');
insert into hd_thread_entry values (51, 41, 7, 'a'), (52, 41, 0, 'b'), (53, 42, 8, 'c'), (54, 43, 0, 'd');
insert into hd_event values (1, 'created', '');
insert into hd_thread_event values (1, 41, 'T', 1, 'Jan'), (2, 42, 'T', 1, 'Piet');
insert into hd_search values ('U', 7, 'Jan'), ('U', 8, 'Piet'), ('T', 21, 'x'), ('T', 22, 'y');`,
    )
    expect(subjects).toEqual(['hd_user'])
    expect(counts).toEqual({
      hd_user: 1,
      hd_user_email: 1,
      hd_user__cdata: 1,
      hd_ticket: 1,
      hd_task: 1,
      hd_task__cdata: 1,
      hd_thread: 2,
      hd_thread_entry: 3,
      hd_thread_event: 1,
      hd_search: 2,
    })
    for (const table of ['hd_email', 'hd_event', 'hd_organization__cdata'])
      expect(map.tables[table]?.personal).toBe(false)
    expect(map.tables.hd_user?.subject?.identifiers.phone).toMatchObject([{ column: 'hd_user__cdata.phone' }])
  },
)

test.skipIf(!hasMariadb)(
  'a draft finds the halves of rows that no foreign key ties, by the list of types and of modules of the database itself',
  async () => {
    const half = (column: string) => `foreign key (${column}) references x_entity (eid) on delete cascade`
    const { counts, map } = await drafted(
      'mysql',
      `create table x_entity (eid int primary key, creator_id int, setype varchar(40), label varchar(80), deleted int);
create table x_account (accountid int primary key, accountname varchar(80), email1 varchar(80), ${half('accountid')});
create table x_contactdetails (contactid int primary key, accountid int, firstname varchar(40), lastname varchar(40), email varchar(80), mailingstreet varchar(80), ${half('contactid')});
create table x_products (productid int primary key, productname varchar(40), ${half('productid')});
create table x_invoice (invoiceid int primary key, contactid int, invoicedate date, ${half('invoiceid')});
create table x_inventoryrel (lineid int primary key auto_increment, id int, productid int, comment text, key (id));
create table x_maildetails (mailid int primary key, from_email varchar(80), to_email text);
create table x_mailrel (contactid int, mailid int, primary key (contactid, mailid));
create table x_comments (commentsid int, commentcontent text, contactid int, key (contactid));
create table x_lists (listid int primary key, name varchar(20));
create table x_modules (modulename varchar(40), tablename varchar(40));
create table x_log (id int primary key, module varchar(40), crmid int);
insert into x_entity values (101, 1, 'Accounts', 'Acme', 0), (102, 1, 'Contacts', 'Jan J', 0), (103, 1, 'Contacts', 'Piet P', 0), (104, 1, 'Products', 'Stoel', 0), (105, 1, 'Invoice', 'F', 0),
  (106, 1, 'Invoice', 'F', 0), (107, 1, 'Mails', 'M', 0), (108, 1, 'Comments', 'C', 0), (109, 1, 'Comments', 'C', 0);
insert into x_account values (101, 'Acme', 'jan@x.nl');
insert into x_contactdetails values (102, 101, 'Jan', 'J', 'jan@x.nl', 'Kade'), (103, 101, 'Piet', 'P', 'piet@x.nl', 'Kade');
insert into x_products values (104, 'Stoel');
insert into x_invoice values (105, 102, '2024-01-01'), (106, 103, '2024-01-01');
insert into x_inventoryrel (id, productid) values (105, 104), (106, 104);
insert into x_maildetails values (107, 'a@x.nl', 'jan@x.nl');
insert into x_mailrel values (102, 107);
insert into x_comments values (108, 'x', 102), (109, 'y', 103);
insert into x_lists values (101, 'x');
insert into x_modules values ('Persons', 'x_contactdetails'), ('Organisations', 'x_account');
insert into x_log values (1, 'Persons', 102), (2, 'Organisations', 101), (3, 'Persons', 103);`,
    )
    expect(counts).toMatchObject({
      x_contactdetails: 1,
      x_entity: 4,
      x_invoice: 1,
      x_inventoryrel: 1,
      x_maildetails: 1,
      x_comments: 1,
      x_log: 1,
    })
    for (const table of ['x_account', 'x_products', 'x_lists']) expect(map.tables[table]?.personal).toBe(false)
    expect(map.tables.x_entity?.columns.label?.category).toBe('content')
    expect(map.tables.x_contactdetails?.columns.mailingstreet?.category).toBe('contact')
  },
)

test('a draft links types that no row has yet, leaves public events alone, and does not share a case with who answered it', async () => {
  const { counts, map } = await drafted(
    'postgres',
    `create table contacts (id int primary key, first_name varchar(40), last_name varchar(40), email varchar(80));
create table leads (id int primary key, last_name varchar(40), email varchar(80));
create table accounts (id int primary key, name varchar(40));
create table notes (id int primary key, name varchar(40), parent_type varchar(40), parent_id int, filename varchar(40));
create table favourites (id int primary key, parent_type varchar(40), parent_id int);
create table issue_cases (id int primary key, name varchar(40));
create table contacts_cases (id int primary key, contact_id int, case_id int);
create table case_updates (id int primary key, case_id int, contact_id int, name varchar(40));
create table fp_events (id int primary key, name varchar(40), budget int);
create table fp_events_contacts (id int primary key, event_id int, contact_id int);
create table reminders (id int primary key, related_event_module varchar(40), related_event_module_id int, access_ip varchar(40), ip_address varchar(40));
create table mass_emails (id int primary key, name varchar(40), from_address varchar(80));
create table queue_items (id int primary key, email_address varchar(80), mass_email_id int, contact_id int);
insert into contacts values (1, 'Jan', 'J', 'jan@x.nl'), (2, 'Piet', 'P', 'piet@x.nl');
insert into accounts values (1, 'same id');
insert into notes values (1, 'x', 'Contacts', 1, 'a.pdf'), (2, 'x', 'Accounts', 1, null);
insert into issue_cases values (1, 'x'), (2, 'y');
insert into contacts_cases values (1, 1, 1), (2, 2, 2);
insert into case_updates values (1, 1, 1, 'x'), (2, 1, null, 'of staff'), (3, 2, 2, 'y');
insert into fp_events values (1, 'only jan comes');
insert into fp_events_contacts values (1, 1, 1);
insert into reminders values (1, 'Contacts', 1, null, null), (2, 'Accounts', 1, null, null);
insert into mass_emails values (1, 'x', 'shop@x.nl');
insert into queue_items values (1, 'jan@x.nl', 1, 1);`,
  )
  expect(counts).toEqual({
    contacts: 1,
    notes: 1,
    issue_cases: 1,
    contacts_cases: 1,
    case_updates: 2,
    fp_events_contacts: 1,
    reminders: 1,
    queue_items: 1,
  })
  expect(map.tables.reminders?.columns.ip_address?.category).toBe('technical')
  const spelled = (id: string) => map.tables[id]?.belongsTo.map((link) => [link.table, link.where])
  const onto = (table: string, type: string) => [
    table,
    [expect.objectContaining({ column: 'parent_type', test: { kind: 'in', values: [type] } })],
  ]
  expect(spelled('notes')).toContainEqual(onto('leads', 'Leads'))
  expect(spelled('favourites')).toContainEqual(onto('contacts', 'Contacts'))
})

test.skipIf(!hasMariadb)(
  'a draft of a web shop goes by the addresses on both sides, not by a table that is called after customers',
  async () => {
    const { counts, subjects, map } = await drafted(
      'mysql',
      `create table w_users (ID bigint primary key, user_email varchar(80), display_name varchar(80), activation_key varchar(80));
create table w_usermeta (umeta_id bigint primary key, user_id bigint not null, meta_key varchar(80), meta_value longtext);
create table w_customer_lookup (customer_id bigint primary key, user_id bigint, email varchar(80), first_name varchar(40), last_name varchar(40));
create table w_orders (id bigint primary key, customer_id bigint, billing_email varchar(80), total_amount decimal(9,2), date_created date);
create table w_order_stats (order_id bigint primary key, customer_id bigint not null);
create table w_order_carrier (id int primary key, order_id bigint not null);
create table w_contact (id_contact int primary key, email varchar(80));
create table w_contact_lang (id_contact int, id_lang int, name varchar(40), primary key (id_contact, id_lang));
insert into w_users values (1, 'admin@x.nl', 'A', ''), (7, 'jan@x.nl', 'Jan', ''), (8, 'piet@x.nl', 'Piet', '');
insert into w_usermeta values (1, 7, 'billing_phone', '06-12345678'), (2, 8, 'billing_phone', '06-87654321');
insert into w_customer_lookup values (7, 8, 'piet@x.nl', 'Piet', 'P'), (8, null, 'guest@x.nl', 'G', 'G'), (9, 7, 'jan@x.nl', 'Jan', 'J');
insert into w_orders values (1, 7, 'jan@x.nl', 1, '2024-01-01'), (2, 8, 'piet@x.nl', 1, '2024-01-01'), (3, 0, 'jan@x.nl', 1, '2024-01-01');
insert into w_order_stats values (1, 9), (2, 7), (3, 9);
insert into w_order_carrier values (1, 1), (2, 2);
insert into w_contact values (1, 'shop@x.nl');
insert into w_contact_lang values (1, 1, 'Shop');`,
    )
    expect(subjects).toEqual(['w_users'])
    expect(counts).toEqual({
      w_users: 1,
      w_usermeta: 1,
      w_customer_lookup: 1,
      w_orders: 2,
      w_order_stats: 2,
      w_order_carrier: 1,
    })
    expect(map.tables.w_contact?.personal).toBe(false)
    expect(map.tables.w_orders?.keepFor[0]?.term).toBe('P7Y')
    expect(map.tables.w_usermeta?.columns.meta_value?.category).toBe('content')
  },
)

test.skipIf(!hasMariadb)(
  'a draft takes users who ask for help for persons, beside the contacts of suppliers',
  async () => {
    const { counts, subjects, map } = await drafted(
      'mysql',
      `create table g_users (id int primary key, name varchar(40), realname varchar(40), firstname varchar(40), phone varchar(20), entities_id int);
create table g_useremails (id int primary key, users_id int not null, email varchar(80));
create table g_contacts (id int primary key, entities_id int, name varchar(40), firstname varchar(40), email varchar(80));
create table g_entities (id int primary key, name varchar(40), entities_id int, address text);
create table g_tickets (id int primary key, entities_id int, name varchar(40), users_id_lastupdater int, itilcategories_id int, content text);
create table g_tickets_users (id int primary key, tickets_id int not null, users_id int not null, type int, alternative_email varchar(80));
create table g_followups (id int primary key, itemtype varchar(40), items_id int, content text);
create table g_itilcategories (id int primary key, name varchar(40), users_id int);
create table g_groups (id int primary key, entities_id int);
insert into g_entities values (1, 'Firm', null, 'Kade 1');
insert into g_users values (1, 'tech', 'T', 'T', '', 1), (7, 'jan', 'J', 'Jan', '', 1), (8, 'piet', 'P', 'Piet', '', 1);
insert into g_useremails values (1, 1, 'tech@x.nl'), (2, 7, 'jan@x.nl'), (3, 8, 'piet@x.nl');
insert into g_contacts values (7, 1, 'S', 'S', 'seller@x.nl');
insert into g_tickets values (1, 1, 'a', 7, 1, 'x'), (2, 1, 'b', 7, 1, 'y');
insert into g_tickets_users values (1, 1, 7, 1, ''), (2, 1, 1, 2, ''), (3, 2, 8, 1, ''), (4, 2, 1, 2, '');
insert into g_followups values (1, 'Ticket', 1, 'x'), (2, 'Ticket', 2, 'y'), (3, 'Contact', 7, 'z');
insert into g_itilcategories values (1, 'x', 7);`,
    )
    expect(subjects).toEqual(['g_contacts', 'g_users'])
    expect(counts).toMatchObject({ g_users: 1, g_useremails: 1 })
    expect(counts.g_contacts).toBeUndefined()
    for (const table of ['g_entities', 'g_itilcategories', 'g_groups']) expect(map.tables[table]?.personal).toBe(false)
    expect(map.tables.g_users?.subject?.identifiers.email).toMatchObject([{ column: 'g_useremails.email' }])
  },
)
