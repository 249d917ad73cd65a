import type { Executor } from '../adapters/adapter'
import { normaliseIdentifier } from '../normalise-identifier'
import type { Identifiers, RowKey } from '../located'
import { resolvedTable, type ResolvedMap } from '../resolved-map'
import { chooseSubjects, type TypedFacts } from './choose-subjects'
import { findRows, normalIdentifiers, valuesByPath } from './find-subjects'

/** A row by which a person is on file. */
export interface PersonRow {
  readonly table: string
  readonly key: RowKey
}

export interface FoundPersons {
  /** Rows that carry a proven identifier and are one person's; those of tables that hold several are left out. */
  readonly rows: readonly PersonRow[]
  /** Rows of several persons who share the identifier, between whom nothing chose. */
  readonly sharing: readonly PersonRow[]
  /** The e-mail addresses on file of these rows, in their normal form. */
  readonly emails: readonly string[]
}

/**
 * Who carries these proven identifiers in one system, without following a link (datamap.md "Who is found"): enough to say
 * whether it is nobody, one person or several. `facts` only choose between persons who share an identifier. Runs SELECTs
 * only; throws `SystemError` when the database fails.
 */
export async function findPersons(
  executor: Executor,
  resolved: ResolvedMap,
  identifiers: Identifiers,
  facts: TypedFacts = {},
): Promise<FoundPersons> {
  const proven = normalIdentifiers(identifiers, resolved.map.phoneCountry)
  const found = await findRows(executor, resolved, proven)
  const { own, candidates } = await chooseSubjects(executor, resolved, found, [], facts)
  return {
    rows: [...own].flatMap(([table, keys]) => keys.map((key) => ({ table, key }))),
    sharing: candidates.map(({ table, key }) => ({ table, key })),
    emails: await emailsOf(executor, resolved, own),
  }
}

async function emailsOf(
  executor: Executor,
  resolved: ResolvedMap,
  own: ReadonlyMap<string, readonly RowKey[]>,
): Promise<string[]> {
  const emails = new Set<string>()
  for (const [id, keys] of own) {
    const table = resolvedTable(resolved, id)
    for (const path of table.subject?.identifiers.get('email') ?? [])
      for (const values of (await valuesByPath(executor, resolved, table, path, keys)).values())
        for (const value of values) {
          const email = normaliseIdentifier('email', value, resolved.map.phoneCountry)
          if (email?.includes('@')) emails.add(email)
        }
  }
  return [...emails].sort()
}
