import { isNode, LineCounter, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import type { DataMap, MapProblem, MapTable } from './data-map'
import { didYouMean } from './did-you-mean'
import { mapFrame, tableSchema } from './map-schema'
import { normaliseMap, normaliseTable } from './normalise-map'

export { mapJsonSchema } from './map-schema'

export type ParsedMap =
  | { readonly ok: true; readonly map: DataMap; readonly warnings: readonly MapProblem[]; readonly locate: Locate }
  | { readonly ok: false; readonly problems: readonly MapProblem[] }

/** Line and column (from 1) of a path in the file, for problems that are found later. */
export type Locate = (path: readonly string[]) => { readonly line: number | null; readonly column: number | null }

const LARGEST = 4_000_000

/** Every word that may stand as a key, for "did you mean". */
const WORDS = [
  ...Object.keys(mapFrame.shape),
  ...Object.keys(tableSchema.personal.shape),
  ...Object.keys(tableSchema.notPersonal.shape),
  ...['kept', 'note', 'what', 'reach', 'gone_after', 'table', 'on', 'where', 'category', 'with', 'third_party', 'law'],
  ...['term', 'from', 'until', 'basis', 'then', 'needs', 'warn', 'owner', 'lapses_when', 'latest', 'column', 'email'],
  ...['fallback', 'to', 'purpose', 'set', 'delete', 'kinds', 'path', 'via', 'name', 'country', 'role', 'fixed'],
  ...['generalise', 'truncate', 'json', 'derived', 'empty', 'pseudonym', 'random', 'redact', 'redact_list', 'keep'],
]

/** Reads a data map (YAML 1.2, core schema). Problems carry line and column, from 1. */
export function parseDataMap(yaml: string): ParsedMap {
  if (yaml.length > LARGEST) return failed('', 'The file is too large.', 'A data map has at most 4 MB.')
  const lines = new LineCounter()
  const document = parseDocument(yaml.replace(/^\ufeff/, ''), { version: '1.2', schema: 'core', lineCounter: lines })
  if (document.errors.length > 0) return { ok: false, problems: document.errors.map((e) => yamlProblem(e, lines)) }
  const locate: Locate = (path) => position(document, path, lines)
  const problems: MapProblem[] = []
  const report = (error: z.ZodError, prefix: readonly string[]) => {
    for (const issue of error.issues) problems.push(...problemsOf(issue, prefix, locate))
  }
  let plain: unknown
  try {
    plain = document.toJS({ maxAliasCount: 100 })
  } catch {
    return failed('', 'The file refers to its own parts too often.', 'Write the parts out instead of using aliases.')
  }
  const frame = mapFrame.safeParse(plain)
  if (!frame.success) report(frame.error, [])
  const tables: Record<string, MapTable> = {}
  for (const [id, raw] of Object.entries(tablesOf(plain))) {
    const isPersonal = !(typeof raw === 'object' && raw !== null && 'personal' in raw && raw.personal === false)
    const parsed = (isPersonal ? tableSchema.personal : tableSchema.notPersonal).safeParse(raw ?? {})
    if (parsed.success) tables[id] = normaliseTable(id, parsed.data)
    else report(parsed.error, ['tables', id])
  }
  if (problems.length > 0 || !frame.success) return { ok: false, problems: problems.sort(byPosition) }
  return { ok: true, map: normaliseMap(frame.data, tables), warnings: [], locate }
}

function byPosition(a: MapProblem, b: MapProblem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
}

function tablesOf(plain: unknown): Record<string, unknown> {
  if (typeof plain !== 'object' || plain === null || !('tables' in plain)) return {}
  const { tables } = plain
  return typeof tables === 'object' && tables !== null ? Object.fromEntries(Object.entries(tables)) : {}
}

function failed(path: string, message: string, mend: string): ParsedMap {
  return { ok: false, problems: [{ line: null, column: null, path, message, mend }] }
}

function yamlProblem(error: { pos: [number, number]; code: string; message: string }, lines: LineCounter): MapProblem {
  const { line, col } = lines.linePos(error.pos[0])
  const message = (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')
  const mend =
    error.code === 'DUPLICATE_KEY'
      ? 'Put both parts together under one key.'
      : 'Check indentation, quotes and brackets here.'
  return { line, column: col, path: '', message: `This is not valid YAML: ${message}`, mend }
}

/** Where a path stands; the nearest part above it when it is missing. */
function position(
  document: Document.Parsed,
  path: readonly (string | number)[],
  lines: LineCounter,
): ReturnType<Locate> {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true)
    if (!isNode(node) || !node.range) continue
    const { line, col } = lines.linePos(node.range[0])
    return { line, column: col }
  }
  return { line: null, column: null }
}

type Issue = z.core.$ZodIssue

/** The issue of a union that came nearest: the branch that got deepest into the value. */
function deepest(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const depth = (issues: readonly Issue[]) => Math.max(0, ...issues.map((i) => i.path.length))
  const branches = issue.errors.filter((branch) => branch.length > 0)
  const best = branches.reduce<readonly Issue[] | null>(
    (found, branch) => (found === null || depth(branch) > depth(found) ? branch : found),
    null,
  )
  if (!best || depth(best) === 0) {
    const strict = branches.find((branch) => branch.some((i) => i.code === 'unrecognized_keys'))
    return strict ? strict.flatMap(deepest).map((i) => ({ ...i, path: [...issue.path, ...i.path] })) : [issue]
  }
  return best.flatMap((inner) => deepest(inner).map((i) => ({ ...i, path: [...issue.path, ...i.path] })))
}

function problemsOf(issue: Issue, prefix: readonly string[], locate: Locate): MapProblem[] {
  return deepest(issue).flatMap((one): MapProblem[] => {
    const path = [...prefix, ...one.path.map(String)]
    if (one.code === 'unrecognized_keys') {
      return one.keys.map((key) => {
        const meant = didYouMean(key, WORDS)
        return {
          ...locate([...path, key]),
          path: [...path, key].join('.'),
          message: `"${key}" is no part of a data map here.`,
          mend: meant && meant !== key ? `Did you mean "${meant}"?` : 'Remove it, or move it to where it belongs.',
        }
      })
    }
    return [{ ...locate(path), path: path.join('.'), ...words(one, path) }]
  })
}

function words(issue: Issue, path: readonly string[]): { message: string; mend: string } {
  const at = path.at(-1) ?? 'the map'
  switch (issue.code) {
    case 'invalid_value':
      return {
        message: `"${at}" can't have this value.`,
        mend: `Choose one of: ${issue.values.map(String).join(', ')}.`,
      }
    case 'invalid_type':
      return issue.input === undefined && /received undefined/.test(issue.message)
        ? { message: `"${at}" is missing.`, mend: `Add "${at}" (${issue.expected}).` }
        : { message: `"${at}" has the wrong shape.`, mend: `It should be: ${issue.expected}.` }
    case 'invalid_format':
      return { message: `"${at}" is not written rightly.`, mend: issue.message }
    case 'invalid_union':
      return {
        message: `"${at}" has none of the shapes it may have.`,
        mend: 'See "privacybalie map schema" for what may stand here.',
      }
    default:
      return { message: `"${at}": ${issue.message}.`, mend: 'See "privacybalie map schema" for what may stand here.' }
  }
}
