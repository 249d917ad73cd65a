import type { Needles } from './needles'

/**
 * Short pieces of what is searched for, as atoms of an expression over text in lower case that both engines read alike. A
 * text without any of its pieces can't hold a person's traces; one with a piece is looked at exactly.
 */
export type Fragment = readonly string[]

/** Whatever is not ASCII: a letter with an accent, or an accent by itself. */
const OTHER = '[^\\x01-\\x7f]'
/** What may stand between two digits; no letter and no digit. */
const SEPARATORS = '[^a-z0-9]*'
/** Seven digits in a row, however they are grouped: as many as the shortest number that is searched for. */
export const PHONE_LIKE = `[0-9](?:${SEPARATORS}[0-9]){6}`
/** Where an address is encoded, `@` begins with one of these. */
const ENCODED_AT = '[%=&\\\\]'

const atom = (letter: string) => (letter > '\u007f' ? OTHER : /[a-z0-9]/.test(letter) ? letter : `\\${letter}`)

/** The end of a local part and the beginning of the domain. */
export function emailFragments(email: string): Fragment[] {
  const at = email.lastIndexOf('@')
  const local = email.slice(0, at)
  // A plus and letters with accents are encoded too, so that only what stands behind them is sure.
  const plain = /[a-z0-9._-]{2,}$/.exec(local)?.[0] ?? local
  const tail = [...plain].slice(-6).map(atom)
  const domain = [...email.slice(at + 1)].slice(0, tail.length >= 5 ? 2 : 5).map(atom)
  return [
    [...tail, '@', ...domain],
    [...tail, ENCODED_AT],
  ].map(followedByMark)
}

/** In a text that is decomposed a letter stands before its accent. */
const followedByMark = (atoms: readonly string[]) => atoms.map((each) => (each === OTHER ? `.?${OTHER}` : each))

export const phoneFragment = (national: string): Fragment =>
  [...national.slice(-5)].map((digit, i) => (i === 0 ? digit : SEPARATORS + digit))

export const literalFragment = (literal: string): Fragment => followedByMark([...literal].slice(-8).map(atom))

const accented = (letter: string) => `(?:${atom(letter)}|${OTHER})${OTHER}?`

/** The seam between the last two words of a name; a letter may be another, if it has an accent. */
export function nameFragment(words: readonly string[]): Fragment {
  const [one = '', other = ''] = words.slice(-2)
  return [...[...one].slice(-3).map(accented), '[^a-z0-9]+', ...[...other].slice(0, 3).map(accented)]
}

/** In a search vector words stand in another order: the beginning of the longest. */
export function lexemeFragment(words: readonly string[]): Fragment {
  const longest = words.reduce((long, word) => (word.length > long.length ? word : long), '')
  return ["'", ...[...longest].slice(0, 6).map(accented)]
}

export function fragmentsOf(needles: Needles, vectors: boolean): Fragment[] {
  return [
    ...needles.emails.flatMap(emailFragments),
    ...needles.literals.map(literalFragment),
    ...needles.phones.map(phoneFragment),
    ...needles.names.map(nameFragment),
    ...(vectors ? needles.names.map(lexemeFragment) : []),
  ]
}

type Tree = Map<string, Tree>

/** One expression for all fragments that shares what they begin with, so that an engine tries few ways at each letter. */
export function expressionOf(fragments: readonly Fragment[]): string {
  const root: Tree = new Map()
  for (const fragment of fragments) {
    let at = root
    for (const [i, each] of fragment.entries()) {
      const known = at.get(each)
      // A shorter fragment that ends here stands for all that go on.
      if (known?.size === 0) break
      const next = known ?? new Map<string, Tree>()
      at.set(each, next)
      if (i === fragment.length - 1) next.clear()
      at = next
    }
  }
  return written(root)
}

function written(tree: Tree): string {
  const ways = [...tree].map(([each, rest]) => each + (rest.size > 0 ? written(rest) : ''))
  return ways.length === 1 ? (ways[0] ?? '') : `(?:${ways.join('|')})`
}
