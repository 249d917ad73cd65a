import type { Executor } from '../adapters/adapter'
import { encodeKey, type LocatedCandidate, type RowKey } from '../located'
import { mask } from '../mask'
import { normaliseIdentifier } from '../normalise-identifier'
import { resolvedTable, type ResolvedMap, type ResolvedPath, type ResolvedTable } from '../resolved-map'
import { unique, valuesByPath } from './find-subjects'
import { samePersonRows } from './same-person'

/** A row that a person chose. */
export interface ChosenSubject {
  readonly table: string
  readonly key: RowKey
}

/** What was typed and not proven: it chooses between persons and never finds one. */
export type TypedFacts = Readonly<Record<string, string>>

export interface Choice {
  readonly own: ReadonlyMap<string, readonly RowKey[]>
  readonly candidates: readonly LocatedCandidate[]
  /** Chosen, but neither found by a proven identifier nor the same person by the map: not taken. */
  readonly unfounded: readonly ChosenSubject[]
}

/**
 * Two rows in one subject table that has names or facts are two persons. A choice by a person settles it, or typed facts
 * that fit exactly one of them; otherwise all of them are candidates. A choice narrows what was found and confirms a
 * `same_person` of it; whatever else was chosen is never taken, since only proven identifiers find rows.
 */
export async function chooseSubjects(
  executor: Executor,
  resolved: ResolvedMap,
  found: ReadonlyMap<string, readonly RowKey[]>,
  chosen: readonly ChosenSubject[],
  facts: TypedFacts,
): Promise<Choice> {
  const own = new Map<string, readonly RowKey[]>()
  const candidates: LocatedCandidate[] = []
  for (const [id, keys] of found) {
    const table = resolvedTable(resolved, id)
    if (!isAmbiguous(table, keys)) {
      own.set(id, keys)
      continue
    }
    const among = new Set(chosen.filter((choice) => choice.table === id).map((choice) => encodeKey(choice.key)))
    const settled = keys.filter((key) => among.has(encodeKey(key)))
    const fitting = settled.length > 0 ? settled : await fittingFacts(executor, resolved, table, keys, facts)
    if (settled.length > 0 || fitting.length === 1) own.set(id, fitting)
    else candidates.push(...(await describe(executor, resolved, table, keys)))
  }
  const unfounded = await confirmSamePerson(executor, resolved, own, chosen)
  return { own, candidates, unfounded }
}

/** Adds the chosen rows that the map's `same_person` ties to rows already taken; answers those that nothing ties. */
async function confirmSamePerson(
  executor: Executor,
  resolved: ResolvedMap,
  own: Map<string, readonly RowKey[]>,
  chosen: readonly ChosenSubject[],
): Promise<ChosenSubject[]> {
  const taken = ({ table, key }: ChosenSubject) =>
    own.get(table)?.some((each) => encodeKey(each) === encodeKey(key)) === true
  let open = chosen.filter((choice) => !taken(choice))
  while (open.length > 0) {
    const tied = await samePersonRows(executor, resolved, own)
    const confirmed = open.filter((choice) =>
      tied.some(
        ({ table, keys }) => table === choice.table && keys.some((key) => encodeKey(key) === encodeKey(choice.key)),
      ),
    )
    if (confirmed.length === 0) return open
    for (const { table, key } of confirmed) own.set(table, unique([...(own.get(table) ?? []), key]))
    open = open.filter((choice) => !taken(choice))
  }
  return open
}

function isAmbiguous(table: ResolvedTable, keys: readonly RowKey[]): boolean {
  return table.subject !== null && keys.length > 1 && (table.name.length > 0 || table.facts.size > 0)
}

/** Facts of the map and, for what was typed and not proven, the identifiers of the subject. */
function factPaths(table: ResolvedTable): Map<string, readonly ResolvedPath[]> {
  const paths = new Map<string, readonly ResolvedPath[]>(table.subject?.identifiers ?? [])
  for (const [fact, path] of table.facts) paths.set(fact, [path])
  return paths
}

function comparable(fact: string, text: string, country: string): string {
  if (fact === 'email' || fact === 'phone') return normaliseIdentifier(fact, text, country) ?? text
  return text.normalize('NFC').toLowerCase().replace(/\s+/g, '')
}

async function fittingFacts(
  executor: Executor,
  resolved: ResolvedMap,
  table: ResolvedTable,
  keys: readonly RowKey[],
  facts: TypedFacts,
): Promise<RowKey[]> {
  const country = resolved.map.phoneCountry
  const known = factPaths(table)
  const given = Object.entries(facts).filter(([fact, text]) => known.has(fact) && text.trim() !== '')
  if (given.length === 0) return []
  let fitting = [...keys]
  for (const [fact, text] of given) {
    const wanted = comparable(fact, text, country)
    const fits = new Set<string>()
    for (const path of known.get(fact) ?? []) {
      for (const [key, values] of await valuesByPath(executor, resolved, table, path, fitting)) {
        if (values.some((value) => comparable(fact, value, country) === wanted)) fits.add(key)
      }
    }
    fitting = fitting.filter((key) => fits.has(encodeKey(key)))
  }
  return fitting
}

async function describe(
  executor: Executor,
  resolved: ResolvedMap,
  table: ResolvedTable,
  keys: readonly RowKey[],
): Promise<LocatedCandidate[]> {
  const shown: (readonly [string, ResolvedPath])[] = [
    ...table.name.map((path) => [path.column.name, path] as const),
    ...table.facts,
  ]
  const values = await Promise.all(
    shown.map(async ([label, path]) => [label, await valuesByPath(executor, resolved, table, path, keys)] as const),
  )
  return keys.map((key) => ({
    table: table.id,
    key,
    distinguishing: Object.fromEntries(
      values.map(([label, byKey]) => [label, byKey.get(encodeKey(key))?.map(mask).join(', ') ?? null]),
    ),
  }))
}
