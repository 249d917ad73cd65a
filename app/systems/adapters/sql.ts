/**
 * SQL as pieces: fixed text, quoted names, and parameters. The same pieces are written for either engine by a dialect,
 * so a value can only ever become a parameter, and a name is always quoted.
 */
export type SqlParameter = string | number | bigint | boolean | null | Uint8Array

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'parameter'; readonly value: SqlParameter }

export class Sql {
  constructor(readonly pieces: readonly Piece[]) {}
}

/** Tagged template: values become parameters, other `Sql` is put in its place. */
export function sql(strings: TemplateStringsArray, ...values: readonly (Sql | SqlParameter)[]): Sql {
  const pieces: Piece[] = []
  strings.forEach((text, index) => {
    if (text) pieces.push({ kind: 'text', text })
    if (index >= values.length) return
    const value = values[index]
    if (value instanceof Sql) pieces.push(...value.pieces)
    else pieces.push({ kind: 'parameter', value: value ?? null })
  })
  return new Sql(pieces)
}

/** A name out of the catalogue, quoted; several parts are joined by dots. */
export function identifier(...names: readonly string[]): Sql {
  const pieces: Piece[] = []
  names.forEach((name, index) => {
    if (index > 0) pieces.push({ kind: 'text', text: '.' })
    pieces.push({ kind: 'name', name })
  })
  return new Sql(pieces)
}

/** Fixed SQL text. Never hand in anything that came from outside. */
export function keyword(text: string): Sql {
  return new Sql([{ kind: 'text', text }])
}

/** One value as a parameter. */
export function parameter(value: SqlParameter): Sql {
  return new Sql([{ kind: 'parameter', value }])
}

/** The pieces one after the other with a separator (default a comma). */
export function join(parts: readonly Sql[], separator = ', '): Sql {
  const pieces: Piece[] = []
  parts.forEach((part, index) => {
    if (index > 0) pieces.push({ kind: 'text', text: separator })
    pieces.push(...part.pieces)
  })
  return new Sql(pieces)
}

/** All of the conditions; true when there are none. */
export function allOf(conditions: readonly Sql[]): Sql {
  if (conditions.length === 0) return keyword('1 = 1')
  return conditions.length === 1 ? (conditions[0] ?? keyword('1 = 1')) : sql`(${join(conditions, ' AND ')})`
}

/** Any of the conditions; false when there are none. */
export function anyOf(conditions: readonly Sql[]): Sql {
  if (conditions.length === 0) return keyword('1 = 0')
  return conditions.length === 1 ? (conditions[0] ?? keyword('1 = 0')) : sql`(${join(conditions, ' OR ')})`
}

/** The statement's text and parameters for one engine. */
export function writeSql(
  statement: Sql,
  quote: (name: string) => string,
  placeholder: (position: number) => string,
): { readonly text: string; readonly parameters: SqlParameter[] } {
  const parameters: SqlParameter[] = []
  let text = ''
  for (const piece of statement.pieces) {
    if (piece.kind === 'text') text += piece.text
    else if (piece.kind === 'name') text += quote(piece.name)
    else {
      parameters.push(piece.value)
      text += placeholder(parameters.length)
    }
  }
  return { text, parameters }
}
