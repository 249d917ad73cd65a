import { Temporal } from 'temporal-polyfill'
import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { noteOfTask } from '~/requests/outside/close-task.server'
import { tasksOfRequest } from '~/requests/outside/list-tasks.server'
import type { OutsideTask } from '~/requests/outside/task'
import { handlingOf } from '~/systems/handling'
import { listSystems } from '~/systems/registry.server'
import type { CertificateLanguage, Remaining } from '../remaining'

/** Whoever got the data before, as the subject may know them (GDPR art. 19), and whether they were told of it. */
export interface ToldRecipient {
  readonly name: string
  readonly label: string | null
  readonly role: string | null
  readonly country: string | null
  readonly told: boolean
}

/** The recipients of what a request touched, as the data maps named them when it was carried out. */
export async function recipientsOf(
  db: Executor,
  requestId: string,
  language: CertificateLanguage,
): Promise<ToldRecipient[]> {
  const tasks = (await tasksOfRequest(db, requestId)).filter((task) => task.kind === 'recipient')
  const named = tasks.map(({ about, systemKey, state }) => ({
    name: systemKey,
    label: about[language === 'en' ? 'labelEn' : 'label'] ?? null,
    role: about['role'] ?? null,
    country: about['country'] ?? null,
    told: state === 'done',
  }))
  // Told once is told, also where a later run named them again.
  return [
    ...new Map(named.toSorted((a, b) => Number(a.told) - Number(b.told)).map((each) => [each.name, each])).values(),
  ]
}

/** What people did by hand for a request, in full, for staff. */
export async function tasksOnCertificate(
  runtime: Pick<Runtime, 'db' | 'keys'>,
  requestId: string,
  language: CertificateLanguage,
) {
  const tasks = (await tasksOfRequest(runtime.db, requestId)).filter((task) => task.kind !== 'webhook')
  const written = []
  for (const task of tasks)
    written.push({
      place: (language === 'en' ? task.about['nameEn'] : undefined) ?? task.about['name'] ?? task.systemKey,
      kind: task.kind,
      state: task.state,
      doneOn: task.about['doneOn'] ?? null,
      by: task.closedByStaffId,
      note: await noteOfTask(runtime.db, runtime, task),
    })
  return written
}

/** Listed places of a request: how many, and how many somebody looked through. */
export async function placesLookedThrough(db: Executor, requestId: string): Promise<{ all: number; ended: number }> {
  const places = (await tasksOfRequest(db, requestId)).filter((task) => task.kind === 'listed')
  return { all: places.length, ended: places.filter(isThrough).length }
}

const isThrough = ({ state }: OutsideTask) => state === 'done' || state === 'nothing_found'

/** Until when backups of places that were worked by hand can hold what was cleared there. */
export async function remainingElsewhere(db: Executor, requestId: string, what: string): Promise<Remaining[]> {
  const kept = new Map((await listSystems(db)).map((row) => [row.key, handlingOf(row).keptDays]))
  return (await tasksOfRequest(db, requestId))
    .filter((task) => task.state === 'done' && (task.kind === 'manual' || task.kind === 'listed'))
    .map(({ systemKey, about }) => {
      const days = kept.get(systemKey) ?? null
      const doneOn = about['doneOn']
      const known = days !== null && doneOn !== undefined
      return { what, lastDay: known ? Temporal.PlainDate.from(doneOn).add({ days }).toString() : null }
    })
}
