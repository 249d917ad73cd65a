import type { DatabaseAdapter } from './adapters/adapter'
import { openAdapter } from './adapters/open-adapter.server'
import { hostCheck } from './check-host.server'

type Wanted = { engine: 'postgres' | 'mysql'; url: string; allowedHosts: readonly string[] }

const open = new Map<string, { wanted: string; adapter: DatabaseAdapter }>()

/** One pool per system and role in this process; another URL makes a new one and closes the old. */
export function adapterFor(
  systemId: string,
  role: 'run' | 'scan',
  { engine, url, allowedHosts }: Wanted,
): DatabaseAdapter {
  const name = `${systemId}:${role}`
  const wanted = JSON.stringify([engine, url, allowedHosts])
  const known = open.get(name)
  if (known?.wanted === wanted) return known.adapter
  const adapter = openAdapter({ engine, url, checkHost: hostCheck(allowedHosts) })
  open.set(name, { wanted, adapter })
  void known?.adapter.close()
  return adapter
}

/** Closes the pools of one system, or of all (at the end of the process). */
export async function forgetAdapters(systemId?: string): Promise<void> {
  for (const [name, { adapter }] of [...open]) {
    if (systemId !== undefined && !name.startsWith(`${systemId}:`)) continue
    open.delete(name)
    await adapter.close()
  }
}
