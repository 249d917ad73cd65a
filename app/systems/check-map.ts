import type { Catalogue } from './catalogue'
import { columnFindings, overlookedColumns, subjectFindings } from './check/columns'
import { foreignKeyFindings, mayBeDeleted, stillReferredFindings } from './check/erasable'
import { ruleFindings } from './check/names'
import type { DataMap } from './data-map'
import { sharers } from './locate/referrers'
import { resolveMap, type Finding } from './resolve-map'
import type { ResolvedMap, ResolvedTable } from './resolved-map'

export type { Finding } from './resolve-map'

export interface CheckedMap {
  /** Empty: the map may be applied. */
  readonly problems: readonly Finding[]
  readonly warnings: readonly Finding[]
  readonly resolved: ResolvedMap
}

/** Everything that is checked when a map is applied; each finding names the table, the column and the mend. */
export function checkMap(map: DataMap, catalogue: Catalogue): CheckedMap {
  const { resolved, problems, warnings } = resolveMap(map, catalogue)
  const tables = [...resolved.tables.values()]
  const personal = tables.filter((table) => table.map.personal)
  const ofSubjects = personal.map((table) => subjectFindings(resolved, table))
  return {
    resolved,
    problems: distinct([
      ...problems,
      ...(Object.values(map.tables).some((table) => table.subject) ? [] : [noSubject]),
      ...personal.flatMap((table) => [
        ...shape(table),
        ...columnFindings(table),
        ...storage(table),
        ...sharing(resolved, table),
      ]),
      ...ofSubjects.flatMap((found) => found.problems),
      ...personal.flatMap((table) => ruleFindings(resolved, table)),
      ...unreachable(personal),
      ...foreignKeyFindings(resolved),
      ...stillReferredFindings(resolved),
      ...(map.unmapped === 'refuse' ? resolved.unmapped.map(notMapped) : []),
    ]),
    warnings: distinct([
      ...warnings,
      ...ofSubjects.flatMap((found) => found.warnings),
      ...personal.flatMap((table) => [...incomplete(table), ...overlookedColumns(table)]),
    ]),
  }
}

function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((f) => [`${f.path.join('\0')}\0${f.message}`, f])).values()]
}

const noSubject: Finding = {
  path: ['tables'],
  message: 'No table has a "subject": nobody could be found.',
  mend: 'Give the table of customers, contacts or users a subject, for example {email: email}.',
}

function notMapped(table: { id: string }): Finding {
  return {
    path: ['tables'],
    message: `Table "${table.id}" is not named in the map.`,
    mend: `Add it, with personal: false if it holds nothing about persons, or write "unmapped: ignore" for all such tables.`,
  }
}

/** What a table of the map must say at least. */
function shape({ id, map }: ResolvedTable): Finding[] {
  const findings: Finding[] = []
  const path = ['tables', id]
  if (!map.subject && map.belongsTo.length === 0 && Object.keys(map.also).length === 0) {
    findings.push({
      path,
      message: `Table "${id}" has none of subject, belongs_to and personal: false.`,
      mend: 'Say how its rows belong to a person, or that they do not.',
    })
  }
  if (map.erase === 'keep' && map.keepFor.length === 0 && map.neededWhile.length === 0 && !map.reason) {
    findings.push({
      path: [...path, 'erase'],
      message: `Table "${id}" is kept without a ground.`,
      mend: 'Give keep_for, needed_while or a reason, which is shown to the person.',
    })
  }
  return findings
}

/** Rows that are written must have a key and a table that can roll back. */
function storage({ id, map, catalogue, key }: ResolvedTable): Finding[] {
  const isWritten = map.erase === 'delete' || map.erase === 'pseudonymise'
  const findings: Finding[] = []
  if (isWritten && key.length === 0 && !map.history) {
    findings.push({
      path: ['tables', id, 'erase'],
      message: `Table "${id}" has no primary key and no unique key without NULLs, so its rows can't be addressed.`,
      mend: 'Add a key in the database, use erase: keep with a reason, or history: true if it is a log.',
    })
  }
  if (isWritten && !catalogue.transactional) {
    findings.push({
      path: ['tables', id, 'erase'],
      message: `Table "${id}" can't take part in a transaction, so a run could not be undone half-way.`,
      mend: `Change its engine: ALTER TABLE ${catalogue.name} ENGINE=InnoDB, or use erase: keep with a reason.`,
    })
  }
  return findings
}

function sharing(resolved: ResolvedMap, table: ResolvedTable): Finding[] {
  if (!table.sharedBy) return []
  const possible = sharers(resolved, { ...table, sharedBy: null }).map((referrer) => referrer.table.id)
  return table.sharedBy
    .filter((entry) => !possible.includes(entry.table))
    .map((entry) => ({
      path: ['tables', table.id, 'shared_by'],
      message: `"${entry.table}" does not refer to "${table.id}" by a link or foreign key.`,
      mend: possible.length > 0 ? `Tables that do: ${[...new Set(possible)].join(', ')}.` : 'Remove shared_by.',
    }))
}

function unreachable(personal: readonly ResolvedTable[]): Finding[] {
  const reached = new Set(personal.filter((t) => t.subject ?? t.also.size > 0).map((t) => t.id))
  for (let changed = true; changed;) {
    changed = false
    for (const table of personal) {
      if (reached.has(table.id) || !table.links.some((link) => reached.has(link.other))) continue
      reached.add(table.id)
      changed = true
    }
  }
  return personal
    .filter((table) => !reached.has(table.id) && table.map.belongsTo.length > 0)
    .map((table) => ({
      path: ['tables', table.id, 'belongs_to'],
      message: `Table "${table.id}" can't be reached from any subject table.`,
      mend: 'Give it a belongs_to that leads, directly or through others, to a table with a subject.',
    }))
}

/** Left out though it should be said, or said without effect; the map may be applied all the same. */
function incomplete(table: ResolvedTable): Finding[] {
  const { id, map } = table
  const path = ['tables', id]
  const missing = [
    ...(map.label ? [] : ['label']),
    ...((map.purpose ?? map.activity) ? [] : ['purpose']),
    ...((map.legalBasis ?? map.activity) ? [] : ['legal_basis']),
  ]
  const findings: Finding[] = missing.map((word) => ({
    path,
    message: `Table "${id}" has no ${word}.`,
    mend:
      word === 'label' ? `Until then the table's name is shown to people.` : `Add "${word}", here or at the activity.`,
  }))
  const rewrites = Object.values(map.columns).some((column) => column.with && column.with.kind !== 'keep')
  if (map.erase === 'pseudonymise' && !rewrites) {
    findings.push({
      path: [...path, 'erase'],
      message: `Table "${id}" is pseudonymised but no column has a "with": its rows stay as they are.`,
      mend: 'Give its personal columns a "with".',
    })
  }
  for (const step of map.deleteAfter) {
    if (step.lapsesWhen ?? (step.from && step.term)) continue
    findings.push({
      path: [...path, 'delete_after'],
      message: `A step of delete_after of "${id}" never begins.`,
      mend: 'Give it term and from, or lapses_when.',
    })
  }
  if (mayBeDeleted(table) && table.catalogue.triggers.some((t) => t.enabled && t.events.includes('delete'))) {
    findings.push({
      path,
      message: `Deleting rows of "${id}" fires triggers of the database (${table.catalogue.triggers.map((t) => t.name).join(', ')}).`,
      mend: 'Map the tables they write into; a log of old values with history: true.',
    })
  }
  return findings
}
