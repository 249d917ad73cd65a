import { parse } from 'yaml'

/** One place where two maps differ; null: it is not there. Values as one line of JSON. */
export interface MapChange {
  /** `tables.customers.columns.email.with` */
  readonly path: string
  readonly before: string | null
  readonly after: string | null
}

/** What changed between two data maps (YAML that was applied once), in the order of the later one. Lists are one value. */
export function diffMaps(before: string, after: string): MapChange[] {
  const old = leaves(read(before))
  const present = leaves(read(after))
  const paths = new Set([...present.keys(), ...old.keys()])
  return [...paths].flatMap((path) => {
    const [was, is] = [old.get(path) ?? null, present.get(path) ?? null]
    return was === is ? [] : [{ path, before: was, after: is }]
  })
}

const read = (yaml: string): unknown => parse(yaml, { version: '1.2', schema: 'core', maxAliasCount: 100 })

function leaves(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0)
    for (const [name, inner] of Object.entries(value)) leaves(inner, path === '' ? name : `${path}.${name}`, found)
  else if (path !== '') found.set(path, JSON.stringify(value ?? null))
  return found
}
