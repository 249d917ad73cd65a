import { isMap, isNode, parse, parseDocument, type Document } from 'yaml'

/** What a form says about one table, or about one column of it. Empty text: the word goes out of the map. */
export type MapChange =
  | { readonly table: string; readonly erase: string; readonly labelNl: string; readonly labelEn: string }
  | {
      readonly table: string
      readonly column: string
      readonly category: string
      /** As the file writes it: `empty`, `{generalise: year}`, `{json: {"$.name": null}}`. */
      readonly with: string
      readonly labelNl: string
      readonly labelEn: string
    }
  /** Names a table that the map does not know yet as one without personal data. */
  | { readonly table: string; readonly personal: false }

export type EditedMap =
  { readonly ok: true; readonly yaml: string } | { readonly ok: false; readonly reason: EditRefusal }
export type EditRefusal = 'map_unreadable' | 'table_unknown' | 'category_missing' | 'with_unreadable'

/**
 * The map with this one change, everything else and every comment as it was. Whether the outcome fits the database is
 * `checkMapOf`'s to say.
 */
export function editMap(yaml: string, change: MapChange): EditedMap {
  const document = parseDocument(yaml, { version: '1.2', schema: 'core' })
  if (document.errors.length > 0 || !isMap(document.get('tables'))) return { ok: false, reason: 'map_unreadable' }
  const refusal = apply(document, change)
  if (refusal) return { ok: false, reason: refusal }
  return { ok: true, yaml: document.toString({ lineWidth: 140, flowCollectionPadding: false }) }
}

function apply(document: Document.Parsed, change: MapChange): EditRefusal | null {
  const table = ['tables', change.table]
  if ('personal' in change) {
    document.setIn(table, flow(document, { personal: false }))
    return null
  }
  if (!isMap(document.getIn(table, true))) return 'table_unknown'
  if ('erase' in change) {
    if (change.erase !== '') document.setIn([...table, 'erase'], change.erase)
    label(document, table, change)
    return null
  }
  const column = [...table, 'columns', change.column]
  if (change.category === '' && change.with.trim() === '') {
    document.deleteIn(column)
    const columns: unknown = document.getIn([...table, 'columns'], true)
    if (isMap(columns) && columns.items.length === 0) document.deleteIn([...table, 'columns'])
    return null
  }
  if (change.category === '') return 'category_missing'
  const strategy = readStrategy(change.with)
  if (strategy === undefined) return 'with_unreadable'
  if (!isMap(document.getIn(column, true))) document.setIn(column, flow(document, { category: change.category }))
  document.setIn([...column, 'category'], change.category)
  if (strategy === null) document.deleteIn([...column, 'with'])
  else document.setIn([...column, 'with'], flow(document, strategy))
  label(document, column, change)
  return null
}

/** Null where nothing was typed, undefined where it can't be read. */
function readStrategy(text: string): unknown {
  if (text.trim() === '') return null
  try {
    const value: unknown = parse(text, { version: '1.2', schema: 'core' })
    return typeof value === 'string' || (typeof value === 'object' && value !== null) ? value : undefined
  } catch {
    return undefined
  }
}

function label(document: Document.Parsed, at: string[], change: { labelNl: string; labelEn: string }): void {
  const texts = Object.entries({ nl: change.labelNl.trim(), en: change.labelEn.trim() }).filter(
    ([, text]) => text !== '',
  )
  if (texts.length === 0) document.deleteIn([...at, 'label'])
  else document.setIn([...at, 'label'], flow(document, Object.fromEntries(texts)))
}

function flow(document: Document.Parsed, value: unknown) {
  return document.createNode(value, { flow: true })
}

/** What a form shows of one table, or of one column of it, as the file writes it. */
export function entryOf(
  yaml: string,
  table: string,
  column: string | null,
): { erase: string; category: string; with: string; labelNl: string; labelEn: string; isKnown: boolean } {
  const document = parseDocument(yaml, { version: '1.2', schema: 'core' })
  const at = ['tables', table, ...(column === null ? [] : ['columns', column])]
  const read = (...path: string[]): unknown => {
    const node: unknown = document.getIn([...at, ...path], true)
    return isNode(node) ? (node.toJS(document) as unknown) : node
  }
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  const named = read('label')
  const labelIn = (language: 'nl' | 'en') =>
    typeof named === 'object' && named !== null && language in named
      ? text((named as Record<string, unknown>)[language])
      : text(named)
  const strategy = read('with')
  return {
    erase: text(read('erase')),
    category: text(read('category')),
    with: typeof strategy === 'object' && strategy !== null ? written(strategy) : text(strategy),
    labelNl: labelIn('nl'),
    labelEn: labelIn('en'),
    isKnown: isMap(document.getIn(at, true)),
  }
}

function written(value: object): string {
  const document = parseDocument('')
  document.contents = document.createNode(value, { flow: true }) as never
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trim()
}
