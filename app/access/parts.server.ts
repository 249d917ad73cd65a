import { and, asc, eq, gt } from 'drizzle-orm'
import { accessPart } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import type { RequestSealer } from '~/requests/sealed.server'
import { rowsSchema } from './contents'
import type { PackageRow } from './contents'

/** So many rows lie in one sealed part: what is in memory at once. */
export const rowsPerPart = 500

export type Part = { ordinal: number; place: number; shared: boolean; rows: PackageRow[] }

const associated = (packageId: string, ordinal: number) => `access_part.sealed:${packageId}:${ordinal}`

function sealRows(sealer: RequestSealer, packageId: string, ordinal: number, rows: readonly PackageRow[]): Uint8Array {
  return sealer.seal(associated(packageId, ordinal), JSON.stringify(rows))
}

/** Writes rows of one table of a package, sealed under the request's data key. */
export async function writePart(
  tx: Transaction,
  sealer: RequestSealer,
  packageId: string,
  { ordinal, place, shared, rows }: Part,
): Promise<void> {
  const sealed = sealRows(sealer, packageId, ordinal, rows)
  await tx.insert(accessPart).values({ packageId, ordinal, place, shared, rows: rows.length, sealed })
}

/** Writes a part anew with fewer rows or emptied values; a part without rows goes. */
export async function rewritePart(
  tx: Transaction,
  sealer: RequestSealer,
  packageId: string,
  { ordinal, rows }: Pick<Part, 'ordinal' | 'rows'>,
): Promise<void> {
  const here = and(eq(accessPart.packageId, packageId), eq(accessPart.ordinal, ordinal))
  if (rows.length === 0) await tx.delete(accessPart).where(here)
  else
    await tx
      .update(accessPart)
      .set({ rows: rows.length, sealed: sealRows(sealer, packageId, ordinal, rows) })
      .where(here)
}

export async function removeParts(tx: Transaction, packageId: string, place?: number): Promise<void> {
  const ofPlace = place === undefined ? [] : [eq(accessPart.place, place)]
  await tx.delete(accessPart).where(and(eq(accessPart.packageId, packageId), ...ofPlace))
}

/** The parts of a package, or of one of its tables, one after the other; one is in memory at a time. */
export async function* readParts(
  db: Executor,
  sealer: RequestSealer,
  packageId: string,
  place?: number,
): AsyncGenerator<Part> {
  const ofPlace = place === undefined ? [] : [eq(accessPart.place, place)]
  for (let last = -1; ;) {
    const [row] = await db
      .select()
      .from(accessPart)
      .where(and(eq(accessPart.packageId, packageId), gt(accessPart.ordinal, last), ...ofPlace))
      .orderBy(asc(accessPart.ordinal))
      .limit(1)
    if (!row) return
    last = row.ordinal
    const rows = rowsSchema.parse(JSON.parse(sealer.open(associated(packageId, row.ordinal), row.sealed)))
    yield { ordinal: row.ordinal, place: row.place, shared: row.shared, rows }
  }
}
