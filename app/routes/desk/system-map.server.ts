import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { SystemError } from '~/systems/adapters/adapter'
import { checkMapOf, storeMap } from '~/systems/apply-map.server'
import type { Catalogue } from '~/systems/catalogue'
import type { MapProblem } from '~/systems/data-map'
import { draftMap } from '~/systems/draft/draft-map'
import { mapBeside, type TableBeside } from '~/systems/map-beside'
import { parseDataMap } from '~/systems/parse-map'
import { readWholeCatalogue } from '~/systems/read-catalogue.server'
import { adaptersOf, presentMap, type SystemRow } from '~/systems/registry.server'

/** The map in force (or a fresh draft) beside the catalogue; a database that does not answer leaves its side empty. */
export async function readMapPage(
  runtime: Runtime,
  row: SystemRow,
  { draft }: { draft: boolean },
): Promise<{ version: number | null; yaml: string; tables: TableBeside[]; silent: string | null }> {
  const stored = await presentMap(runtime.db, row.id)
  const adapters = adaptersOf(runtime, row)
  if (!adapters) throw new Response(null, { status: 404 })
  let catalogue: Catalogue | null = null
  let silent: string | null = null
  let yaml = stored?.yaml ?? ''
  try {
    catalogue = await readWholeCatalogue(adapters)
    if (draft) yaml = await draftMap(adapters.scan ?? adapters.run, catalogue, row.key)
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    silent = `${error.kind} ${error.code}`
  }
  const parsed = yaml === '' ? null : parseDataMap(yaml)
  return {
    version: stored?.version ?? null,
    yaml,
    silent,
    tables: mapBeside(parsed?.ok ? parsed.map : null, catalogue),
  }
}

export interface DeskCheck {
  /** Null: the map fits. */
  readonly problem: string | null
  readonly fits: boolean
  readonly version: number | null
  readonly checked: { readonly problems: readonly MapProblem[]; readonly warnings: readonly MapProblem[] } | null
}

/** Checks a map, and stores it where it fits and that is wanted. */
export async function applyFromDesk(
  runtime: Runtime,
  row: SystemRow,
  order: { yaml: string; store: boolean; staffId: string },
): Promise<DeskCheck> {
  const refused = (problem: string): DeskCheck => ({ problem, fits: false, version: null, checked: null })
  if (row.disabledAt) return refused('is_off')
  if (order.yaml.trim() === '') return refused('map_missing')
  try {
    const checked = await checkMapOf(runtime, runtime.db, row.key, order.yaml)
    if (!checked.ok && checked.reason !== 'problems') return refused(checked.reason)
    if (!checked.ok) {
      const { problems, warnings } = checked
      return { problem: 'map_problems', fits: false, version: null, checked: { problems, warnings } }
    }
    const found = { problems: [], warnings: checked.warnings }
    if (!order.store) return { problem: null, fits: true, version: null, checked: found }
    const stored = await inTransaction(runtime, (tx) =>
      storeMap(tx, runtime, {
        key: row.key,
        yaml: order.yaml,
        catalogue: checked.catalogue,
        actor: { kind: 'staff', id: order.staffId },
      }),
    )
    return stored.ok
      ? { problem: null, fits: true, version: stored.version, checked: found }
      : refused('unknown_system')
  } catch (error) {
    if (error instanceof SystemError) return refused('silent')
    throw error
  }
}
