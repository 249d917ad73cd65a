import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { batchesOf } from '~/erasure/batches'
import { carryOut } from '~/erasure/carry-out.server'
import { propose, type Proposal, type ProposalOrder } from '~/erasure/propose.server'
import { storedCuts } from '~/erasure/row-sets'
import type { Executor } from '~/systems/adapters/adapter'
import { keyword } from '~/systems/adapters/sql'
import type { Engine } from '~/systems/catalogue'
import { checkMap } from '~/systems/check-map'
import { parseDataMap } from '~/systems/parse-map'
import { databaseWith, engines } from '../systems/databases'

/** More than one statement takes, and more than are held as plain objects. */
const visits = 10_400

const map = `version: 1
system: crm
backups: {kept: P1D}
tables:
  people: {subject: {email: mail}, name: [name], erase: delete, columns: {name: {category: identity, with: empty}}}
  visits:
    belongs_to: [{table: people, on: {person_id: id}}]
    erase: delete
    keep_for: {term: P7Y, from: on_day, basis: test, then: delete}
    columns: {note: {category: content, with: empty}}
  details:
    belongs_to: [{table: visits, on: {visit_id: id}}]
    erase: delete
    columns: {note: {category: content, with: empty}}
  places: {belongs_to: [{table: visits, on: {id: place_id}}], erase: delete, columns: {note: {category: contact, with: empty}}}
`

const schema = [
  'create table people (id int primary key, mail varchar(50), name varchar(50))',
  'create table places (id int primary key, note varchar(50))',
  'create table visits (id int primary key, person_id int not null, place_id int, on_day date, note varchar(50))',
  'create table details (visit_id int, no int, note varchar(50), primary key (visit_id, no))',
  'create index of_person on visits (person_id)',
  'create index at_place on visits (place_id)',
  "insert into people values (1, 'me@x.nl', 'Me'), (2, 'you@x.nl', 'You')",
  "insert into places values (1, 'old'), (2, 'new'), (3, 'everybody comes here')",
]

/** One visit in four is young enough to be kept; the last place is also that of somebody else. */
function filling(engine: Engine): string[] {
  const from =
    engine === 'postgres'
      ? `generate_series(1, ${String(visits)}) s(i)`
      : `(select seq as i from seq_1_to_${String(visits)}) s`
  return [
    `insert into visits select i, 1, 1 + i % 3, case when i % 4 = 0 then date '2024-01-01' else date '2001-01-01' end, 'note' from ${from}`,
    "insert into visits values (1000000, 2, 3, date '2001-01-01', 'of somebody else')",
    `insert into details select i, 7, 'detail' from ${from}`,
    "insert into details values (1000000, 7, 'of somebody else')",
  ]
}

const told = ({ sets }: Proposal) =>
  sets.map(({ rows, ...set }) => ({ ...set, rows: rows.map((row) => JSON.stringify(row)) }))

describe.each(engines)('a person with very many rows in %s', (engine) => {
  it('is located, planned and erased row for row as one with few', async () => {
    const adapter = await databaseWith(engine, [...schema, ...filling(engine)])
    const catalogue = await adapter.readCatalogue()
    const parsed = parseDataMap(map)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    const { resolved } = checkMap(parsed.map, catalogue)
    const order: ProposalOrder = {
      system: { id: '', key: 'crm', engine, adapter, scanAdapter: null, catalogue, map: resolved, mapVersion: 1 },
      identifiers: { email: ['me@x.nl'] },
      subjects: [],
      rows: null,
      facts: {},
      intent: { kind: 'erase', only: null },
      today: Temporal.PlainDate.from('2026-03-02'),
      rules: { fiscalYearEnd: '12-31', zone: 'UTC' },
      held: new Set(),
      suggestions: false,
    }
    const hashKey = new Uint8Array(32).fill(1)
    const few = (tx: Executor): Executor => ({ ...tx, dialect: { ...tx.dialect, keysPerStatement: 997 } })
    const proposal = await adapter.transaction((tx) => propose(tx, order, hashKey))
    const byFew = await adapter.transaction((tx) => propose(few(tx), order, hashKey))
    expect(told(byFew)).toEqual(told(proposal))

    const located = (table: string) => proposal.person.rows.get(table)?.map((row) => row.key.join()) ?? []
    const byHand = async (query: string) =>
      (await adapter.query(keyword(query))).map((row) => Object.values(row).join()).sort()
    expect(located('visits').sort()).toEqual(await byHand('select id from visits where person_id = 1'))
    expect(located('details').sort()).toEqual(
      await byHand('select visit_id, no from details where visit_id in (select id from visits where person_id = 1)'),
    )
    expect(located('places').sort()).toEqual(['1', '2'])
    expect(proposal.person.shared.get('places')?.map((row) => row.key)).toEqual([['3']])

    const counts = Object.fromEntries(
      proposal.sets.map((set) => [`${set.table} ${set.action} ${set.reason}`, set.rows.length]),
    )
    const kept = visits / 4
    expect(counts).toEqual({
      'people pseudonymise still_referred': 1,
      'visits delete rule': visits - kept,
      'visits keep term': kept,
      'details delete rule': visits - kept,
      'details keep part_of': kept,
      'places keep part_of': 2,
      'places keep shared': 1,
    })

    const { model, sets, traces, decided } = proposal
    const batches = batchesOf(model, { sets, cuts: storedCuts(decided.cuts) }, 5_000)
    expect(batches.length).toBe(4)
    for (const batch of batches) await adapter.transaction((tx) => carryOut(tx, { model, key: hashKey, traces }, batch))
    expect(await byHand('select count(*) from visits')).toEqual([String(kept + 1)])
    expect(await byHand('select count(*) from details')).toEqual([String(kept + 1)])
    expect(await byHand('select visit_id from details where visit_id not in (select id from visits)')).toEqual([])
  })
})
