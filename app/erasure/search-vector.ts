/** A word of a search vector as PostgreSQL writes it: `'word':3,7B`, quotes in it doubled. */
const LEXEME = /'((?:[^']|'')*)'(?::[\dABCD,]+)?/g

/** The words of a search vector, in its order: alphabetical, not that of the text. */
export const lexemesOf = (vector: string): string[] =>
  [...vector.matchAll(LEXEME)].map(([, word = '']) => word.replaceAll("''", "'"))

/**
 * `'06':1 '-12345678':2`: the parser takes a phone number apart. The end of one, of seven digits or more, is taken for the
 * whole. `nationals`: national numbers, digits only.
 */
export const isEndOfPhone = (word: string, nationals: readonly string[]): boolean => {
  const digits = /^[+-]?(\d{7,})$/.exec(word)?.[1]
  return digits !== undefined && nationals.some((national) => national.endsWith(digits))
}

/** A search vector without the words that are meant; the others keep their places. */
export const withoutLexemes = (vector: string, isMeant: (word: string) => boolean): string =>
  vector
    .replace(LEXEME, (whole, word: string) => (isMeant(word.replaceAll("''", "'")) ? '' : whole))
    .replace(/ {2,}/g, ' ')
    .trim()
