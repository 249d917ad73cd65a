import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { z } from 'zod'
import { erasureRun, runSystem, smallGroup } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import type { PlanSealer } from './plan-store.server'
import type { SmallGroup } from './small-groups.server'

export type GroupRow = typeof smallGroup.$inferSelect

const contentsSchema = z.object({ keys: z.array(z.array(z.string())), mayEmpty: z.array(z.string()) })
export type GroupContents = z.infer<typeof contentsSchema>

const place = (id: string) => `small_group.keys:${id}`

/** Writes down the small groups of one system; those of an earlier look on which nobody decided go. */
export async function recordGroups(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock'>,
  sealer: PlanSealer,
  runSystemId: string,
  groups: readonly SmallGroup[],
): Promise<void> {
  await tx.delete(smallGroup).where(and(eq(smallGroup.runSystemId, runSystemId), isNull(smallGroup.decision)))
  for (const { table, columns, size, groups: many, rows, keys, mayEmpty } of groups) {
    const id = crypto.randomUUID()
    await tx.insert(smallGroup).values({
      id,
      runSystemId,
      table,
      columns: [...columns],
      size,
      groups: many,
      rows,
      keysSealed: sealer.seal(place(id), JSON.stringify({ keys, mayEmpty })),
      at: runtime.clock.now(),
    })
  }
}

/** The rows of a group, and which of its columns a follow-up plan may empty. */
export function openGroup(sealer: PlanSealer | null, group: Pick<GroupRow, 'id' | 'keysSealed'>): GroupContents {
  if (!sealer || !group.keysSealed) return { keys: [], mayEmpty: [] }
  return contentsSchema.parse(JSON.parse(sealer.open(place(group.id), group.keysSealed)))
}

/** A group on which nobody decided, or whose columns are to be emptied and are not yet. */
export const isGroupUnsettled = ({ decision, carriedOutAt }: Pick<GroupRow, 'decision' | 'carriedOutAt'>) =>
  carriedOutAt === null && decision !== 'accept'

/** The small groups of every run of a request, in the order of runs, systems and tables. */
export async function groupsOfRequest(
  db: Executor,
  requestId: string,
): Promise<(GroupRow & { systemKey: string; runId: string; planId: string })[]> {
  const rows = await db
    .select({ group: smallGroup, systemKey: runSystem.systemKey, runId: erasureRun.id, planId: erasureRun.planId })
    .from(smallGroup)
    .innerJoin(runSystem, eq(runSystem.id, smallGroup.runSystemId))
    .innerJoin(erasureRun, eq(erasureRun.id, runSystem.runId))
    .where(eq(erasureRun.requestId, requestId))
    .orderBy(asc(erasureRun.number), asc(runSystem.systemKey), asc(smallGroup.table), asc(smallGroup.size))
  return rows.map(({ group, ...of }) => ({ ...group, ...of }))
}

/** Groups whose columns a follow-up plan emptied are settled once it ran and was verified. */
export async function settleGroups(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock'>,
  groupIds: readonly string[],
): Promise<void> {
  if (groupIds.length === 0) return
  await tx
    .update(smallGroup)
    .set({ carriedOutAt: runtime.clock.now() })
    .where(inArray(smallGroup.id, [...new Set(groupIds)]))
}
