import { describe, expect, test } from 'vitest'
import { engines, hasMariadb } from './databases'
import { drafted } from './drafted'

describe.each(engines)('a draft on %s', (engine) => {
  test('takes both halves of rows that several tables share one key for, and what hangs on either half', async () => {
    const { counts, subjects } = await drafted(
      engine,
      `create table crm_entity (entid int primary key, owner_id int, kind varchar(30), description text, deleted int);
create table crm_contactdetails (contactid int primary key, firstname varchar(40), lastname varchar(40), email varchar(100), assistant_phone varchar(20),
  foreign key (contactid) references crm_entity (entid) on delete cascade);
create table crm_contactsubdetails (subid int primary key, birthday date, homephone varchar(30),
  foreign key (subid) references crm_contactdetails (contactid) on delete cascade);
create table crm_portalinfo (id int primary key, user_name varchar(50), user_password varchar(255),
  foreign key (id) references crm_contactdetails (contactid) on delete cascade);
create table crm_documents (docid int primary key, title varchar(50), filename varchar(100),
  foreign key (docid) references crm_entity (entid) on delete cascade);
create table crm_entity_documents (entid int not null, docid int not null, primary key (entid, docid),
  foreign key (entid) references crm_entity (entid) on delete cascade, foreign key (docid) references crm_documents (docid) on delete cascade);
insert into crm_entity (entid, kind) values (1, 'Contacts'), (2, 'Contacts'), (3, 'Documents'), (4, 'Documents');
insert into crm_contactdetails (contactid, firstname, lastname, email) values (1, 'Jan', 'Jansen', 'jan@x.nl'), (2, 'Piet', 'P', 'piet@x.nl');
insert into crm_contactsubdetails (subid) values (1), (2);
insert into crm_portalinfo (id) values (1);
insert into crm_documents (docid, title) values (3, 'cv'), (4, 'cv');
insert into crm_entity_documents values (1, 3), (2, 4);`,
    )
    expect(subjects).toEqual(['crm_contactdetails'])
    expect(counts).toEqual({
      crm_entity: 2,
      crm_contactdetails: 1,
      crm_contactsubdetails: 1,
      crm_portalinfo: 1,
      crm_documents: 1,
      crm_entity_documents: 1,
    })
  })

  test('understands keys named with prefixes where no foreign key says so', async () => {
    const { counts, subjects } = await drafted(
      engine,
      `create table xyz_societe (rowid int primary key, nom varchar(80), code_client varchar(20), email varchar(80));
create table xyz_societe_extrafields (rowid int primary key, fk_object int, hobby varchar(40));
create table xyz_facture (rowid int primary key, fk_soc int, datef date);
create table xyz_facturedet (rowid int primary key, fk_facture int, description text);
create table xyz_hr_employee (emp_number int primary key, emp_firstname varchar(40), emp_lastname varchar(40), emp_work_email varchar(80), emp_birthday date);
create table xyz_hr_picture (emp_number int primary key, filename varchar(40));
create table xyz_hr_salary (id int primary key, emp_number int, comments varchar(40));
insert into xyz_societe values (7, 'Jan Jansen', 'C7', 'jan@x.nl'), (8, 'Acme', 'C8', 'info@x.nl');
insert into xyz_societe_extrafields values (8, 7, 'schaken'), (7, 8, 'golf');
insert into xyz_facture values (1, 7, '2024-01-01'), (2, 8, '2024-01-01');
insert into xyz_facturedet values (1, 1, 'x'), (2, 2, 'x');
insert into xyz_hr_employee values (5, 'Jan', 'Jansen', 'jan@x.nl', null), (6, 'A', 'B', 'ab@x.nl', null);
insert into xyz_hr_picture values (5, 'a'), (6, 'b');
insert into xyz_hr_salary values (1, 5, 'x'), (2, 6, 'x');`,
    )
    expect(subjects).toEqual(['xyz_hr_employee', 'xyz_societe'])
    expect(counts).toEqual({
      xyz_societe: 1,
      xyz_societe_extrafields: 1,
      xyz_facture: 1,
      xyz_facturedet: 1,
      xyz_hr_employee: 1,
      xyz_hr_picture: 1,
      xyz_hr_salary: 1,
    })
  })

  test('takes what the database deletes with the person, whatever the table is called, and nobody whom a row only mentions', async () => {
    const { counts, map } = await drafted(
      engine,
      `create table contact (id int primary key, first_name varchar(40), last_name varchar(40), email varchar(80));
create table mailing_event_queue (id int primary key, contact_id int, foreign key (contact_id) references contact (id) on delete cascade);
create table mailing_event_opened (id int primary key, queue_id int, foreign key (queue_id) references mailing_event_queue (id) on delete cascade);
create table value_donor (id int primary key, entity_id int not null unique, advised_by int,
  foreign key (entity_id) references contact (id) on delete cascade, foreign key (advised_by) references contact (id) on delete set null);
create table contribution (id int primary key, contact_id int not null, receive_date date, source varchar(40),
  foreign key (contact_id) references contact (id) on delete cascade);
insert into contact values (1, 'Jan', 'J', 'jan@x.nl'), (2, 'Piet', 'P', 'piet@x.nl');
insert into mailing_event_queue values (1, 1), (2, 2);
insert into mailing_event_opened values (1, 1), (2, 2);
insert into value_donor values (1, 1, 2), (2, 2, 1);
insert into contribution values (1, 1, '2024-01-01', 'x'), (2, 2, '2024-01-01', 'x');`,
    )
    expect(counts).toEqual({
      contact: 1,
      mailing_event_queue: 1,
      mailing_event_opened: 1,
      value_donor: 1,
      contribution: 1,
    })
    // its donations are kept for the tax office, and would go with it
    expect(map.tables.contact?.erase).toBe('pseudonymise')
    expect(map.tables.value_donor?.linksTo.map((link) => link.on)).toEqual([[{ column: 'advised_by', other: 'id' }]])
  })

  test('of a help desk finds users by user_id and not by who wrote or changed a row', async () => {
    const { counts, subjects } = await drafted(
      engine,
      `create table users (id int primary key, login varchar(80), firstname varchar(40), lastname varchar(40), email varchar(80), created_by_id int);
create table tickets (id int primary key, title varchar(80), customer_id int not null, owner_id int not null, updated_by_id int,
  foreign key (customer_id) references users (id), foreign key (owner_id) references users (id), foreign key (updated_by_id) references users (id));
create table ticket_articles (id int primary key, ticket_id int not null, body text, created_by_id int,
  foreign key (ticket_id) references tickets (id), foreign key (created_by_id) references users (id));
create table tokens (id int primary key, user_id int not null, token varchar(80), foreign key (user_id) references users (id));
create table roles_users (user_id int, role_id int, foreign key (user_id) references users (id));
insert into users (id, login, email) values (1, 'agent', 'agent@x.nl'), (3, 'jan', 'jan@x.nl'), (4, 'piet', 'piet@x.nl');
insert into tickets values (1, 'a', 3, 1, 1), (2, 'b', 4, 3, 3);
insert into ticket_articles values (1, 1, 'x', 1), (2, 2, 'y', 3);
insert into tokens values (1, 3, 'x'), (2, 4, 'y');
insert into roles_users values (3, 1), (3, 2), (4, 1);`,
    )
    expect(subjects).toEqual(['users'])
    expect(counts).toEqual({ users: 1, tickets: 1, ticket_articles: 1, tokens: 1, roles_users: 2 })
  })

  test('of a shop finds the orders of guests too, and every address on them', async () => {
    const { counts, subjects } = await drafted(
      engine,
      `create table oc_customer (customer_id int primary key, firstname varchar(32), lastname varchar(32), email varchar(96), password varchar(255));
create table oc_order (order_id int primary key, customer_id int not null, firstname varchar(32), email varchar(96), invoice_no int, date_added date);
create table oc_order_product (order_product_id int primary key, order_id int not null, name varchar(80));
create table oc_order_addresses (id int primary key, order_id int not null, last_name varchar(32), email varchar(96));
create table oc_customer_ip (customer_ip_id int primary key, customer_id int not null, ip varchar(40));
insert into oc_customer values (3, 'Jan', 'J', 'jan@x.nl', 'x'), (4, 'Piet', 'P', 'piet@x.nl', 'x');
insert into oc_order values (1, 3, 'Jan', 'jan@x.nl', 1, '2024-01-01'), (2, 0, 'Jan', 'Jan@x.nl', 2, '2024-01-01'), (3, 4, 'Piet', 'piet@x.nl', 3, '2024-01-01');
insert into oc_order_product values (1, 1, 'x'), (2, 2, 'x'), (3, 3, 'x');
insert into oc_order_addresses values (1, 1, 'J', ''), (2, 2, 'J', ''), (3, 3, 'P', '');
insert into oc_customer_ip values (1, 3, '1.2.3.4'), (2, 4, '1.2.3.4');`,
    )
    expect(subjects).toEqual(['oc_customer'])
    expect(counts).toEqual({
      oc_customer: 1,
      oc_order: 2,
      oc_order_product: 2,
      oc_order_addresses: 2,
      oc_customer_ip: 1,
    })
  })

  test('does not believe the name of a column whose values contradict it', async () => {
    const { map } = await drafted(
      engine,
      `create table customers (id int primary key, last_name varchar(40), email varchar(80));
create table notes (id int primary key, customer_id int, note text);
create table visits (id int primary key, customer_id int, note text);
insert into customers values (1, 'J', 'jan@x.nl'), (2, 'P', 'piet@x.nl');
insert into notes values (1, 1, 'x'), (2, 2, 'y'), (3, 0, 'z'), (4, null, 'z');
insert into visits values (1, 801, 'x'), (2, 802, 'y'), (3, 803, 'z'), (4, 1, 'z');`,
    )
    expect(map.tables.notes?.belongsTo.map((link) => link.table)).toEqual(['customers'])
    expect(map.tables.visits?.personal).toBe(false)
  })
})

test('a draft bears with the odd types, names and kinds of tables of PostgreSQL', async () => {
  const { counts } = await drafted(
    'postgres',
    `create domain odd_bsn as varchar(9) not null check (length(value) = 9);
create type odd_home as (street text, city text);
create type odd_mood as enum ('sad', 'ok');
create table customers (id int primary key, email varchar(200), last_name text);
create table "Odd ""Table""" (id bigserial primary key, "customer_id" int references customers (id) on delete cascade, b odd_bsn default '123456782',
  home odd_home, homes odd_home[], m odd_mood not null default 'ok', ms odd_mood[], pay money, iv interval, ip inet, mac macaddr, p point, r int4range,
  bits bit(8), x xml, jb jsonb[], by bytea, "Phone Number" text, "select" text, gen text generated always as (upper("select")) stored, phones text[],
  notes text not null check (notes <> ''));
create table events (id bigint, customer_id int, happened timestamptz not null, ip inet, primary key (id, happened)) partition by range (happened);
create table events_2024 partition of events for values from ('2024-01-01') to ('2025-01-01');
create table no_key (customer_id int, remark text);
create view customer_view as select * from customers;
create table a_very_long_table_name_that_has_more_than_sixty_characters_a (id int primary key, customer_id int, note text);
create table base_note (id int primary key, customer_id int, note text);
create table sub_note (extra text) inherits (base_note);
insert into customers values (1, 'piet@x.nl', 'P'), (2, 'jan@x.nl', 'J');
insert into "Odd ""Table""" (customer_id, home, homes, pay, iv, ip, p, notes) values (2, row('Kade', 'Delft'), array[row('a', 'b')::odd_home], 1, '1 day', '10.0.0.1', '(1,2)', 'x');
insert into events values (1, 2, '2024-02-02', '1.2.3.4');
insert into no_key values (2, 'x'), (2, 'x');
insert into base_note values (1, 2, 'a');
insert into sub_note values (2, 2, 'b', 'c');`,
  )
  expect(counts).toEqual({ customers: 1, 'Odd "Table"': 1, events: 1, no_key: 1, base_note: 1, sub_note: 1 })
})

test.skipIf(!hasMariadb)('a draft bears with the odd types, engines and dates of MariaDB', async () => {
  const { counts, map } = await drafted(
    'mysql',
    `create table customers (id int primary key, email varchar(200), last_name text);
create table \`Odd \`\`Table\` (id bigint unsigned auto_increment primary key, customer_id int, e enum('a','b') not null, s set('x','y') not null, b1 bit(1),
  b8 bit(8) not null, y year, g geometry, ts timestamp(6) null, d date not null, tm time, de decimal(65,30), j json, bl blob, vb varbinary(16),
  latin varchar(100) character set latin1, u3 varchar(100) character set utf8mb3, full_name varchar(100) generated always as (concat(latin, 'x')) virtual,
  birth_date date not null default '0000-00-00', uu uuid, \`select\` text, phone varchar(20) not null, unique key (phone), foreign key (customer_id) references customers (id));
create table isam (id int primary key, customer_id int, email varchar(100), note text) engine=MyISAM;
create table no_key (customer_id int, remark text);
create table prefixed (txt text not null, customer_id int, unique key (txt(20)));
create table versioned (id int primary key, customer_id int, note text) with system versioning;
create view customer_view as select * from customers;
insert into customers values (1, 'piet@x.nl', 'P'), (2, 'jan@x.nl', 'J');
insert ignore into \`Odd \`\`Table\` (customer_id, e, s, b8, d, birth_date, latin, phone) values (2, 'a', 'x,y', b'1', '0000-00-00', '0000-00-00', 'Jén', '0612345678');
insert into isam values (1, 2, 'x@x.nl', 'x');
insert into no_key values (2, 'x'), (2, 'x');
insert into versioned values (1, 2, 'x');`,
  )
  expect(map.tables.isam?.erase).toBe('keep')
  expect(counts).toEqual({ customers: 1, 'Odd `Table': 1, isam: 1, no_key: 1, versioned: 1 })
})
