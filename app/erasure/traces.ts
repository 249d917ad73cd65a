import type { Identifiers, LocatedPerson } from '~/systems/located'
import type { Values } from '~/systems/locate/rows'
import { normalisePhone } from '~/systems/normalise-identifier'
import type { ResolvedPath } from '~/systems/resolved-map'
import { modelTable, type Model } from './model'
import type { Traces } from './trace-pattern'

/** A column whose values give the person away, and whether only their own rows count. */
interface TraceColumn {
  readonly path: ResolvedPath
  readonly kind: 'identifiers' | 'phones'
  readonly ownOnly: boolean
}

/**
 * What gives the person away in free text: the proven identifiers, the values of `subject` columns and the names that their
 * own rows hold (datamap.md "Residue"). It is shown the person's rows one after the other.
 */
export class TraceCollector {
  private readonly found = { identifiers: new Set<string>(), phones: new Set<string>(), names: new Set<string>() }
  private readonly columns = new Map<string, TraceColumn[]>()

  constructor(
    private readonly model: Model,
    private readonly person: LocatedPerson,
    private readonly identifiers: Identifiers,
  ) {
    for (const [id, ids] of person.numbers.rows) {
      if (!ids.some((each) => person.numbers.roleOf(each) === 'own')) continue
      const of = modelTable(model, id)
      const isPerson = of.resolved.name.length > 0 || Object.keys(of.map.facts).length > 0
      for (const [kind, paths] of of.resolved.subject?.identifiers ?? []) {
        // Sender and recipient of a logged mail are two people: where nothing else tells who a row is, what was proven counts.
        if (!isPerson && paths.length > 1) continue
        for (const path of paths) {
          const column: TraceColumn = {
            path,
            kind: kind === 'phone' ? 'phones' : 'identifiers',
            ownOnly: path.table === id,
          }
          this.columns.set(path.table, [...(this.columns.get(path.table) ?? []), column])
        }
      }
    }
  }

  see(table: string, id: number, values: Values): void {
    const own = this.person.numbers.roleOf(id) === 'own'
    for (const { path, kind, ownOnly } of this.columns.get(table) ?? []) {
      const value = values[path.column.name] ?? null
      if (value !== null && (own || !ownOnly)) this.add(kind, value)
    }
    if (!own) return
    const parts = modelTable(this.model, table).resolved.name.flatMap((path) =>
      path.table === table ? (values[path.column.name] ?? []) : [],
    )
    for (const part of parts) this.found.names.add(part)
    if (parts.length > 1) this.found.names.add(parts.join(' '))
  }

  all(): Traces {
    const { email, phone, customer_number, named } = this.identifiers
    const { identifiers, phones, names } = this.found
    for (const value of phone ?? []) this.add('phones', value)
    for (const value of [...(email ?? []), ...(customer_number ?? []), ...Object.values(named ?? {}).flat()])
      identifiers.add(value)
    const clean = (set: Set<string>) => [...set].map((value) => value.trim()).filter((value) => value.length > 1)
    return { identifiers: clean(identifiers), phones: clean(phones), names: clean(names) }
  }

  private add(kind: TraceColumn['kind'], value: string): void {
    const { phoneCountry } = this.model.resolved.map
    this.found[kind].add(kind === 'phones' ? (normalisePhone(value, phoneCountry) ?? value) : value)
  }
}
