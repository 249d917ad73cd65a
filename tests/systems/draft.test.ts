import { describe, expect, test } from 'vitest'
import { checkMap } from '~/systems/check-map'
import type { Engine } from '~/systems/catalogue'
import { draftMap } from '~/systems/draft/draft-map'
import { shapeOf } from '~/systems/draft/sample-values'
import { locate } from '~/systems/locate/locate'
import type { Identifiers } from '~/systems/located'
import { parseDataMap } from '~/systems/parse-map'
import { crm, engines, hasMariadb } from './databases'

async function drafted(engine: Engine, script: string, who: Identifiers) {
  const { adapter, catalogue } = await crm(engine, script)
  const yaml = await draftMap(adapter, catalogue, 'crm')
  if (process.env.SHOW_DRAFT) process.stdout.write(yaml)
  const parsed = parseDataMap(yaml)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const { problems, resolved } = checkMap(parsed.map, catalogue)
  const person = await locate(adapter, resolved, who)
  const counts = Object.fromEntries(
    [...person.rows, ...[...person.shared].map(([t, r]) => [`~${t}`, r] as const)].map(([t, rows]) => [t, rows.length]),
  )
  return { yaml, map: parsed.map, problems, counts, person }
}

describe.skipIf(!hasMariadb)('a draft of a SuiteCRM-like MariaDB without foreign keys', () => {
  test('finds links, side tables, audit tables, soft deletes and the linked e-mail address', async () => {
    const { map, problems, counts } = await drafted(
      'mysql',
      `create table users (id char(36) primary key, user_name varchar(60), first_name varchar(50), last_name varchar(50));
create table accounts (id char(36) primary key, name varchar(150), billing_address_street varchar(150), assigned_user_id char(36), deleted tinyint(1) default 0);
create table contacts (id char(36) primary key, first_name varchar(100), last_name varchar(100), phone_mobile varchar(100), birthdate date,
  description text, assigned_user_id char(36), created_by char(36), reports_to_id char(36), deleted tinyint(1) default 0);
create table contacts_cstm (id_c char(36) primary key, shoe_size_c int, iban_c varchar(40));
create table contacts_audit (id char(36) primary key, parent_id char(36), field_name varchar(100), before_value_string varchar(255));
create table accounts_contacts (id char(36) primary key, contact_id char(36), account_id char(36), deleted tinyint(1));
create table notes (id char(36) primary key, name varchar(255), parent_type varchar(255), parent_id char(36), description text, filename varchar(255));
create table email_addresses (id char(36) primary key, email_address varchar(255), email_address_caps varchar(255));
create table email_addr_bean_rel (id char(36) primary key, email_address_id char(36), bean_id char(36), bean_module varchar(100));
create table calls (id char(36) primary key, name varchar(50), description text);
create table calls_contacts (id char(36) primary key, call_id char(36), contact_id char(36));
create table relationships (id char(36) primary key, relationship_name varchar(150), lhs_table varchar(64), lhs_key varchar(64), rhs_table varchar(64),
  rhs_key varchar(64), join_table varchar(64), join_key_lhs varchar(64), join_key_rhs varchar(64), relationship_role_column varchar(64), relationship_role_column_value varchar(50));
insert into contacts (id, last_name) values ('c1', 'Jansen'), ('c2', 'Bakker');
insert into contacts_cstm values ('c1', 1, null), ('c2', 2, null);
insert into contacts_audit values ('a1', 'c1', 'last_name', 'Smit');
insert into accounts (id, name) values ('c1', 'same id');
insert into accounts_contacts values ('ac', 'c1', 'c1', 0);
insert into notes values ('n1', 'x', 'Contacts', 'c1', '', ''), ('n2', 'y', 'Accounts', 'c1', '', '');
insert into email_addresses values ('e1', 'jan@x.nl', 'JAN@X.NL'), ('e2', 'b@x.nl', 'B@X.NL');
insert into email_addr_bean_rel values ('r1', 'e1', 'c1', 'Contacts'), ('r2', 'e2', 'c2', 'Contacts');
insert into calls values ('k1', 'call', ''), ('k2', 'group', '');
insert into calls_contacts values ('kc1', 'k1', 'c1'), ('kc2', 'k2', 'c1'), ('kc3', 'k2', 'c2');
insert into relationships values ('1', 'calls_contacts', 'calls', 'id', 'contacts', 'id', 'calls_contacts', 'call_id', 'contact_id', null, null);`,
      { email: ['jan@x.nl'] },
    )
    expect(problems).toEqual([])
    expect(map.tables.users?.personal).toBe(false)
    expect(map.tables.contacts?.softDeleted).toEqual([{ column: 'deleted', test: { kind: 'in', values: [1] } }])
    expect(map.tables.contacts_audit?.history).toBe(true)
    expect(map.tables.contacts?.linksTo.map((l) => l.on)).toEqual([[{ column: 'reports_to_id', other: 'id' }]])
    expect(counts).toEqual({
      contacts: 1,
      contacts_cstm: 1,
      contacts_audit: 1,
      accounts_contacts: 1,
      notes: 1,
      email_addresses: 1,
      email_addr_bean_rel: 1,
      calls: 1,
      calls_contacts: 2,
      '~calls': 1,
    })
  })
})

const civi = `create table civicrm_contact (id int unsigned auto_increment primary key, contact_type varchar(64), external_identifier varchar(64) unique, display_name varchar(128), sort_name varchar(128), first_name varchar(64), last_name varchar(64), birth_date date, is_deleted tinyint(1) default 0, employer_id int unsigned, primary_contact_id int unsigned, foreign key (employer_id) references civicrm_contact(id) on delete set null);
create table civicrm_email (id int unsigned auto_increment primary key, contact_id int unsigned, email varchar(254), is_primary tinyint(1), foreign key (contact_id) references civicrm_contact(id) on delete cascade, index(email));
create table civicrm_phone (id int unsigned auto_increment primary key, contact_id int unsigned, phone varchar(32), phone_numeric varchar(32), foreign key (contact_id) references civicrm_contact(id) on delete cascade);
create table civicrm_address (id int unsigned auto_increment primary key, contact_id int unsigned, street_address varchar(96), city varchar(64), postal_code varchar(64), master_id int unsigned, foreign key (contact_id) references civicrm_contact(id) on delete cascade, foreign key (master_id) references civicrm_address(id) on delete set null);
create table civicrm_activity (id int unsigned auto_increment primary key, subject varchar(255), details longtext, parent_id int unsigned, foreign key (parent_id) references civicrm_activity(id) on delete cascade);
create table civicrm_activity_contact (id int unsigned auto_increment primary key, activity_id int unsigned not null, contact_id int unsigned not null, record_type_id int, foreign key (activity_id) references civicrm_activity(id) on delete cascade, foreign key (contact_id) references civicrm_contact(id) on delete cascade);
create table civicrm_contribution (id int unsigned auto_increment primary key, contact_id int unsigned not null, receive_date datetime, total_amount decimal(20,2), source varchar(255), foreign key (contact_id) references civicrm_contact(id) on delete cascade);
create table civicrm_value_shirt_1 (id int unsigned auto_increment primary key, entity_id int unsigned not null unique, size_1 varchar(9), foreign key (entity_id) references civicrm_contact(id) on delete cascade);
create table civicrm_note (id int unsigned auto_increment primary key, entity_table varchar(64), entity_id int unsigned, note longtext, contact_id int unsigned, foreign key (contact_id) references civicrm_contact(id) on delete set null);
create table civicrm_country (id int unsigned auto_increment primary key, name varchar(64));
create table civicrm_uf_match (id int unsigned auto_increment primary key, uf_name varchar(128), contact_id int unsigned, foreign key (contact_id) references civicrm_contact(id) on delete cascade);
create table log_civicrm_contact (id int unsigned, display_name varchar(128), log_date timestamp, log_action varchar(9));
insert into civicrm_contact (id, contact_type, display_name, first_name, last_name) values (1,'Individual','A','A','A'),(2,'Individual','B','B','B'),(3,'Organization','O',null,null);
insert into civicrm_email values (1,1,'a@x.nl',1),(2,2,'b@x.nl',1),(3,3,'a@x.nl',1);
insert into civicrm_activity values (1,'x','y',null),(2,'x','y',null);
insert into civicrm_activity_contact values (1,1,1,1),(2,2,1,1),(3,2,2,1);
insert into civicrm_note values (1,'civicrm_contact',1,'x',2),(2,'civicrm_activity',1,'x',null),(3,'civicrm_contribution',1,'x',2);
insert into civicrm_contribution values (1,1,'2024-01-01',1,'x');
insert into log_civicrm_contact values (1,'Old',now(),'u'),(2,'Old',now(),'u');`

const frappe = `create table "tabContact" (name varchar(140) primary key, first_name varchar(140), last_name varchar(140), email_id varchar(140), phone varchar(140), "user" varchar(140));
create table "tabContact Email" (name varchar(140) primary key, parent varchar(140), parenttype varchar(140), parentfield varchar(140), email_id varchar(140));
create table "tabDynamic Link" (name varchar(140) primary key, parent varchar(140), parenttype varchar(140), link_doctype varchar(140), link_name varchar(140));
create table "tabVersion" (name varchar(140) primary key, ref_doctype varchar(140), docname varchar(140), data text);
create table "tabDocField" (name varchar(140) primary key, parent varchar(140), fieldname varchar(140), fieldtype varchar(140), options varchar(140));
insert into "tabDocField" values ('1','Contact','email_ids','Table','Contact Email');
insert into "tabContact" values ('A-1','A','A','a@x.nl',null,null);
insert into "tabContact Email" values ('e1','A-1','Contact','email_ids','a@x.nl');
insert into "tabVersion" values ('v','Contact','A-1','{}'),('v2','Customer','A-1','{}');`

test.skipIf(!hasMariadb)(
  'a draft of a CiviCRM-like MariaDB tells persons from organisations and wrote-it from is-about',
  async () => {
    const { map, problems, counts } = await drafted('mysql', civi, { email: ['a@x.nl'] })
    expect(problems).toEqual([])
    expect(map.tables.civicrm_contact?.subject?.where).toEqual([
      { column: 'contact_type', test: { kind: 'in', values: ['Individual'] } },
    ])
    expect(map.tables.log_civicrm_contact?.history).toBe(true)
    expect(counts).toEqual({
      civicrm_activity: 1,
      '~civicrm_activity': 1,
      civicrm_activity_contact: 2,
      civicrm_contact: 1,
      civicrm_contribution: 1,
      civicrm_email: 1,
      civicrm_note: 3,
      log_civicrm_contact: 1,
    })
  },
)

test('a draft of a Frappe-like PostgreSQL reads its own list of fields and its document types', async () => {
  const { problems, counts } = await drafted('postgres', frappe, { email: ['a@x.nl'] })
  expect(problems).toEqual([])
  expect(counts).toEqual({ tabContact: 1, 'tabContact Email': 1, tabVersion: 1 })
})

describe.each(engines)('a draft on %s', (engine) => {
  test('of a Dutch shop keeps invoices, and passes its own check', async () => {
    const { map, problems, counts, yaml } = await drafted(
      engine,
      `create table adressen (id int primary key, straat varchar(80), huisnummer varchar(10), postcode varchar(7), plaats varchar(50));
create table klanten (id int primary key, klantnummer varchar(20) not null unique, voornaam varchar(50), achternaam varchar(50) not null,
  e_mail varchar(120) not null unique, telefoon varchar(30), geboortedatum date not null, adres_id int, verwezen_door int,
  foreign key (adres_id) references adressen (id));
create table facturen (id int primary key, klant_id int not null, factuurdatum date not null, factuurnaam varchar(80), contact_name varchar(80),
  foreign key (klant_id) references klanten (id) on delete cascade);
create table factuur_regels (id int primary key, factuur_id int not null, foreign key (factuur_id) references facturen (id) on delete cascade);
create table nieuwsbrief (id int primary key, mailadres varchar(120), lijst int);
create table gesprekken (id int primary key, klant_id int, veld7 varchar(60), opmerkingen text);
create table producten (id int primary key, naam varchar(50), omschrijving text);
insert into adressen values (1, 'Kade', '1', '1234 AB', 'Delft');
insert into klanten values (1, 'K1', 'Jan', 'Jansen', 'jan@x.nl', null, '1980-02-03', 1, null);
insert into facturen values (1, 1, '2024-01-01', 'Jan Jansen', 'Jan Jansen');
insert into factuur_regels values (1, 1), (2, 1);
insert into nieuwsbrief values (1, 'Jan@x.nl', 1), (2, 'p@x.nl', 1);
insert into gesprekken values (1, 1, 'NL91ABNA0417164300', 'hoi'), (2, 1, 'NL02ABNA0123456789', 'hoi');`,
      { email: ['jan@x.nl'] },
    )
    expect(problems).toEqual([])
    expect(yaml).toContain('# unsure')
    expect(map.tables.klanten?.subject?.identifiers.email).toEqual([{ column: 'e_mail', via: null }])
    expect(map.tables.facturen?.keepFor[0]).toMatchObject({ term: 'P7Y', from: { columns: ['factuurdatum'] } })
    expect(map.tables.gesprekken?.columns.veld7?.category).toBe('financial')
    expect(map.tables.producten?.personal).toBe(false)
    expect(counts).toEqual({ adressen: 1, klanten: 1, facturen: 1, factuur_regels: 2, nieuwsbrief: 1, gesprekken: 2 })
  })
})

test('values are told by their shape, numbers by their check digits', () => {
  expect(shapeOf('111222333')).toBe('national_number')
  expect(shapeOf('111222334')).toBeNull()
  expect(shapeOf('NL91ABNA0417164300')).toBe('iban')
  expect(shapeOf('NL92ABNA0417164300')).toBeNull()
  expect(shapeOf('06-12345678')).toBe('phone')
  expect(shapeOf('2611 AB')).toBe('postcode')
})

test('a draft reads what Dutch columns of texts and of names on papers hold', async () => {
  const { map } = await drafted(
    'postgres',
    `create table tbl_klant (klant_id int primary key, emailadres varchar(120), voornaam varchar(40), achternaam varchar(60));
create table tbl_factuur (factuur_id int primary key, klant_id int, factuurdatum date not null, naam_op_factuur varchar(120));
create table tbl_notitie (notitie_id int primary key, object_type varchar(20), object_id int, tekst text, aantekening text);
create table tbl_bericht (bericht_id int primary key, klant_id int, inhoud text);
insert into tbl_klant values (1, 'jan@x.nl', 'Jan', 'Jansen'), (2, 'els@x.nl', 'Els', 'Bakker');
insert into tbl_notitie values (1, 'klant', 1, 'Belt graag', null), (2, 'klant', 2, 'Mailt graag', null);
insert into tbl_bericht values (1, 1, 'Hallo'), (2, 2, 'Dag');`,
    { email: ['jan@x.nl'] },
  )
  const withOf = (table: string, column: string) => map.tables[table]?.columns[column]?.with?.kind
  expect(withOf('tbl_factuur', 'naam_op_factuur')).toBe('pseudonym')
  expect(withOf('tbl_notitie', 'tekst')).toBe('redact')
  expect(withOf('tbl_notitie', 'aantekening')).toBe('redact')
  expect(withOf('tbl_bericht', 'inhoud')).toBe('redact')
})
