import type { DatabaseAdapter } from './adapters/adapter'
import type { Catalogue } from './catalogue'
import { parseDataMap } from './parse-map'
import { readWholeCatalogue } from './read-catalogue.server'
import { resolveMap } from './resolve-map'
import type { ResolvedMap } from './resolved-map'

export type Resolution =
  | { readonly ok: true; readonly catalogue: Catalogue; readonly map: ResolvedMap }
  | { readonly ok: false; readonly reason: 'map_unreadable' | 'map_does_not_fit' }

const known = new WeakMap<DatabaseAdapter, { yaml: string; fingerprint: string; resolution: Resolution }>()

/**
 * A map held against the catalogue of its database. Reading a whole catalogue takes long, so it is read again only when the
 * map's text or the catalogue's fingerprint differs from last time: a table that was altered a moment ago is seen. The
 * fingerprint is taken first; what is altered between the two is then read, and read once more next time. Throws `SystemError`.
 */
export async function resolvedSystem(
  adapters: { run: DatabaseAdapter; scan: DatabaseAdapter | null },
  yaml: string,
): Promise<Resolution> {
  const fingerprint = await fingerprintOfBoth(adapters)
  const before = known.get(adapters.run)
  if (before?.yaml === yaml && before.fingerprint === fingerprint) return before.resolution
  const resolution = await resolve(adapters, yaml)
  known.set(adapters.run, { yaml, fingerprint, resolution })
  return resolution
}

/** MySQL shows each role what it has rights on, so that what the other role sees may change by itself. */
async function fingerprintOfBoth({ run, scan }: Parameters<typeof resolvedSystem>[0]): Promise<string> {
  const own = await run.fingerprint()
  return scan && run.engine === 'mysql' ? `${own} ${await scan.fingerprint()}` : own
}

async function resolve(adapters: Parameters<typeof resolvedSystem>[0], yaml: string): Promise<Resolution> {
  const parsed = parseDataMap(yaml)
  if (!parsed.ok) return { ok: false, reason: 'map_unreadable' }
  const catalogue = await readWholeCatalogue(adapters)
  const { resolved, problems } = resolveMap(parsed.map, catalogue)
  // A table or column that is gone would silently be left out of what is found, erased and given out.
  return problems.length > 0 ? { ok: false, reason: 'map_does_not_fit' } : { ok: true, catalogue, map: resolved }
}
