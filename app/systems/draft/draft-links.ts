import { columnOf, type Catalogue, type CatalogueColumn, type CatalogueTable } from '../catalogue'
import { guessColumn, words } from './guess-column'
import { singular } from './table-names'
import { Directory, GENERIC_KEYS } from './table-directory'
import { isHistoryTable } from './table-kinds'

/** `table.columns` refer to `other.otherColumns`, as far as the draft can tell. */
export interface DraftLink {
  readonly table: string
  readonly columns: readonly string[]
  readonly other: string
  readonly otherColumns: readonly string[]
  /** Discriminator columns of `table`. */
  readonly where: Readonly<Record<string, readonly string[]>>
  /** Null when it is certain (a foreign key, the application's own list of links); else what it was told from. */
  readonly unsure: string | null
}

/** Tables that a draft speaks of. */
export function ownTables(catalogue: Catalogue): CatalogueTable[] {
  return catalogue.tables.filter(
    (t) =>
      (t.kind === 'table' || t.kind === 'partitioned') && t.ofExtension === null && t.name !== 'privacybalie_receipt',
  )
}

export function foreignKeyLinks(tables: readonly CatalogueTable[]): DraftLink[] {
  return tables.flatMap((table) =>
    table.foreignKeys.map((key) => ({
      table: table.id,
      columns: key.columns,
      other: key.referencedTable,
      otherColumns: key.referencedColumns,
      where: {},
      unsure: null,
    })),
  )
}

export const comparable = (a: CatalogueColumn, b: CatalogueColumn) =>
  a.family === b.family || (['text', 'uuid'].includes(a.family) && ['text', 'uuid'].includes(b.family))

/** `customer_id`, `klant_id`, `contactid`, `id_customer`, `emp_number` refer to the table of that name or key. */
export function nameLinks(tables: readonly CatalogueTable[], known: readonly DraftLink[]): DraftLink[] {
  const directory = new Directory(tables)
  const taken = new Set(known.filter((l) => l.columns.length === 1).map((l) => `${l.table}\0${l.columns[0] ?? ''}`))
  return tables.flatMap((table) =>
    table.columns.flatMap((column): DraftLink[] => {
      if (taken.has(`${table.id}\0${column.name}`) || guessColumn(table, column)?.meaning === 'email') return []
      const other = calledBy(directory, table, column)
      const key = other?.primaryKey?.[0]
      const target = other && key !== undefined ? columnOf(other, key) : undefined
      if (!other || !target || !comparable(column, target)) return []
      if (other === table && column.name === target.name) return []
      const isSideKey = table.primaryKey?.length === 1 && table.primaryKey[0] === column.name
      if (isSideKey && column.identity) return []
      return [link(table, column, other, target, 'the name of the column')]
    }),
  )
}

function calledBy(directory: Directory, table: CatalogueTable, column: CatalogueColumn): CatalogueTable | undefined {
  const name = words(column.name)
  if (GENERIC_KEYS.test(name)) return undefined
  const byKey = directory.withKey(name)
  const isOwnKey = table.primaryKey?.length === 1 && table.primaryKey[0] === column.name
  const said = /^(.+?)_?id$/.exec(name)?.[1] ?? /^id_(.+)$/.exec(name)?.[1]
  const byName = isOwnKey || said === undefined ? undefined : directory.named(said, table)
  if (byKey && byKey !== table && (byName === undefined || byName === table)) return byKey
  if (isOwnKey) {
    const side = /^(.+?)_?id$/.exec(name)?.[1]
    const found = side === undefined ? undefined : directory.named(side, table)
    return found === table ? undefined : found
  }
  const behind = /^(.+?)_?(id|uuid|nr|nummer|fk)(_c|_?[ab12])?$/.exec(name)?.[1]
  if (behind) return directory.meant(behind, table)
  const before = /^(?:id|fk)_(.+)$/.exec(name)?.[1]
  return before === undefined ? undefined : (directory.named(before, table) ?? directory.startingWith(before))
}

function link(
  table: CatalogueTable,
  column: CatalogueColumn,
  other: CatalogueTable,
  target: CatalogueColumn,
  unsure: string | null,
  where: DraftLink['where'] = {},
): DraftLink {
  return { table: table.id, columns: [column.name], other: other.id, otherColumns: [target.name], where, unsure }
}

const SELF =
  /^(reports_to|referred_by|referrer|verwezen_door|parent|master(_record|_contact)?|merged_(into|to|with)|merge_target|duplicate_of|survivor|manager|mentor|spouse|partner|geworben_von|parrain|vervangen_door)(_id)?$/

/** `referred_by`, `reports_to_id`, `merged_into` of a table refer to itself where no key says otherwise. */
export function selfLinks(tables: readonly CatalogueTable[], known: readonly DraftLink[]): DraftLink[] {
  return tables.flatMap((table) => {
    const key = table.primaryKey?.length === 1 ? columnOf(table, table.primaryKey[0] ?? '') : undefined
    if (!key) return []
    return table.columns
      .filter((column) => column !== key && SELF.test(words(column.name)) && comparable(column, key))
      .filter((column) => !known.some((l) => l.table === table.id && l.columns.includes(column.name)))
      .map((column) => link(table, column, table, key, 'the name of the column'))
  })
}

/** `*_cstm`, `civicrm_value_*` and audit tables beside the table they extend. */
export function sideTableLinks(tables: readonly CatalogueTable[]): DraftLink[] {
  return tables.flatMap((table): DraftLink[] => {
    const found =
      /^(.+)_(?:cstm|extrafields|custom_fields|details?|cf)$/.exec(table.name) ??
      /^(.+?)_{1,2}(?:audit|history|versions?|log)$/.exec(table.name) ??
      /^(?:log|audit|history)_(.+)$/.exec(table.name)
    const stem = found?.[1]
    const base =
      stem === undefined
        ? undefined
        : tables.find((t) => t.schema === table.schema && [stem, `${stem}_basic`, `${stem}s`].includes(t.name))
    const key = base?.primaryKey?.length === 1 ? columnOf(base, base.primaryKey[0] ?? '') : undefined
    if (!base || !key) return []
    const names = [
      'id_c',
      'fk_object',
      'parent_id',
      `${singular(words(base.name))}_id`,
      'entity_id',
      'object_id',
      'item_id',
      'record_id',
      ...(table.primaryKey === null && /_details?$/.test(table.name) ? [key.name] : []),
    ]
    const column = names.map((name) => columnOf(table, name)).find((c) => c && comparable(c, key)) ?? logged(table, key)
    return column ? [link(table, column, base, key, null)] : []
  })
}

/** Tables of old values repeat the columns of their table, its key too, which then is not their own. */
function logged(table: CatalogueTable, key: CatalogueColumn): CatalogueColumn | undefined {
  const isCopy = isHistoryTable(table) && !(table.primaryKey?.length === 1 && table.primaryKey[0] === key.name)
  const column = isCopy ? columnOf(table, key.name) : undefined
  return column && comparable(column, key) ? column : undefined
}
