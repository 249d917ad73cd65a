import { and, desc, eq } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { dataMap } from '~db/schema'
import type { Executor } from '~db/client'

export interface MapVersion {
  readonly version: number
  readonly appliedAt: Temporal.Instant
  readonly appliedByStaffId: string | null
}

/** All versions of a system's map, the newest first. */
export function mapVersions(db: Executor, systemId: string): Promise<MapVersion[]> {
  return db
    .select({
      version: dataMap.version,
      appliedAt: dataMap.appliedAt,
      appliedByStaffId: dataMap.appliedByStaffId,
    })
    .from(dataMap)
    .where(eq(dataMap.systemId, systemId))
    .orderBy(desc(dataMap.version))
}

/** The text of one version as it was applied. */
export async function mapText(db: Executor, systemId: string, version: number): Promise<string | undefined> {
  const [row] = await db
    .select({ yaml: dataMap.yaml })
    .from(dataMap)
    .where(and(eq(dataMap.systemId, systemId), eq(dataMap.version, version)))
  return row?.yaml
}
