import type { Row } from '~/systems/adapters/adapter'
import type { Identifiers, LocatedPerson, RowKey } from '~/systems/located'
import { normalisePhone } from '~/systems/normalise-identifier'
import type { ResolvedPath } from '~/systems/resolved-map'
import { modelTable, type Model } from './model'
import type { Traces } from './trace-pattern'

/**
 * What gives the person away in free text: the proven identifiers, the values of `subject` columns and the names that their
 * own rows hold (datamap.md "Residue").
 */
export function tracesOf(
  model: Model,
  person: LocatedPerson,
  values: (table: string, key: RowKey) => Row,
  identifiers: Identifiers,
): Traces {
  const found = { identifiers: new Set<string>(), phones: new Set<string>(), names: new Set<string>() }
  const { phoneCountry } = model.resolved.map
  const addPhone = (value: string) => found.phones.add(normalisePhone(value, phoneCountry) ?? value)
  const valuesAt = (path: ResolvedPath, own: string, keys: readonly RowKey[]) => {
    const elsewhere = path.table !== own
    const all = elsewhere ? (person.rows.get(path.table) ?? []).map((row) => row.key) : keys
    return all.flatMap((key) => values(path.table, key)[path.column.name] ?? [])
  }
  for (const [id, rows] of person.rows) {
    const { resolved } = modelTable(model, id)
    const own = rows.filter((row) => row.role === 'own').map((row) => row.key)
    if (own.length === 0) continue
    for (const [kind, paths] of resolved.subject?.identifiers ?? [])
      for (const path of paths)
        for (const value of valuesAt(path, id, own))
          if (kind === 'phone') addPhone(value)
          else found.identifiers.add(value)
    for (const key of own) {
      const parts = resolved.name.flatMap((path) =>
        path.table === id ? (values(id, key)[path.column.name] ?? []) : [],
      )
      for (const part of parts) found.names.add(part)
      if (parts.length > 1) found.names.add(parts.join(' '))
    }
  }
  for (const value of identifiers.phone ?? []) addPhone(value)
  for (const value of [
    ...(identifiers.email ?? []),
    ...(identifiers.customer_number ?? []),
    ...Object.values(identifiers.named ?? {}).flat(),
  ])
    found.identifiers.add(value)
  const clean = (set: Set<string>) => [...set].map((value) => value.trim()).filter((value) => value.length > 1)
  return { identifiers: clean(found.identifiers), phones: clean(found.phones), names: clean(found.names) }
}
