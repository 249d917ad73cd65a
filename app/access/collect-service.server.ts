import { askService } from '~/erasure/elsewhere/call.server'
import type { Runtime } from '~/platform/runtime.server'
import type { RequestRow } from '~/requests/move.server'
import { portions } from '~/systems/locate/rows'
import type { Identifiers } from '~/systems/located'
import { findSystem } from '~/systems/registry.server'
import type { WebhookAnswer } from '~/systems/webhook/messages'
import type { Collector } from './collect.server'
import type { PackageTable } from './contents'
import { rowsPerPart, writePart } from './parts.server'

export type Given =
  /** `nobody`: it will not give anything; a person has to look there. */
  { state: 'given' | 'nobody' } | { state: 'away'; kind: string }

/**
 * Lays down what a service behind a webhook gives of the person. One call per package, asked again under the same id; where
 * the service answers later, or can't be reached now, the package waits for it.
 */
export async function collectService(
  runtime: Runtime,
  collector: Collector,
  { key, request, identifiers }: { key: string; request: RequestRow; identifiers: Identifiers },
): Promise<Given> {
  const system = await findSystem(collector.tx, key)
  if (!system) return { state: 'nobody' }
  const asked = await askService(runtime, system, {
    request,
    taskId: collector.packageId,
    verb: 'package',
    cause: collector.kind,
    identifiers,
  })
  if (asked.state === 'accepted') return { state: 'away', kind: 'answer_pending' }
  if (asked.state === 'refused') return { state: 'nobody' }
  if (asked.state === 'failed')
    return asked.kind === 'no_answer' ? { state: 'nobody' } : { state: 'away', kind: asked.kind }
  for (const table of asked.answer.tables) await addTable(collector, key, table)
  return { state: 'given' }
}

async function addTable(
  collector: Collector,
  system: string,
  { table, label, columns = [], values = [] }: WebhookAnswer['tables'][number],
): Promise<void> {
  if (columns.length === 0 || values.length === 0) return
  const place = collector.tables.push(tableOf(system, { table, label, columns }, values.length)) - 1
  for (const portion of portions(values, rowsPerPart))
    await writePart(collector.tx, collector.sealer, collector.packageId, {
      ordinal: collector.nextOrdinal++,
      place,
      shared: false,
      rows: portion.map((row) => columns.map((_, at) => row[at] ?? null)),
    })
}

type Told = { table: string; label: WebhookAnswer['tables'][number]['label']; columns: readonly string[] }

function tableOf(system: string, { table, label, columns }: Told, rows: number): PackageTable {
  const labels = Object.fromEntries(Object.entries(label ?? {}).filter(([, text]) => text))
  return {
    system,
    table,
    label: Object.keys(labels).length > 0 ? labels : null,
    purpose: null,
    legalBasis: null,
    origin: null,
    recipients: [],
    keptFor: [],
    deletedAfter: [],
    columns: columns.map((name) => ({
      name,
      label: null,
      category: null,
      origin: null,
      thirdParty: false,
      // Nobody mapped it: others may be named anywhere in it.
      freeText: true,
      family: 'text',
    })),
    withheld: [],
    rows,
    shared: 0,
  }
}
