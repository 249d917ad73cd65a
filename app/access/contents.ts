import { z } from 'zod'

const localText = z.record(z.string(), z.string())

const column = z.object({
  name: z.string(),
  label: localText.nullable(),
  category: z.string().nullable(),
  origin: z.string().nullable(),
  /** Names somebody else: shown to staff before the release. */
  thirdParty: z.boolean(),
  /** Text that people wrote, in which others may be named. */
  freeText: z.boolean(),
  family: z.string(),
})

const term = z.object({ term: z.string().nullable(), basis: localText.nullable() })

const table = z.object({
  system: z.string(),
  table: z.string(),
  label: localText.nullable(),
  purpose: localText.nullable(),
  legalBasis: z.string().nullable(),
  origin: z.string().nullable(),
  recipients: z.array(
    z.object({
      name: z.string(),
      label: localText.nullable(),
      role: z.string().nullable(),
      country: z.string().nullable(),
    }),
  ),
  /** Duties to keep, and terms after which the data goes. */
  keptFor: z.array(term),
  deletedAfter: z.array(term),
  columns: z.array(column),
  /** Columns of category secret: never given out, and said so. */
  withheld: z.array(z.string()),
  rows: z.number().int(),
  /** How many of these rows others share. */
  shared: z.number().int(),
})

/** What a package holds, table by table, without a single value; stored plain. */
export const contentsSchema = z.object({
  tables: z.array(table),
  /** Places that the program does not reach: a person looks there. */
  elsewhere: z.array(z.string()),
})

export type PackageContents = z.infer<typeof contentsSchema>
export type PackageTable = PackageContents['tables'][number]
export type PackageColumn = PackageTable['columns'][number]

/** One row: its values in the order of the table's columns, as the database writes them. */
export const rowsSchema = z.array(z.array(z.string().nullable()))
export type PackageRow = readonly (string | null)[]

/** What staff left out before the release, with the place of its table in the contents. */
export const leftOutSchema = z.array(
  z.object({ place: z.number().int(), rows: z.number().int(), columns: z.array(z.string()) }),
)
export type LeftOut = z.infer<typeof leftOutSchema>

/** The name under which the portal's own data stands beside the connected systems. */
export const ownSystem = 'privacybalie'

export function rowCount(contents: PackageContents): number {
  return contents.tables.reduce((sum, each) => sum + each.rows, 0)
}
