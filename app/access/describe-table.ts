import type { CatalogueColumn } from '~/systems/catalogue'
import type { Origin } from '~/systems/data-map'
import type { ResolvedTable } from '~/systems/resolved-map'
import type { PackageColumn, PackageTable } from './contents'

/** access: everything but secrets (art. 15). portability: what was provided or observed, under contract or consent (art. 20). */
export type PackageKind = 'access' | 'portability'

const portable: readonly (Origin | null)[] = ['provided', 'observed', null]

/**
 * Whether a table takes part. Portability: only what rests on contract or consent; where the map names no basis it takes
 * part, and whoever reviews the package can leave it out.
 */
export function takesPart(table: ResolvedTable, kind: PackageKind): boolean {
  if (kind === 'access') return true
  return table.map.legalBasis === null || table.map.legalBasis === 'contract' || table.map.legalBasis === 'consent'
}

/** The columns that are given out, and the names of those that never are. */
export function givenColumns(
  table: ResolvedTable,
  kind: PackageKind,
): { given: readonly CatalogueColumn[]; withheld: readonly string[] } {
  const secret = (column: CatalogueColumn) => table.map.columns[column.name]?.category === 'secret'
  const { columns } = table.catalogue
  return {
    given: columns.filter(
      (column) => !secret(column) && (kind === 'access' || portable.includes(originOf(table, column))),
    ),
    withheld: columns.filter(secret).map((column) => column.name),
  }
}

function originOf(table: ResolvedTable, column: CatalogueColumn): Origin | null {
  return table.map.columns[column.name]?.origin ?? table.map.origin
}

/** What the package says of a table: names, purposes, recipients and terms of the data map as it stood that day. */
export function describeTable(
  system: string,
  table: ResolvedTable,
  kind: PackageKind,
  counts: { rows: number; shared: number },
): PackageTable {
  const { map } = table
  const { given, withheld } = givenColumns(table, kind)
  return {
    system,
    table: table.id,
    label: map.label,
    purpose: map.purpose,
    legalBasis: map.legalBasis,
    origin: map.origin,
    recipients: map.recipients.map(({ name, label, role, country }) => ({ name, label, role, country })),
    keptFor: map.keepFor.map(({ term, basis }) => ({ term, basis })),
    deletedAfter: map.deleteAfter.map(({ term, basis }) => ({ term, basis })),
    columns: given.map((column) => describeColumn(table, column)),
    withheld: [...withheld],
    ...counts,
  }
}

function describeColumn(table: ResolvedTable, column: CatalogueColumn): PackageColumn {
  const known = table.map.columns[column.name]
  return {
    name: column.name,
    label: known?.label ?? null,
    category: known?.category ?? null,
    origin: originOf(table, column),
    thirdParty: known?.thirdParty ?? false,
    freeText: known?.category === 'content' && ['text', 'json', 'array', 'other'].includes(column.family),
    family: column.family,
  }
}
