import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { SystemError } from '~/systems/adapters/adapter'
import type { Identifiers } from '~/systems/located'
import { findPersons, type PersonRow } from '~/systems/locate/persons'
import { databaseKeys, openSystem } from '~/systems/registry.server'

type InSystem = PersonRow & { system: string }

/** Who carries the proven identifiers, over all connected databases. */
export type OnFile = {
  persons: InSystem[]
  /** Persons who share an identifier, between whom nothing chose. */
  sharing: InSystem[]
  emails: string[]
  /** One of them stands in a system whose data are sensitive. */
  sensitive: boolean
}

/**
 * Looks for the proven identifiers in every connected database. A system that does not answer makes the whole look-up fail:
 * what could not be read is not the same as nobody. `facts` only choose between persons who share an identifier.
 */
export async function lookUp(
  db: Executor,
  runtime: Runtime,
  identifiers: Identifiers,
  facts: Readonly<Record<string, string>> = {},
): Promise<{ ok: true; onFile: OnFile } | { ok: false; system: string }> {
  const onFile: OnFile = { persons: [], sharing: [], emails: [], sensitive: false }
  for (const key of await databaseKeys(db)) {
    const found = await inSystem(db, runtime, key, identifiers, facts)
    if (!found) return { ok: false, system: key }
    onFile.persons.push(...found.rows.map((row) => ({ ...row, system: key })))
    onFile.sharing.push(...found.sharing.map((row) => ({ ...row, system: key })))
    onFile.emails.push(...found.emails)
    if (found.sensitive && found.rows.length + found.sharing.length > 0) onFile.sensitive = true
  }
  return { ok: true, onFile: { ...onFile, emails: [...new Set(onFile.emails)] } }
}

async function inSystem(
  db: Executor,
  runtime: Runtime,
  key: string,
  identifiers: Identifiers,
  facts: Readonly<Record<string, string>>,
) {
  try {
    const opened = await openSystem(runtime, db, key)
    if (!opened.ok) return null
    const { adapter, map } = opened.system
    const found = await adapter.transaction((executor) => findPersons(executor, map, identifiers, facts), {
      readOnly: true,
      isolation: 'repeatable read',
    })
    return { ...found, sensitive: map.map.sensitivity === 'high' }
  } catch (error) {
    if (error instanceof SystemError) return null
    throw error
  }
}
