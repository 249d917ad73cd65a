import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { together } from '~/platform/together'
import { findRequest } from '~/requests/find.server'
import { tasksOfRequest } from '~/requests/outside/list-tasks.server'
import { openOutsideTask, type NewTask } from '~/requests/outside/open-task.server'
import { handlingOf, nameOf } from '~/systems/handling'
import { listAppliedMaps, listSystems, type SystemListed } from '~/systems/registry.server'
import type { DataMap, Recipient } from '~/systems/data-map'
import type { Cause } from '../plan'
import type { PlanSystemRow } from '../plan-store.server'
import { readSummary } from '../read-summary'
import type { Work } from '../work'

type Given = Pick<NewTask, 'kind' | 'systemKey' | 'about'>

/** Causes for which a person looks through every listed place. */
const lookThrough: readonly Cause[] = ['erasure', 'consent_withdrawal', 'restriction']

/** Causes of which whoever got the data has to hear (GDPR art. 19). */
const toldToRecipients: readonly Cause[] = ['erasure', 'consent_withdrawal', 'restriction']

/** The places that are only listed, the copies that the maps name with `reach: task`, and the recipients of what was touched. */
export async function handOutPlaces(runtime: Runtime, work: Work, planned: readonly PlanSystemRow[]): Promise<void> {
  const { run, plan } = work
  const cause = plan.cause as Cause
  if (!plan.requestId) return
  const requestId = plan.requestId
  const [applied, listed] = await together([
    listAppliedMaps(runtime.db),
    lookThrough.includes(cause) ? listedPlaces(runtime) : [],
  ])
  const maps = new Map(applied.map((each) => [each.system.key, each.map]))
  const given: Given[] = [
    ...listed,
    ...(cause === 'erasure' ? copiesOf(planned, maps) : []),
    ...(toldToRecipients.includes(cause) ? recipientsOf(planned, maps, cause) : []),
  ]
  if (given.length === 0) return
  await inTransaction(runtime, async (tx) => {
    const request = await findRequest(tx, requestId)
    if (!request) return
    // The plan of a rest hands out nothing that the run before it did.
    const before = plan.followsPlanId ? await tasksOfRequest(tx, requestId) : []
    const out = new Set(before.map((task) => `${task.kind} ${task.systemKey}`))
    for (const task of given.filter((each) => !out.has(`${each.kind} ${each.systemKey}`)))
      await openOutsideTask(tx, runtime, { ...task, request, runId: run.id, cause: plan.cause })
  })
}

/** Every listed place, as it is told to whoever looks there. */
export async function listedPlaces(runtime: Pick<Runtime, 'db'>): Promise<Given[]> {
  return (await listSystems(runtime.db))
    .filter(({ engine }) => engine === 'listed')
    .map((row) => ({ ...byHandTask(row), kind: 'listed' as const }))
}

/** A system that goes by hand, as it is told to whoever works it. */
export function byHandTask(row: Pick<SystemListed, 'key' | 'details'>): Given {
  const { where, what, proof } = handlingOf(row)
  return { kind: 'manual', systemKey: row.key, about: { name: nameOf(row), where, what, proof } }
}

/** Tables of a plan that something happens to. */
const touched = (row: PlanSystemRow) =>
  readSummary(row.summary)
    .tables.filter((table) => table.action !== 'keep' || table.columns.length > 0)
    .map((table) => table.table)

function copiesOf(planned: readonly PlanSystemRow[], maps: ReadonlyMap<string, DataMap>): Given[] {
  return planned.flatMap((row) => {
    if (touched(row).length === 0) return []
    return (maps.get(row.systemKey)?.copies ?? []).flatMap((copy, at) => {
      if (copy.reach !== 'task') return []
      const about = { name: copy.what['nl'] ?? row.systemKey, nameEn: copy.what['en'] ?? row.systemKey }
      return { kind: 'copy' as const, systemKey: `${row.systemKey}#${String(at + 1)}`, about }
    })
  })
}

/** Of an erasure those hear whose data was touched; a restriction is of everything that was found. */
function recipientsOf(planned: readonly PlanSystemRow[], maps: ReadonlyMap<string, DataMap>, cause: Cause): Given[] {
  const found = (row: PlanSystemRow) => readSummary(row.summary).tables.map(({ table }) => table)
  return toTell(
    planned.flatMap((row) => {
      const tables = maps.get(row.systemKey)?.tables ?? {}
      return (cause === 'restriction' ? found(row) : touched(row)).flatMap((name) => tables[name]?.recipients ?? [])
    }),
  )
}

/** Everybody who may have got what was corrected: a correction by hand says nothing of the tables that it was made in. */
export async function everyRecipient(runtime: Pick<Runtime, 'db'>): Promise<Given[]> {
  const maps = await listAppliedMaps(runtime.db)
  return toTell(maps.flatMap(({ map }) => Object.values(map.tables).flatMap(({ recipients }) => recipients)))
}

function toTell(recipients: readonly Recipient[]): Given[] {
  const known = new Map<string, Recipient>()
  for (const recipient of recipients) if (!known.has(recipient.name)) known.set(recipient.name, recipient)
  return [...known.values()].map((recipient) => ({
    kind: 'recipient' as const,
    systemKey: recipient.name,
    about: {
      name: recipient.name,
      ...(recipient.label ? { label: recipient.label['nl'] ?? '', labelEn: recipient.label['en'] ?? '' } : {}),
      ...(recipient.role ? { role: recipient.role } : {}),
      ...(recipient.country ? { country: recipient.country } : {}),
      ...(recipient.email ? { email: recipient.email } : {}),
    },
  }))
}
