import { columnOf } from '../catalogue'
import { guessColumn } from '../draft/guess-column'
import { personalColumns, resolvedTable, type ResolvedMap, type ResolvedTable } from '../resolved-map'
import type { Finding } from '../resolve-map'
import { strategyMisfit } from './strategy-fit'

/** Each column that the map names, against its type and constraints. */
export function columnFindings(table: ResolvedTable): Finding[] {
  return Object.entries(table.map.columns).flatMap(([name, mapped]): Finding[] => {
    const column = columnOf(table.catalogue, name)
    if (!column || !mapped.with) return []
    const path = ['tables', table.id, 'columns', name, 'with']
    const misfit = strategyMisfit(table.catalogue, column, mapped.with)
    const wrong = misfit
      ? [{ path, message: `Column "${name}" of "${table.id}": ${misfit.message}.`, mend: misfit.mend }]
      : []
    if (mapped.with.kind !== 'derived') return wrong
    const unknown = (mapped.with.from ?? []).filter((from) => !columnOf(table.catalogue, from))
    return [
      ...wrong,
      ...unknown.map((from) => ({
        path,
        message: `Column "${name}" of "${table.id}" is derived from "${from}", which the table has not.`,
        mend: 'Name columns of the same table.',
      })),
    ]
  })
}

/** What a subject's own columns may not be: kept, or a national number without a law. */
export function subjectFindings(
  resolved: ResolvedMap,
  table: ResolvedTable,
): { problems: Finding[]; warnings: Finding[] } {
  const problems: Finding[] = []
  const warnings: Finding[] = []
  const needed = new Set(
    [...resolved.tables.values()].flatMap((t) => t.map.keepFor.flatMap((rule) => rule.needs.map((n) => n))),
  )
  const paths = [...(table.subject?.identifiers.values() ?? [])].flat()
  for (const path of paths) {
    const holder = resolvedTable(resolved, path.table)
    const mapped = holder.map.columns[path.column.name]
    const at = ['tables', holder.id, 'columns', path.column.name]
    if (mapped?.with?.kind === 'keep' && !needed.has(`${holder.id}.${path.column.name}`)) {
      problems.push({
        path: [...at, 'with'],
        message: `Column "${path.column.name}" of "${holder.id}" identifies a person (subject of "${table.id}") and may not be "keep".`,
        mend: 'Use "pseudonym" or "empty", or let a kept row name it under "needs".',
      })
    }
    if (!mapped?.with && holder.map.erase === 'pseudonymise') {
      warnings.push({
        path: at,
        message: `Column "${path.column.name}" of "${holder.id}" identifies a person and has no "with": the row could still be found after pseudonymisation.`,
        mend: 'Give it "with: pseudonym" or "with: empty".',
      })
    }
  }
  const facts = [...table.facts.values()]
  for (const path of [...paths, ...facts]) {
    const mapped = resolvedTable(resolved, path.table).map.columns[path.column.name]
    if (mapped?.category !== 'national_number' || mapped.law) continue
    problems.push({
      path: ['tables', table.id, facts.includes(path) ? 'facts' : 'subject'],
      message: `Column "${path.column.name}" of "${path.table}" is a national number and may be no identifier and no fact.`,
      mend: 'Remove it here, or name the law that allows it ("law" on the column).',
    })
  }
  return { problems, warnings }
}

/** Columns that look personal by their name and of which the map says nothing. */
export function overlookedColumns(table: ResolvedTable): Finding[] {
  if (!table.map.personal || table.map.history || table.map.erase === 'delete') return []
  const named = new Set(personalColumns(table).map((column) => column.name))
  return table.catalogue.columns.flatMap((column) => {
    const isKnown = named.has(column.name) && table.map.columns[column.name]?.with
    if (column.generated || isKnown || table.map.columns[column.name]) return []
    const guess = guessColumn(table.catalogue, column)
    if (!guess || guess.category === 'technical') return []
    return [
      {
        path: ['tables', table.id, 'columns'],
        message: `Column "${column.name}" of "${table.id}" looks personal (${guess.category}) and has no "with".`,
        mend: `Add "${column.name}: {category: ${guess.category}, with: …}", or with: keep if it may stay.`,
      },
    ]
  })
}
