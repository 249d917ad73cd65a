import { mask } from '~/systems/mask'

/** A piece of an excerpt; `hit`: what was found, masked as other values of the person are. */
export interface ExcerptPart {
  readonly text: string
  readonly hit: boolean
}

/** Letters on either side of a hit. */
const AROUND = 60
const MOST = 3

/**
 * The first places of a text in which the pattern stands, with a little of what is around them, so that a person can judge
 * what it is about. Everything in it that may be somebody's is masked: addresses, words with a capital, whatever has a digit.
 */
export function excerptsOf(value: string, pattern: RegExp | null): ExcerptPart[][] {
  const text = value.normalize('NFD')
  const hits = pattern ? [...text.matchAll(pattern)].slice(0, MOST) : []
  // A search vector may hold a number in pieces, where no pattern points to the place.
  if (hits.length === 0) return [[{ text: masked(text, 0, 2 * AROUND), hit: false }]]
  return hits.map((hit) => {
    const [from, to] = [hit.index, hit.index + hit[0].length]
    return [
      { text: masked(text, Math.max(0, from - AROUND), from), hit: false },
      { text: mask(hit[0].normalize('NFC')), hit: true },
      { text: masked(text, to, Math.min(text.length, to + AROUND)), hit: false },
    ].filter((part) => part.text !== '')
  })
}

const WORD = /[\p{L}\p{M}\p{N}@._%+&#;'’-]*[\p{L}\p{M}\p{N}]/gu

/** The longest that one word of somebody's can be: an address has 254 letters. */
const LONGEST = 254

/** A stretch of the text; a word that its ends cut through is judged, and masked, as a whole. */
function masked(text: string, from: number, to: number): string {
  const begin = Math.max(0, from - LONGEST)
  const seen = text.slice(begin, to + LONGEST)
  // A bullet for each letter keeps what follows where it was.
  const hidden = seen.replace(WORD, (word) => (isSomebodys(word) ? '•'.repeat(word.length) : word))
  return hidden.slice(from - begin, to - begin).normalize('NFC')
}

const isSomebodys = (word: string) => /[\p{Lu}\p{Lt}\p{N}@%&#]/u.test(word)
