const PLACES = /\{([^}]+)\}/g

/** The columns that a path of `files` names in braces: `upload/{id}`. */
export const columnsInPath = (path: string): string[] => [...path.matchAll(PLACES)].flatMap(([, name]) => name ?? [])

/** The path with its places filled. */
export const fillPath = (path: string, valueOf: (column: string) => string): string =>
  path.replace(PLACES, (_, column: string) => valueOf(column))
