import { rowKeyColumns, type CatalogueTable } from '../catalogue'
import type { DraftPlan, Guesses } from './draft-plan'
import { words, type ColumnGuess } from './guess-column'
import { linkedColumn } from './linked-column'
import { columnsMeaning, isOwnAddress } from './table-kinds'

/** The columns by which the rows of a table are found, those that tell persons apart, and the name. */
export function subjectOf(
  table: CatalogueTable,
  own: ReadonlyMap<string, ColumnGuess>,
  plan: DraftPlan,
  guesses: Guesses,
  isSubject: boolean,
  unsure: string[],
): Record<string, unknown> {
  const names = (...meanings: Parameters<typeof columnsMeaning>[2][]) =>
    columnsMeaning(table, own, ...meanings).map((c) => c.name)
  const subject: Record<string, unknown> = {}
  const email = addressesIn(table, own)
  const phone = names('phone').filter((name) => !/fax/i.test(name))
  if (email.length > 0) subject.email = one(email)
  else {
    const linked = linkedColumn(table, 'email', plan, guesses)
    if (linked) subject.email = linked
  }
  if (!isSubject) return { subject }
  if (phone.length > 0) subject.phone = one(phone)
  else {
    const linked = linkedColumn(table, 'phone', plan, guesses)
    if (linked) subject.phone = linked
  }
  const number = names('customer_number')
  if (number.length > 0) subject.customer_number = one(number)
  if (Object.keys(subject).length === 0) {
    subject.id = one(rowKeyColumns(table) ?? [])
    unsure.push('found by its key only: no e-mail address or phone number was seen')
  }
  const facts: Record<string, string> = {}
  const [born] = names('birth_date')
  const [postcode] = names('postcode')
  if (born) facts.birth_date = born
  if (postcode) facts.postcode = postcode
  const parts = names('first_name', 'middle_name', 'last_name')
  const whole = names('full_name')
  // Without a first name the whole stands before the rest: `name` and `last_name`.
  const name = names('first_name').length > 0 ? parts : [...plainFirst(whole).slice(0, 1), ...parts]
  return {
    subject,
    ...(Object.keys(facts).length > 0 ? { facts } : {}),
    ...(name.length > 0 ? { name } : {}),
  }
}

const plainFirst = (names: readonly string[]) =>
  [...names].sort((a, b) => Number(words(b) === 'name') - Number(words(a) === 'name'))

/** Columns with an address of the row's person, not of the company. */
export const addressesIn = (table: CatalogueTable, own: ReadonlyMap<string, ColumnGuess>) =>
  columnsMeaning(table, own, 'email').flatMap((column) => (isOwnAddress(column.name) ? [] : [column.name]))

/** The list, or what is alone in it. */
export function one<T>(list: readonly T[]): T | readonly T[] {
  const [first] = list
  return list.length === 1 && first !== undefined ? first : list
}
