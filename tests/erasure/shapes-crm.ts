import type { Engine } from '~/systems/catalogue'

/** What only PostgreSQL knows: arrays, search vectors filled by a trigger, a schema beside the default one. */
const postgres = `
create schema "Back Office";
create type stand as enum ('new', 'customer', 'gone');
create table households (id integer primary key, street varchar(60));
create table "Relations" ("Id" integer primary key, "E-mail Address" varchar(120) not null unique check ("E-mail Address" like '%_@_%'),
  "order" varchar(40), "Say ""hi""" text, stand stand not null, full_name varchar(120) not null,
  lower_mail varchar(120) generated always as (lower("E-mail Address")) stored, profile jsonb, tags text[], search tsvector,
  deleted smallint not null default 0, household integer references households (id), referred_by integer references "Relations" ("Id"));
create table "Relations_cstm" (id_c integer primary key references "Relations" ("Id"), remark_c text);
create table "Relations_audit" (relation_id integer, old_value text);
create table "Back Office".visits (relation integer not null references "Relations" ("Id"), day date not null, remark text, primary key (relation, day));
create table visit_lines (relation integer, day date, line integer, what varchar(60), primary key (relation, day, line),
  foreign key (relation, day) references "Back Office".visits (relation, day));
create function log_relation() returns trigger language plpgsql as $$ begin
  insert into "Relations_audit" values (old."Id", old."E-mail Address" || ' ' || old.full_name); return null; end $$;
create trigger logged after update or delete on "Relations" for each row execute function log_relation();
create function fill_search() returns trigger language plpgsql as $$ begin
  new.search := to_tsvector('simple', new.full_name || ' ' || new."E-mail Address"); return new; end $$;
create trigger searched before insert or update on "Relations" for each row execute function fill_search()`

/** The same without one foreign key. */
const mysql = `
create table households (id integer primary key, street varchar(60));
create table \`Relations\` (\`Id\` integer primary key, \`E-mail Address\` varchar(120) not null unique check (\`E-mail Address\` like '%_@_%'),
  \`order\` varchar(40), \`Say "hi"\` text, stand enum('new', 'customer', 'gone') not null, full_name varchar(120) not null,
  lower_mail varchar(120) generated always as (lower(\`E-mail Address\`)) stored, profile json,
  deleted tinyint not null default 0, household integer, referred_by integer);
create table \`Relations_cstm\` (id_c integer primary key, remark_c text);
create table \`Relations_audit\` (relation_id integer, old_value text);
create table visits (relation integer not null, day date not null, remark text, primary key (relation, day));
create table visit_lines (relation integer, day date, line integer, what varchar(60), primary key (relation, day, line));
create trigger logged_update after update on \`Relations\` for each row insert into \`Relations_audit\` values (old.\`Id\`, concat(old.\`E-mail Address\`, ' ', old.full_name));
create trigger logged_delete after delete on \`Relations\` for each row insert into \`Relations_audit\` values (old.\`Id\`, concat(old.\`E-mail Address\`, ' ', old.full_name))`

const both = `
create table invoices (id integer primary key, relation integer not null, issued_on date not null, billed_to varchar(120));
create table notes (id integer primary key, parent_type varchar(20), parent_id integer, body text);
create table suppliers (id integer primary key, name varchar(60));
create table events (id integer primary key, title varchar(60));
create table event_people (event_id integer, relation_id integer, primary key (event_id, relation_id));
create table mails (id integer primary key, to_addrs text, body text);
create table mail_people (mail_id integer, relation_id integer, primary key (mail_id, relation_id));
create table subscriptions (id integer primary key, address varchar(120))`

const q = (engine: Engine, name: string) => (engine === 'postgres' ? `"${name.replaceAll('"', '""')}"` : `\`${name}\``)

/**
 * Eva (1) and Bob (2) live together, Cas (3) was referred by Eva; Eva has an invoice that must be kept and one that must not,
 * shares an event and a mail with Bob, and has the id of a supplier. Dora (4) is nothing to anybody.
 */
function rows(engine: Engine): string[] {
  const [relations, id, mail, hi] = ['Relations', 'Id', 'E-mail Address', 'Say "hi"'].map((name) => q(engine, name))
  const person = (n: number, address: string, name: string, household: string, referredBy = 'null') =>
    `insert into ${relations} (${id}, ${mail}, ${q(engine, 'order')}, ${hi}, stand, full_name, profile, household, referred_by, deleted)
      values (${String(n)}, '${address}', '${name}', 'Mail ${address.toLowerCase()} or call', 'customer', '${name}',
        '{"contact": {"email": "${address.toLowerCase()}"}, "size": 38}', ${household}, ${referredBy}, ${n === 1 ? '1' : '0'})`
  const visits = engine === 'postgres' ? '"Back Office".visits' : 'visits'
  return [
    "insert into households values (1, 'Dorpsstraat 1'), (3, 'Laan 3')",
    person(1, 'Eva.Visser@x.nl', 'Eva Visser', '1'),
    person(2, 'bob@x.nl', 'Bob Mol', '1'),
    person(3, 'cas@x.nl', 'Cas Vos', '3', '1'),
    person(4, 'dora@x.nl', 'Dora Bos', 'null'),
    ...(engine === 'postgres'
      ? [`update ${relations} set tags = array['vip', 'eva.visser@x.nl'] where ${id} = 1`]
      : []),
    `insert into ${q(engine, 'Relations_cstm')} values (1, 'wide feet'), (2, 'narrow feet')`,
    `insert into ${visits} values (1, '2026-01-02', 'fitting'), (2, '2026-01-02', 'fitting')`,
    "insert into visit_lines values (1, '2026-01-02', 1, 'boots'), (1, '2026-01-02', 2, 'laces'), (2, '2026-01-02', 1, 'boots')",
    "insert into invoices values (1, 1, '2024-03-01', 'Eva Visser'), (2, 1, '2012-03-01', 'Eva Visser'), (3, 2, '2012-03-01', 'Bob Mol')",
    "insert into notes values (1, 'Relation', 1, 'about a person'), (2, 'Supplier', 1, 'about a supplier'), (3, 'Relation', 2, 'about Bob')",
    "insert into suppliers values (1, 'Boots and Sons')",
    "insert into events values (1, 'for two'), (2, 'for one')",
    'insert into event_people values (1, 1), (1, 2), (2, 1)',
    "insert into mails values (1, 'Bob Mol <bob@x.nl>, Eva.Visser@x.nl', 'Dear eva.visser@x.nl and bob@x.nl'), (2, 'eva.visser@x.nl', 'Only for you')",
    'insert into mail_people values (1, 1), (1, 2), (2, 1)',
    "insert into subscriptions values (1, ' EVA.visser@x.nl'), (2, 'dora@x.nl')",
  ]
}

export const shapesOf = (engine: Engine): string[] => [
  ...(engine === 'postgres' ? postgres : mysql).split(/;\n(?=create)/),
  ...both.split(';\n'),
  ...rows(engine),
]

export const shapesMap = (engine: Engine): string => `
version: 1
system: shapes
phone_country: NL
backups: {kept: P1D}
tables:
  Relations:
    subject: {email: E-mail Address}
    name: [full_name]
    soft_deleted: {deleted: 1}
    erase: delete
    columns:
      E-mail Address: {category: contact, with: pseudonym}
      order: {category: identity, with: empty}
      'Say "hi"': {category: content, with: redact}
      stand: {category: profile, with: {fixed: gone}}
      full_name: {category: identity, with: pseudonym}
      profile: {category: profile, with: {json: {"$.contact.email": null}}}
${engine === 'postgres' ? '      tags: {category: profile, with: redact_list}\n      search: {category: profile, with: derived}' : ''}
    links_to: [{table: Relations, on: {referred_by: Id}}]
  households:
    belongs_to: [{table: Relations, on: {id: household}}]
    erase: delete
    columns: {street: {category: contact, with: empty}}
  Relations_cstm: {belongs_to: [{table: Relations, on: {id_c: Id}}], erase: delete}
  Relations_audit: {belongs_to: [{table: Relations, on: {relation_id: Id}}], history: true, erase: delete}
  ${engine === 'postgres' ? 'Back Office.visits' : 'visits'}: {belongs_to: [{table: Relations, on: {relation: Id}}], erase: delete}
  visit_lines: {belongs_to: [{table: ${engine === 'postgres' ? 'Back Office.visits' : 'visits'}, on: {relation: relation, day: day}}], erase: delete}
  invoices:
    belongs_to: [{table: Relations, on: {relation: Id}}]
    erase: delete
    columns: {billed_to: {category: identity, with: empty}}
    keep_for: {term: P7Y, from: issued_on, until: year_end, basis: art. 52 AWR, then: delete}
  notes: {belongs_to: [{table: Relations, on: {parent_id: Id}, where: {parent_type: Relation}}], erase: delete}
  event_people: {belongs_to: [{table: Relations, on: {relation_id: Id}}], erase: delete}
  events: {belongs_to: [{table: event_people, on: {id: event_id}}], erase: delete}
  mail_people: {belongs_to: [{table: Relations, on: {relation_id: Id}}], erase: delete}
  mails:
    belongs_to: [{table: mail_people, on: {id: mail_id}}]
    erase: delete
    when_shared: redact
    columns: {to_addrs: {category: contact, with: redact_list}, body: {category: content, with: redact}}
  subscriptions: {subject: {email: address}, erase: delete, columns: {address: {category: contact, with: pseudonym}}}
  suppliers: {personal: false}
`
