// No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V: a reference is read over the phone.
const ALPHABET = '34679ACDEFGHJKMNPQRTWXY'

/** `AVG-2026-7K3M9P`: the year of receipt and six random letters; not guessable from another one. */
export function newReference(year: number, randomInt: (max: number) => number): string {
  let letters = ''
  for (let i = 0; i < 6; i++) letters += ALPHABET[randomInt(ALPHABET.length)]
  return `AVG-${year}-${letters}`
}

export const referencePattern = /^AVG-\d{4}-[3-9A-Z]{6}$/
