import { columnOf, rowKeyColumns, type CatalogueTable } from '../catalogue'
import type { Strategy } from '../data-map'
import { strategyMisfit } from '../check/strategy-fit'
import type { DraftLink } from './draft-links'
import type { DraftPlan, Guesses, PlannedLink } from './draft-plan'
import { strategyFor, type ColumnGuess } from './guess-column'
import { addressesIn, one, subjectOf } from './subject-entry'
import {
  bookDate,
  columnsMeaning,
  isEmployeeTable,
  isGuestTable,
  isHistoryTable,
  nameOf,
  softDeleted,
} from './table-kinds'

/** One table of a draft as it will stand in the file, with what the draft is unsure of. */
export interface DraftTable {
  entry: Record<string, unknown>
  unsure: string[]
}

export function draftTable(table: CatalogueTable, plan: DraftPlan, guesses: Guesses): DraftTable {
  const own = guesses.get(table.id) ?? new Map<string, ColumnGuess>()
  const isSubject = plan.subjects.has(table.id)
  const belongs = plan.belongs.get(table.id) ?? []
  if (!isSubject && belongs.length === 0 && !plan.bare.has(table.id)) return notPersonal(own)
  const unsure = doubts(table, belongs)
  const label = nameOf(table).replaceAll('_', ' ')
  const entry: Record<string, unknown> = { label: { nl: label, en: label } }
  const isBare = plan.bare.has(table.id) && !isSubject
  const isLogged = isBare && rowKeyColumns(table) === null
  if (isSubject || (isBare && !isLogged)) Object.assign(entry, subjectOf(table, own, plan, guesses, isSubject, unsure))
  const logged =
    !isLogged && (isBare || isSubject || !mayBeOfGuests(table, belongs, plan)) ? [] : addressesIn(table, own)
  if (logged.length > 0) {
    entry.also = { email: one(logged) }
    if (!isLogged) unsure.push('rows with the address of a person without an account are taken by "also"')
  }
  const deleted = softDeleted(table)
  if (deleted) entry.soft_deleted = deleted
  if (belongs.length > 0) entry.belongs_to = belongs.map(({ link, kind }) => written(link, kind))
  const sharers = plan.sharers.get(table.id)
  if (sharers) entry.shared_by = sharers.map(({ table: id, staff }) => sharer(id, staff))
  const cuts = plan.cuts.get(table.id)
  if (cuts) entry.links_to = cuts.map((link) => written(link, 'child'))
  const same = plan.same.get(table.id)
  if (same) {
    entry.same_person = same.map((link) => written(link, 'child'))
    unsure.push('whether the rows that same_person ties are one person')
  }
  Object.assign(entry, erasure(table, own, { isBare, isBook: plan.books.has(table.id) }, unsure))
  const columns = columnsOf(table, own)
  if (Object.keys(columns).length > 0) entry.columns = columns
  const files = columnsMeaning(table, own, 'file').map((c) => ({ column: c.name, path: `upload/{${c.name}}` }))
  if (files.length > 0) {
    entry.files = files
    unsure.push('where the files lie on disk')
  }
  return { entry, unsure }
}

const sharer = (table: string, staff: readonly string[]) => ({
  table,
  ...(staff.length > 0 ? { where: Object.fromEntries(staff.map((column) => [column, null])) } : {}),
})

/** What the links were told from that are not certain, those of one source together. */
function doubts(table: CatalogueTable, belongs: readonly PlannedLink[]): string[] {
  const bySource = new Map<string, Set<string>>()
  for (const { link } of belongs) {
    if (link.unsure === null) continue
    const others = bySource.get(link.unsure) ?? new Set<string>()
    bySource.set(link.unsure, others.add(link.other === table.id ? link.table : link.other))
  }
  return [...bySource].map(([source, others]) => `belongs to ${[...others].join(', ')}, told from ${source}`)
}

/** Rows that may stand without an account, with an address of their own instead: orders of guests, comments. */
function mayBeOfGuests(table: CatalogueTable, belongs: readonly PlannedLink[], plan: DraftPlan): boolean {
  if (isHistoryTable(table) || isEmployeeTable(table)) return false
  if (belongs.some(({ kind }) => kind === 'value')) return isGuestTable(table)
  const ofPersons = belongs.filter(({ link }) => plan.subjects.has(link.other))
  return (
    isGuestTable(table) ||
    ofPersons.every(({ link }) =>
      link.columns.some((name) => {
        const column = columnOf(table, name)
        return column !== undefined && (column.nullable || /^'?0'?$/.test(column.default ?? ''))
      }),
    )
  )
}

function notPersonal(own: ReadonlyMap<string, ColumnGuess>): DraftTable {
  const looks = [...own]
    .filter(([, g]) => ['identity', 'contact', 'national_number'].includes(g.category))
    .map(([name]) => name)
  const unsure =
    looks.length > 0 ? [`looks personal (${looks.slice(0, 5).join(', ')}), but nothing ties it to a person`] : []
  return { entry: { personal: false }, unsure }
}

function written(link: DraftLink, kind: 'child' | 'value'): Record<string, unknown> {
  const pairs = link.columns.map((column, i) => [column, link.otherColumns[i] ?? ''] as const)
  const on = Object.fromEntries(kind === 'child' ? pairs : pairs.map(([a, b]) => [b, a]))
  const where = Object.entries(link.where).map(([column, values]) => [
    kind === 'child' ? column : `${link.table}.${column}`,
    one(values),
  ])
  return {
    table: kind === 'child' ? link.other : link.table,
    on,
    ...(where.length > 0 ? { where: Object.fromEntries(where) } : {}),
  }
}

function erasure(
  table: CatalogueTable,
  own: ReadonlyMap<string, ColumnGuess>,
  { isBare, isBook }: { readonly isBare: boolean; readonly isBook: boolean },
  unsure: string[],
): Record<string, unknown> {
  if (isHistoryTable(table) && table.transactional && !isBare) return { history: true, erase: 'delete' }
  if (rowKeyColumns(table) === null && table.transactional) {
    unsure.push('no key: its rows are told apart by what they hold, as those of a log')
    return { history: true, erase: 'delete' }
  }
  if (!table.transactional) {
    unsure.push('no transactions: rows cannot be written safely')
    return { erase: 'keep', reason: { nl: 'Nog te beoordelen', en: 'To be judged' } }
  }
  const date = bookDate(table)
  const rewrites = table.columns.some((c) => own.has(c.name) && !c.generated)
  if (isBook && date) {
    unsure.push('the term for bookkeeping and the date it runs from')
    if (!rewrites)
      return { erase: 'delete', keep_for: { term: 'P7Y', from: date.name, until: 'year_end', basis: 'art. 52 AWR' } }
    return {
      erase: 'pseudonymise',
      keep_for: { term: 'P7Y', from: date.name, until: 'year_end', basis: 'art. 52 AWR', then: 'delete' },
    }
  }
  return { erase: 'delete' }
}

function columnsOf(table: CatalogueTable, own: ReadonlyMap<string, ColumnGuess>): Record<string, unknown> {
  const columns: Record<string, unknown> = {}
  for (const [name, guess] of own) {
    const column = columnOf(table, name)
    if (!column || column.generated) continue
    const strategy = strategyFor(table, column, guess)
    columns[name] = {
      category: guess.category,
      ...(strategy ? { with: writtenStrategy(strategy) } : {}),
      ...(guess.thirdParty ? { third_party: true } : {}),
    }
  }
  for (const column of table.columns) {
    if (column.family !== 'tsvector' || column.generated || columns[column.name]) continue
    const derived: Strategy = { kind: 'derived', from: null, join: '' }
    if (!strategyMisfit(table, column, derived)) columns[column.name] = { category: 'content', with: 'derived' }
  }
  return columns
}

function writtenStrategy(strategy: Strategy): unknown {
  if (strategy.kind === 'fixed') return { fixed: strategy.value }
  if (strategy.kind === 'generalise') return { generalise: strategy.to }
  if (strategy.kind === 'truncate') return { truncate: strategy.length }
  return strategy.kind
}
