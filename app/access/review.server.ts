import type { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import type { Runtime } from '~/platform/runtime.server'
import type { RequestRow } from '~/requests/move.server'
import { requestSealer } from '~/requests/sealed.server'
import { contentsSchema, rowCount } from './contents'
import type { PackageColumn, PackageTable } from './contents'
import { readParts } from './parts.server'
import { latestPackage } from './prepare.server'
import type { PackageRecord } from './prepare.server'

/** So many rows of a table are shown to be checked; the draft holds all of them. */
const shownRows = 100

const candidateSchema = z.array(
  z.object({
    system: z.string(),
    table: z.string(),
    key: z.array(z.string()),
    distinguishing: z.record(z.string(), z.string().nullable()),
  }),
)

/** A row in which others may be named: which it is, and the values to look at, by column. */
export type RowToCheck = {
  ordinal: number
  index: number
  shared: boolean
  values: { column: string; value: string }[]
}

export type ReviewedTable = {
  place: number
  system: string
  table: string
  label: PackageTable['label']
  rows: number
  shared: number
  columns: Pick<PackageColumn, 'name' | 'label' | 'thirdParty' | 'freeText'>[]
  withheld: string[]
  toCheck: RowToCheck[]
  /** Rows to check beyond those shown. */
  more: number
}

export type PackageReview = {
  id: string
  state: 'preparing' | 'prepared' | 'released' | 'failed' | 'ended'
  failure: { kind: string; system: string | null } | null
  candidates: z.infer<typeof candidateSchema>
  rows: number
  tables: ReviewedTable[]
  elsewhere: string[]
  expiresAt: Temporal.Instant | null
}

/** What staff look at before a release: tables with counts, and the rows and columns in which others may be named. */
export async function reviewPackage(
  runtime: Pick<Runtime, 'db' | 'keys'>,
  row: RequestRow,
): Promise<PackageReview | null> {
  const record = await latestPackage(runtime.db, row.id)
  if (!record) return null
  const contents = record.contents ? contentsSchema.parse(record.contents) : { tables: [], elsewhere: [] }
  const tables: ReviewedTable[] = contents.tables.map((table, place) => ({
    place,
    system: table.system,
    table: table.table,
    label: table.label,
    rows: table.rows,
    shared: table.shared,
    columns: table.columns.map(({ name, label, thirdParty, freeText }) => ({ name, label, thirdParty, freeText })),
    withheld: table.withheld,
    toCheck: [],
    more: 0,
  }))
  const sealer = await requestSealer(runtime.db, runtime, row.id)
  if (sealer && record.state === 'prepared')
    for await (const part of readParts(runtime.db, sealer, record.id)) {
      const table = tables[part.place]
      if (table) addRows(table, part)
    }
  return {
    id: record.id,
    state: record.state as PackageReview['state'],
    failure: record.failure,
    candidates: candidatesOf(record, sealer),
    rows: rowCount(contents),
    tables,
    elsewhere: contents.elsewhere,
    expiresAt: record.expiresAt,
  }
}

function addRows(
  table: ReviewedTable,
  part: { ordinal: number; shared: boolean; rows: readonly (readonly (string | null)[])[] },
) {
  part.rows.forEach((row, index) => {
    const values = table.columns.flatMap((column, at) => {
      const value = row[at]
      return value && (part.shared || column.thirdParty || column.freeText) ? [{ column: column.name, value }] : []
    })
    if (values.length === 0) return
    if (table.toCheck.length >= shownRows) table.more++
    else table.toCheck.push({ ordinal: part.ordinal, index, shared: part.shared, values })
  })
}

function candidatesOf(
  record: PackageRecord,
  sealer: Awaited<ReturnType<typeof requestSealer>>,
): PackageReview['candidates'] {
  if (!record.candidatesSealed || !sealer) return []
  return candidateSchema.parse(
    JSON.parse(sealer.open(`access_package.candidates:${record.id}`, record.candidatesSealed)),
  )
}
