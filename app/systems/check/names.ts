import { columnOf } from '../catalogue'
import type { Condition, Settings, TermStart } from '../data-map'
import { didYouMean } from '../did-you-mean'
import { columnsInPath } from '../file-path'
import { asColumnText } from '../locate/rows'
import type { ResolvedMap, ResolvedTable } from '../resolved-map'
import type { Finding } from '../resolve-map'
import { valueMisfit } from './strategy-fit'

/** Columns and tables that rules of a table name: terms, needs, settings, files, owners; each must be there. */
export function ruleFindings(resolved: ResolvedMap, table: ResolvedTable): Finding[] {
  const { map } = table
  const at = (...rest: string[]) => ['tables', table.id, ...rest]
  const start = (from: TermStart | null, path: string[]) =>
    (from?.columns ?? []).flatMap((name) => reference(resolved, table, name, path))
  return [
    ...map.keepFor.flatMap((rule) => [
      ...start(rule.from, at('keep_for')),
      ...rule.needs.flatMap((name) => reference(resolved, table, name, at('keep_for', 'needs'))),
    ]),
    ...map.deleteAfter.flatMap((step) => [
      ...start(step.from, at('delete_after')),
      ...(step.lapsesWhen ? conditionsOf(resolved, step.lapsesWhen, at('delete_after', 'lapses_when')) : []),
      ...(step.owner?.column ? ownColumn(table, step.owner.column, at('delete_after', 'owner')) : []),
      ...(step.owner?.email && !step.owner.email.includes('@')
        ? reference(resolved, table, step.owner.email, at('delete_after', 'owner'))
        : []),
    ]),
    ...map.neededWhile.flatMap((rule) => conditionsOf(resolved, rule, at('needed_while'))),
    ...(map.whileKept ? settings(table, map.whileKept, at('while_kept', 'set')) : []),
    ...(map.onRequest ? settings(table, map.onRequest.set, at('on_request', 'set')) : []),
    ...(['onObjection', 'onRestriction', 'onRestrictionLifted', 'onConsentWithdrawal'] as const).flatMap((right) =>
      map[right].flatMap((e) =>
        e.effect.kind === 'set' ? settings(table, e.effect.set, at(WORDS[right], 'set')) : [],
      ),
    ),
    ...map.files.flatMap((file) => [
      ...ownColumn(table, file.column, at('files')),
      ...columnsInPath(file.path).flatMap((column) => ownColumn(table, column, at('files'))),
    ]),
    ...whereFindings(table),
  ]
}

const WORDS = {
  onObjection: 'on_objection',
  onRestriction: 'on_restriction',
  onRestrictionLifted: 'on_restriction_lifted',
  onConsentWithdrawal: 'on_consent_withdrawal',
} as const

function ownColumn(table: ResolvedTable, name: string, path: string[]): Finding[] {
  if (columnOf(table.catalogue, name)) return []
  return [missing(table, name, path)]
}

function missing(table: ResolvedTable, name: string, path: readonly string[]): Finding {
  const meant = didYouMean(
    name,
    table.catalogue.columns.map((c) => c.name),
  )
  return {
    path,
    message: `Table "${table.id}" has no column "${name}".`,
    mend: meant ? `Did you mean "${meant}"?` : 'Name a column that it has.',
  }
}

/** `column` of the table itself, or `table.column` of a table of the map (or of the database, for an owner). */
function reference(resolved: ResolvedMap, table: ResolvedTable, name: string, path: string[]): Finding[] {
  if (columnOf(table.catalogue, name)) return []
  const ids = resolved.catalogue.tables.map((t) => t.id).filter((id) => name.startsWith(`${id}.`))
  const id = ids.sort((a, b) => b.length - a.length)[0]
  if (id === undefined) {
    if (!name.includes('.')) return [missing(table, name, path)]
    return [{ path, message: `"${name}" names a table that the database has not.`, mend: 'Write table.column.' }]
  }
  const other = resolved.catalogue.tables.find((t) => t.id === id)
  const column = name.slice(id.length + 1)
  if (other && columnOf(other, column)) return []
  const meant = didYouMean(column, other?.columns.map((c) => c.name) ?? [])
  return [
    {
      path,
      message: `Table "${id}" has no column "${column}".`,
      mend: meant ? `Did you mean "${meant}"?` : 'Name a column that it has.',
    },
  ]
}

function conditionsOf(
  resolved: ResolvedMap,
  rule: { readonly table: string; readonly where: readonly Condition[] },
  path: string[],
): Finding[] {
  const table = resolved.tables.get(rule.table)
  if (!table) {
    const meant = didYouMean(rule.table, resolved.tables.keys())
    return [
      {
        path,
        message: `The map names no table "${rule.table}".`,
        mend: meant ? `Did you mean "${meant}"?` : 'Add it to the map.',
      },
    ]
  }
  return rule.where.flatMap((condition) => ownColumn(table, condition.column, [...path, 'where', condition.column]))
}

function settings(table: ResolvedTable, set: Settings, path: string[]): Finding[] {
  return Object.entries(set).flatMap(([name, value]): Finding[] => {
    const column = columnOf(table.catalogue, name)
    if (!column) return [missing(table, name, [...path, name])]
    if (column.generated) {
      return [
        {
          path: [...path, name],
          message: `Column "${name}" of "${table.id}" is generated and never written.`,
          mend: 'Set another column.',
        },
      ]
    }
    if (value === null) {
      return column.nullable
        ? []
        : [
            {
              path: [...path, name],
              message: `Column "${name}" of "${table.id}" is NOT NULL.`,
              mend: 'Give a value other than null.',
            },
          ]
    }
    const misfit = typeof value === 'string' && value.startsWith('$') ? null : valueMisfit(column, value)
    return misfit
      ? [{ path: [...path, name], message: `Column "${name}" of "${table.id}": ${misfit.message}.`, mend: misfit.mend }]
      : []
  })
}

/** Values of a `where` that its column can never have. */
function whereFindings(table: ResolvedTable): Finding[] {
  const lists = [
    ...table.links.map((link) => ({ where: link.where, word: 'belongs_to' })),
    ...table.linksTo.map((link) => ({ where: link.where, word: 'links_to' })),
    { where: table.softDeleted, word: 'soft_deleted' },
    { where: table.subject?.where ?? [], word: 'subject' },
  ]
  return lists.flatMap(({ where, word }) =>
    where.flatMap(({ column, test }) => {
      if (test.kind !== 'in') return []
      return test.values
        .filter((value) => value !== null && asColumnText(value, column) === undefined)
        .map((value) => ({
          path: ['tables', table.id, word],
          message: `Column "${column.name}" of type ${column.type} can't have the value "${String(value)}".`,
          mend:
            column.enumValues.length > 0
              ? `Its values are: ${column.enumValues.join(', ')}.`
              : 'Write a value of that type.',
        }))
    }),
  )
}
