import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import type postgres from 'postgres'

/** Tables of free text, with the columns that a search has to look into. */
export const textTables: Readonly<Record<string, readonly string[]>> = {
  notes: ['subject', 'body'],
  mails: ['sender', 'receivers', 'body'],
  tickets: ['title', 'question', 'answer'],
  events: ['kind', 'payload'],
}

/** Identifiers of the person with this number, as the text holds them. */
export const personOf = (n: number) => ({
  email: `voornaam.achternaam${String(n)}@post${String(n % 40)}.example`,
  /** Mobile, ten digits. */
  phone: `06${String(10_000_000 + ((n * 7_654_321) % 89_999_999))}`,
  number: `KL-${String(100_000 + n)}`,
})

const PEOPLE = 100_000

const WORDS = (
  'klant belde vandaag over de levering van zijn fiets en vroeg of wij morgen terug kunnen bellen omdat het pakket nog niet ' +
  'is aangekomen monteur afspraak gemaakt factuur verstuurd betaling ontvangen herinnering offerte akkoord graag nogmaals ' +
  'contact opnemen met afdeling planning wacht op onderdeel garantie beoordeeld retour gemeld adres gewijzigd bevestigd per ' +
  'e-mail voorwaarden toegelicht korting gegeven zaterdag dinsdag volgende week kwart voor twee reparatie gereed opgehaald'
).split(' ')

/** Always the same numbers, so that two runs search the same text. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state % below
  }
}

/**
 * About so many bytes of text in four tables, as a CRM holds it: notes, mails, tickets and events as JSON; one text in six
 * has somebody's e-mail address in it, one in eight a phone number, one in three an amount and a date.
 */
export async function fillText(sql: postgres.Sql, bytes: number): Promise<void> {
  await sql.unsafe(`
    create table notes (id bigint primary key, subject text, body text);
    create table mails (id bigint primary key, sender varchar(200), receivers text, body text);
    create table tickets (id bigint primary key, title text, question text, answer text);
    create table events (id bigint primary key, kind text, payload jsonb)`)
  const next = numbers(7)
  const words = (count: number) => Array.from({ length: count }, () => WORDS[next(WORDS.length)]).join(' ')
  const said = (count: number) => {
    const { email, phone } = personOf(next(PEOPLE))
    return [
      words(count),
      ...(next(6) === 0 ? [`Gemaild met ${email}.`] : []),
      ...(next(8) === 0 ? [`Te bereiken op 06-${phone.slice(2, 6)} ${phone.slice(6)}.`] : []),
      ...(next(3) === 0
        ? [`Bedrag ${String(next(9_000))},50 op ${String(10 + next(18))}-0${String(1 + next(9))}-2024`]
        : []),
      words(count >> 1),
    ].join(' ')
  }
  const rowOf: Record<string, (id: number) => string[]> = {
    notes: () => [words(6), said(50)],
    mails: () => [personOf(next(PEOPLE)).email, 'info@winkel.example', said(50)],
    tickets: () => [words(6), said(25), said(25)],
    events: (id) => ['besteld', JSON.stringify({ by: id, text: said(20), sum: next(500) })],
  }
  for (const [table, columns] of Object.entries(textTables)) {
    const copy = await sql`copy ${sql(table)} (id, ${sql(columns)}) from stdin`.writable()
    let written = 0
    for (let id = 1; written < bytes / Object.keys(textTables).length; id++) {
      const line = `${[String(id), ...(rowOf[table]?.(id) ?? [])].join('\t')}\n`
      written += line.length
      if (!copy.write(line)) await once(copy, 'drain')
    }
    copy.end()
    await finished(copy)
  }
  await sql.unsafe('vacuum analyze')
}
