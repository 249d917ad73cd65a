import { z } from 'zod'
import type { Executor } from '~db/client'
import { tasksOfRequest } from '~/requests/outside/list-tasks.server'
import type { OutsideTask } from '~/requests/outside/task'
import { otherData } from '../other-data'
import type { RunRow } from '../run-records.server'

const counts = z.number().int().default(0)
const tablesSchema = z.array(
  z.object({
    label: z.partialRecord(z.enum(['nl', 'en']), z.string()).optional(),
    deleted: counts,
    pseudonymised: counts,
    kept: counts,
  }),
)

export interface DoneElsewhere {
  readonly label: string
  readonly rows: number
  readonly stays: boolean
}

/** What people and services did in these runs, as the data subject is told: labels, and how many. */
export async function doneElsewhere(
  db: Executor,
  requestId: string,
  runs: readonly RunRow[],
  language: 'nl' | 'en',
): Promise<DoneElsewhere[]> {
  const ended = new Set(runs.map((run) => run.id))
  return (await tasksOfRequest(db, requestId))
    .filter(
      ({ kind, state, runId }) => state === 'done' && runId !== null && ended.has(runId) && counted.includes(kind),
    )
    .flatMap(tablesOf)
    .flatMap(({ label, deleted, pseudonymised, kept }) => {
      const named = label?.[language] ?? label?.nl ?? label?.en ?? otherData[language]
      return [
        { label: named, rows: deleted + pseudonymised, stays: false },
        { label: named, rows: kept, stays: true },
      ]
    })
    .filter(({ rows }) => rows > 0)
}

const counted: readonly string[] = ['manual', 'webhook']

function tablesOf({ about, deleted, pseudonymised, kept }: OutsideTask): z.infer<typeof tablesSchema> {
  const told = about['tables']
  if (told === undefined) return [{ deleted, pseudonymised, kept }]
  return tablesSchema.parse(JSON.parse(told))
}
