import type { CatalogueTable } from '../catalogue'
import { words } from './guess-column'
import { callNames, shortNames, singular } from './table-names'

/** Names of keys that say nothing of their table. */
export const GENERIC_KEYS =
  /^(id|uuid|guid|rowid|name|code|key|entity_id|hash|oid|pk|ref|number|value_id|meta_id|item_id|record_id)$/

/** Tables by the names that columns may call them; of several the one in the same schema and most alike in name, then the shortest. */
export class Directory {
  readonly #byName = new Map<string, CatalogueTable[]>()
  readonly #byShortName = new Map<string, CatalogueTable[]>()
  readonly #byKey = new Map<string, CatalogueTable[]>()
  readonly #byStart: readonly (readonly [string, CatalogueTable])[]

  constructor(tables: readonly CatalogueTable[]) {
    const keyed = tables.filter((table) => table.primaryKey?.length === 1)
    for (const table of keyed) for (const name of callNames(table)) this.#add(this.#byName, name, table)
    for (const table of keyed) for (const name of shortNames(table)) this.#add(this.#byShortName, name, table)
    for (const table of keyed) {
      const key = words(table.primaryKey?.[0] ?? '')
      const isOwn = !table.foreignKeys.some((foreign) => foreign.columns.includes(table.primaryKey?.[0] ?? ''))
      if (!GENERIC_KEYS.test(key) && isOwn) this.#add(this.#byKey, key, table)
    }
    this.#byStart = keyed
      .flatMap((table) => [...callNames(table), ...shortNames(table)].map((name) => [name, table] as const))
      .sort((a, b) => a[0].length - b[0].length)
  }

  #add(map: Map<string, CatalogueTable[]>, name: string, table: CatalogueTable): void {
    map.set(name, [...(map.get(name) ?? []), table])
  }

  named(said: string, from: CatalogueTable, mayBeItself = false): CatalogueTable | undefined {
    const [name, short] = [this.#byName, this.#byShortName]
    const one = singular(said)
    const found = name.get(said) ?? name.get(one) ?? short.get(said) ?? short.get(one) ?? []
    const near = (table: CatalogueTable) =>
      (table.schema === from.schema ? 100 : 0) +
      (table === from && !mayBeItself ? -50 : sameBeginning(table.name, from.name))
    return [...found].sort((a, b) => near(b) - near(a) || a.name.length - b.name.length)[0]
  }

  /** The table whose key has this very name; undefined when several could be meant. */
  withKey(name: string): CatalogueTable | undefined {
    const found = this.#byKey.get(name) ?? []
    const main = found.filter((table) => table.columns.some((c) => c.identity && table.primaryKey?.includes(c.name)))
    if (found.length === 1 || main.length === 1) return main.length === 1 ? main[0] : found[0]
    // `emp_number` is the key of `employee`, also where `employee_picture` has the same.
    const stem = name.replace(/_?(id|nr|no|number|nummer|code|key)$/, '')
    const meant = stem.length < 3 ? [] : found.filter((table) => isCalledAfter(table, stem))
    return meant.sort((a, b) => a.name.length - b.name.length)[0]
  }

  /** `fk_soc` speaks of `societe`. */
  startingWith(said: string): CatalogueTable | undefined {
    return said.length < 3 ? undefined : this.#byStart.find(([name]) => name.startsWith(said))?.[1]
  }

  /** `billing_contact`, `customer_primary_address`: the last words name the table. */
  meant(said: string, from: CatalogueTable): CatalogueTable | undefined {
    const parts = said.split('_')
    const mayBeItself = /^(parent|root|original|previous|repl(y|ied)|master|main)_/.test(said)
    for (let cut = 0; cut < parts.length; cut++) {
      const rest = parts.slice(cut).join('_')
      // `default_email_id` of `user` speaks of `user_email` before any other table of e-mails.
      const own = cut === 0 ? undefined : this.named(`${singular(words(from.name))}_${rest}`, from)
      const found = own && own !== from ? own : this.named(rest, from, mayBeItself)
      if (found) return found
    }
    return undefined
  }
}

/** How many words two names begin with alike: `sales_invoice` means `sales_order_address`, not `customer_address`. */
function sameBeginning(a: string, b: string): number {
  const [one, two] = [a, b].map((name) => words(name).split('_').map(singular))
  const differs = (one ?? []).findIndex((word, i) => word !== two?.[i])
  return differs === -1 ? (one?.length ?? 0) : differs
}

const isCalledAfter = (table: CatalogueTable, stem: string) =>
  [...callNames(table), ...shortNames(table)].some((name) => name.startsWith(stem))
