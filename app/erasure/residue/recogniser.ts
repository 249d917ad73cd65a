import { isEndOfPhone, lexemesOf } from '../search-vector'
import { tracePattern, type Traces } from '../trace-pattern'
import { folded, needlesOf, TELLING_DIGITS, type Needles } from './needles'

/** A text as the exact look wants it; made once for all persons. */
export interface LookedAtText {
  readonly text: string
  readonly folded: string
  readonly digits: string
  /** It is a search vector: words in alphabetical order, each in quotes. */
  readonly vector: boolean
}

export function lookAtText(raw: string, vector: boolean): LookedAtText {
  const text = raw.normalize('NFD')
  return { text, folded: folded(text), digits: text.replace(/%20|[^0-9]/g, ''), vector }
}

export interface Recogniser {
  /** What is in the text of this person: an identifier, or their name alone. */
  look(text: LookedAtText): 'identifier' | 'name' | null
}

/**
 * Says exactly whether a text holds traces of one person, by the expression that redacting uses too: what is found can be
 * taken out. A full name is a hit word by word; in a search vector all its words.
 */
export function recogniser(traces: Traces): Recogniser {
  const needles = needlesOf(traces)
  const pattern = tracePattern({ ...traces, identifiers: [...needles.emails, ...needles.literals], names: [] })
  const names = needles.names.map((words) => words.map(escapedWord).join('[^\\p{L}\\p{N}]+'))
  const name = names.length > 0 ? new RegExp(`(?<![\\p{L}\\p{N}])(?:${names.join('|')})(?![\\p{L}\\p{N}])`, 'u') : null
  const quick = quickTest(needles)
  return {
    look: (text) => {
      if (pattern && quick(text) && (text.text.search(pattern) >= 0 || (text.vector && phoneInVector(needles, text))))
        return 'identifier'
      if (text.vector)
        return needles.names.some((words) => words.every((word) => hasLexeme(text, word))) ? 'name' : null
      return name?.test(text.folded) ? 'name' : null
    },
  }
}

const escapedWord = (word: string) => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** What every text with an identifier surely holds; far cheaper than the expression. */
function quickTest({ emails, literals, phones }: Needles): (text: LookedAtText) => boolean {
  const texts = [...emails.map((each) => longestRun(each.slice(0, each.lastIndexOf('@')))), ...literals.map(longestRun)]
  const ends = phones.map((each) => each.slice(-TELLING_DIGITS))
  return ({ folded: text, digits }) =>
    texts.some((each) => text.includes(each)) || ends.some((each) => digits.includes(each))
}

/** Letters without accents are the same in every spelling. */
function longestRun(text: string): string {
  const runs = text.split(/[^a-z0-9]+/)
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), '')
}

const phoneInVector = ({ phones }: Needles, { text }: LookedAtText): boolean =>
  lexemesOf(text).some((word) => isEndOfPhone(word, phones))

const hasLexeme = ({ folded: text }: LookedAtText, word: string) => text.includes(`'${word}'`)
