import type { CatalogueColumn, CatalogueTable } from '../catalogue'
import { words } from './guess-column'
import { callNames, shortNames } from './table-names'

/** A pair of columns that name a table (or class, module, doctype) and a row in it. */
export interface TypePair {
  readonly table: CatalogueTable
  readonly type: CatalogueColumn
  readonly id: CatalogueColumn
}

/** How the column of the type is called, and the columns of the id that go with it, the likeliest first. */
const PAIRS: readonly (readonly [RegExp, (stem: string, rest: string) => readonly string[]])[] = [
  [
    /^(.+)_type$/,
    (stem) => [`${stem}_id`, stem, `${stem}_name`, `fk_${stem}`, `${stem}_no`, `${stem}_number`, `${stem}id`],
  ],
  [/^(.+)type$/, (stem) => [`${stem}id`, `fk_${stem}`, `${stem}_id`, `${stem}s_id`]],
  [/^(.+)type_(\w+)$/, (stem, rest) => [`${stem}s_id_${rest}`, `${stem}_id_${rest}`, `${stem}_${rest}_id`]],
  [
    /^(.*?)_?module(_name)?$/,
    (stem) => [
      `${stem}_module_id`,
      `${stem}_id`,
      `${stem}_crmid`,
      `${stem}crmid`,
      ...(stem === '' ? [] : [`${stem}_record_id`]),
      'record_id',
      'item_id',
      'bean_id',
      'crmid',
    ],
  ],
  [/^(.*?)_?model(_name)?$/, (stem) => [`${stem}_id`, 'res_id', 'record_id', 'object_id']],
  [/^(.*?)_?table(_name)?$/, (stem) => [`${stem}_id`, 'row_id', 'record_id', 'object_id']],
  [
    /^(.*?)_?doctype$/,
    (stem) => [`${stem}_name`, `${stem}_docname`, 'docname', 'document_name', 'ref_name', 'link_name'],
  ],
  [/^(.*?)_?document_type$/, (stem) => [`${stem}_docname`, `${stem}_document`, `${stem}_name`]],
  [/^(.*?)_?(?:class|entity)(_name)?$/, (stem) => [`${stem}_id`, `${stem}_entity_id`, 'entity_id', 'object_id']],
  [
    /^(.*?)_?(object|element|resource|target|record|related|item)$/,
    (stem, rest) => [`${stem}_${rest}_id`, `${rest}_id`],
  ],
  [/^parenttype$/, () => ['parent']],
  // Which of several kinds of party a document is for.
  [/^(quotation|order|invoice|opportunity|document)_(to|from)$/, () => ['party_name', 'party_id', 'party']],
  [/^(type|kind|soort)$/, () => ['object_id', 'entity_id', 'item_id', 'parent_id', 'record_id', 'ref_id', 'rel_id']],
]

/** The pairs of these tables, told from the names of their columns. */
export function typePairs(tables: readonly CatalogueTable[]): TypePair[] {
  const called = new Set(tables.flatMap((table) => [...callNames(table), ...shortNames(table)]))
  return tables.flatMap((table) =>
    table.columns.flatMap((type): TypePair[] => {
      if (type.family !== 'text' && type.family !== 'enum') return []
      for (const [pattern, idNames] of PAIRS) {
        const found = pattern.exec(words(type.name))
        if (!found) continue
        const id = idColumn(table, type, idNames(found[1] ?? '', found[2] ?? ''))
        // `thread_type` beside `thread_id` says what kind of thread, where there are threads.
        const isKind = isLetter(type) && id !== undefined && called.has(words(id.name).replace(/_?id$/, ''))
        if (id && !isKind) return [{ table, type, id }]
      }
      return []
    }),
  )
}

function idColumn(table: CatalogueTable, type: CatalogueColumn, names: readonly string[]): CatalogueColumn | undefined {
  const isOwnKey = (column: CatalogueColumn) => table.primaryKey?.length === 1 && table.primaryKey[0] === column.name
  for (const name of names.filter((each) => !/^(_|id$|_id$)/.test(each))) {
    const id = table.columns.find((column) => column !== type && words(column.name) === name && !isOwnKey(column))
    if (id) return table.foreignKeys.some((key) => key.columns.includes(id.name)) ? undefined : id
  }
  return undefined
}

/** A type that is told by one letter or two. */
export const isLetter = (type: CatalogueColumn) => type.family === 'text' && type.length !== null && type.length <= 2
