import { Document, isMap, isPair, isScalar, visit } from 'yaml'
import type { Executor } from '../adapters/adapter'
import type { Catalogue, CatalogueTable } from '../catalogue'
import { checkMap, type Finding } from '../check-map'
import { parseDataMap } from '../parse-map'
import { ownTables, type DraftLink } from './draft-links'
import { guessAll, repeatingTables, withNamesOfHalves } from './draft-guesses'
import { findLinks } from './find-links'
import { planDraft, type DraftPlan, type Guesses } from './draft-plan'
import { draftTable, type DraftTable } from './draft-table'
import { words } from './guess-column'
import { occurringValues } from './sample-values'
import { linksOfAbsentTypes, type TypedLinks } from './typed-links'

/**
 * Writes a first data map (YAML) for a database nobody here has seen, from its catalogue, its own lists of links, names and
 * samples of values that are looked at and not kept. What it is unsure of carries a comment. It passes `checkMap` against
 * the same catalogue wherever that is possible. Throws `SystemError` when the database fails.
 */
export async function draftMap(executor: Executor, catalogue: Catalogue, key: string): Promise<string> {
  const tables = ownTables(catalogue)
  const found = await guessAll(executor, tables)
  const { links, typed } = await findLinks(executor, catalogue, tables)
  const plan = planWithAbsentTypes(tables, found, links, typed, await repeatingTables(executor, tables, found))
  const guesses = withNamesOfHalves(tables, found, plan.halves)
  const drafted = new Map(tables.map((table) => [table.id, draftTable(table, plan, guesses)]))
  for (const id of plan.subjects) {
    const table = tables.find((t) => t.id === id)
    const where = table ? await personsAmong(executor, table) : null
    const subject = drafted.get(id)?.entry.subject
    if (where && typeof subject === 'object' && subject !== null) Object.assign(subject, { where })
  }
  foundOnce(drafted)
  for (let round = 0; round < 40; round++) {
    const parsed = parseDataMap(write(key, drafted))
    if (!parsed.ok) {
      for (const problem of parsed.problems) giveUp(drafted, problem.path.split('.')[1] ?? '', problem.message)
      continue
    }
    const { problems } = checkMap(parsed.map, catalogue)
    if (problems.length === 0) break
    // One at a time for each table: the first mend may settle the others.
    const mended = new Set<string>()
    for (const problem of problems) {
      const place = problem.path.slice(0, 2).join('\0')
      const isColumn = problem.path[2] === 'columns'
      if (mended.has(place) && !isColumn) continue
      if (!isColumn) mended.add(place)
      mend(drafted, problem)
    }
  }
  return write(key, drafted)
}

/** Rows by whose address a person is found are the person's by their link; another's with the same address is not. */
function foundOnce(drafted: ReadonlyMap<string, DraftTable>): void {
  const sources = [...drafted.values()].flatMap(({ entry }): unknown[] => {
    const { subject } = entry
    return typeof subject === 'object' && subject !== null ? Object.values(subject).flat() : []
  })
  for (const [id, { entry }] of drafted) {
    if (sources.some((source) => typeof source === 'string' && source.startsWith(`${id}.`))) delete entry.also
  }
}

/** Which rows of a table of contacts are persons, where it holds organisations and households too. */
async function personsAmong(executor: Executor, table: CatalogueTable): Promise<Record<string, unknown> | null> {
  for (const column of table.columns) {
    const name = words(column.name)
    if (name === 'is_company' && column.family === 'boolean')
      return { [column.name]: [column.type === 'boolean' ? false : 0, null] }
    if (!/^(contact|partner|customer|client|party|relatie|klant)?_?(type|kind|soort|art)$/.test(name)) continue
    if (column.family !== 'text' && column.family !== 'enum') continue
    const values = column.family === 'enum' ? column.enumValues : await occurringValues(executor, table, column.name)
    const persons = values.filter((value) =>
      /^(individual|person|persoon|particulier|privatperson|particulier|personne|natuurlijk\w*)$/i.test(value),
    )
    const others = values.filter((value) =>
      /^(organi[sz]at\w*|compan(y|ies)|bedrijf|firma|household|huishouden|entreprise|zakelijk)$/i.test(value),
    )
    if (persons.length > 0 && others.length > 0) return { [column.name]: persons.length === 1 ? persons[0] : persons }
  }
  return null
}

/** The plan, and once more with the types that nothing has yet, once it is known which tables are about persons. */
function planWithAbsentTypes(
  tables: readonly CatalogueTable[],
  guesses: Guesses,
  links: readonly DraftLink[],
  typed: TypedLinks,
  repeating: ReadonlySet<string>,
): DraftPlan {
  const plan = planDraft(tables, guesses, links, repeating)
  const reached = tables.filter((table) => plan.subjects.has(table.id) || plan.belongs.has(table.id))
  const absent = linksOfAbsentTypes(typed, plan.subjects, reached).filter(
    (link) => !links.some((l) => l.table === link.table && l.other === link.other && l.columns[0] === link.columns[0]),
  )
  return absent.length === 0 ? plan : planDraft(tables, guesses, [...links, ...absent], repeating)
}

function giveUp(drafted: ReadonlyMap<string, DraftTable>, id: string, why: string): void {
  const table = drafted.get(id)
  if (!table) return
  table.entry = { personal: false }
  table.unsure = [why]
}

/** Takes back what the check refuses, and says so in a comment. */
function mend(drafted: ReadonlyMap<string, DraftTable>, { path, message }: Finding): void {
  const [, id = '', part, name, last] = path
  const table = drafted.get(id)
  if (!table) return
  const { columns } = table.entry
  if (part === 'columns' && name !== undefined && typeof columns === 'object' && columns !== null) {
    const record = columns as Record<string, Record<string, unknown>>
    if (last === 'with' && record[name]) {
      const { with: _refused, ...rest } = record[name]
      record[name] = rest
    } else table.entry.erase = 'pseudonymise'
    note(table, message)
    return
  }
  const kept = table.entry.keep_for
  if (part === 'erase' && typeof kept === 'object' && kept !== null && 'then' in kept) {
    table.entry.keep_for = Object.fromEntries(Object.entries(kept).filter(([word]) => word !== 'then'))
    note(table, message)
    return
  }
  if (part === 'erase' && table.entry.erase === 'delete') {
    table.entry.erase = 'pseudonymise'
    note(table, message)
    return
  }
  if (part === 'erase' && table.entry.erase === 'pseudonymise') {
    table.entry.erase = 'keep'
    table.entry.reason = { nl: 'Nog te beoordelen', en: 'To be judged' }
    note(table, message)
    return
  }
  if (
    (part === 'facts' || part === 'files' || part === 'keep_for' || part === 'name' || part === 'shared_by') &&
    part in table.entry
  ) {
    table.entry = Object.fromEntries(Object.entries(table.entry).filter(([word]) => word !== part))
    note(table, message)
    return
  }
  giveUp(drafted, id, message)
}

function note(table: DraftTable, message: string): void {
  if (!table.unsure.includes(message)) table.unsure.push(message)
}

function write(key: string, drafted: ReadonlyMap<string, DraftTable>): string {
  const document = new Document({
    version: 1,
    system: key,
    phone_country: 'NL',
    backups: { kept: 'P35D' },
    tables: Object.fromEntries([...drafted].map(([id, { entry }]) => [id, entry])),
    unmapped: 'refuse',
  })
  document.commentBefore = ' Drafted from the catalogue, names and samples. Read it table by table and correct it.'
  const backups: unknown = document.get('backups', true)
  if (isMap(backups)) {
    backups.flow = true
    backups.comment = ' unsure: how long backups of this database are kept'
  }
  visit(document, {
    Map: (_, node, ancestors) => {
      const pair = ancestors.at(-1)
      const isColumns = isPair(pair) && isScalar(pair.key) && pair.key.value === 'columns'
      if (ancestors.length > 7 || (ancestors.length === 7 && !isColumns)) node.flow = true
    },
    Seq: (_, node) => {
      node.flow = true
    },
  })
  for (const [id, { unsure }] of drafted) {
    const node: unknown = document.getIn(['tables', id], true)
    if (isMap(node) && unsure.length > 0) {
      node.commentBefore = unsure.map((text) => ` unsure: ${text.replace(/\s+/g, ' ')}`).join('\n')
    }
  }
  return document.toString({ lineWidth: 140, flowCollectionPadding: false })
}
