import type { Executor, Row } from '../adapters/adapter'
import { identifier, sql, type Sql } from '../adapters/sql'
import { columnOf, tableById, type Catalogue, type CatalogueTable } from '../catalogue'
import type { DraftLink } from './draft-links'

/** Links that an application keeps in tables of its own: SuiteCRM/SugarCRM, vtiger, Frappe, Odoo. */
export async function linksOfApplication(executor: Executor, catalogue: Catalogue): Promise<DraftLink[]> {
  const readers: readonly { readonly needs: Readonly<Record<string, readonly string[]>>; readonly read: Reader }[] = [
    { needs: { relationships: ['lhs_table', 'lhs_key', 'rhs_table', 'rhs_key', 'join_table'] }, read: sugar },
    {
      needs: {
        vtiger_fieldmodulerel: ['fieldid', 'relmodule'],
        vtiger_field: ['fieldid', 'tablename', 'columnname'],
        vtiger_entityname: ['modulename', 'tablename', 'entityidfield'],
      },
      read: vtiger,
    },
    { needs: { tabDocField: ['parent', 'fieldname', 'fieldtype', 'options'] }, read: frappe },
    { needs: { ir_model_fields: ['model', 'name', 'ttype', 'relation'] }, read: odoo },
  ]
  const usable = readers.filter(({ needs }) =>
    Object.entries(needs).every(([id, columns]) => {
      const table = tableById(catalogue, id)
      return table && columns.every((name) => columnOf(table, name))
    }),
  )
  const found = await Promise.all(usable.map(({ read }) => read((statement) => executor.query(statement))))
  return found.flat().filter((link) => exists(catalogue, link))
}

const FRAPPE = identifier('tabDocField')

type Reader = (ask: (statement: Sql) => Promise<readonly Row[]>) => Promise<DraftLink[]>

function exists(catalogue: Catalogue, link: DraftLink): boolean {
  const has = (id: string, names: readonly string[]) => {
    const table: CatalogueTable | undefined = tableById(catalogue, id)
    return table !== undefined && names.every((name) => columnOf(table, name))
  }
  return has(link.table, [...link.columns, ...Object.keys(link.where)]) && has(link.other, link.otherColumns)
}

function reference(
  table: string,
  column: string,
  other: string,
  key: string,
  where: DraftLink['where'] = {},
): DraftLink {
  return { table, columns: [column], other, otherColumns: [key], where, unsure: null }
}

/** `bean_id` and `bean_module` speak of the same row. */
const stem = (column: string) => column.replace(/_(id|module|type|name)$/, '')

const sugar: Reader = async (ask) => {
  const rows = await ask(sql`SELECT lhs_table, lhs_key, rhs_table, rhs_key, join_table, join_key_lhs, join_key_rhs,
    relationship_role_column AS role, relationship_role_column_value AS rolevalue FROM relationships`)
  return rows.flatMap((row) => {
    const [left, right, between] = [row.lhs_table ?? '', row.rhs_table ?? '', row.join_table ?? '']
    const where: DraftLink['where'] = row.role && row.rolevalue ? { [row.role]: [row.rolevalue] } : {}
    if (!between) return [reference(right, row.rhs_key ?? '', left, row.lhs_key ?? '', where)]
    const isOf = (key: string) => stem(key) === stem(row.role ?? '')
    const [here, there] = [row.join_key_lhs ?? '', row.join_key_rhs ?? '']
    const both = !isOf(here) && !isOf(there)
    return [
      reference(between, here, left, row.lhs_key ?? '', both || isOf(here) ? where : {}),
      reference(between, there, right, row.rhs_key ?? '', both || isOf(there) ? where : {}),
    ]
  })
}

const vtiger: Reader = async (ask) => {
  const rows = await ask(sql`SELECT f.tablename AS t, f.columnname AS c, e.tablename AS other, e.entityidfield AS k
    FROM vtiger_fieldmodulerel r JOIN vtiger_field f ON f.fieldid = r.fieldid JOIN vtiger_entityname e ON e.modulename = r.relmodule`)
  return rows.map((row) => reference(row.t ?? '', row.c ?? '', row.other ?? '', row.k ?? ''))
}

const frappe: Reader = async (ask) => {
  const rows = await ask(
    sql`SELECT parent AS p, fieldname AS c, fieldtype AS kind, options AS o FROM ${FRAPPE} WHERE fieldtype IN ('Link', 'Table')`,
  )
  return rows.map((row) =>
    row.kind === 'Table'
      ? reference(`tab${row.o ?? ''}`, 'parent', `tab${row.p ?? ''}`, 'name', { parenttype: [row.p ?? ''] })
      : reference(`tab${row.p ?? ''}`, row.c ?? '', `tab${row.o ?? ''}`, 'name'),
  )
}

const odoo: Reader = async (ask) => {
  const rows = await ask(sql`SELECT model AS m, name AS c, relation AS o FROM ir_model_fields WHERE ttype = 'many2one'`)
  return rows.map((row) =>
    reference((row.m ?? '').replaceAll('.', '_'), row.c ?? '', (row.o ?? '').replaceAll('.', '_'), 'id'),
  )
}
