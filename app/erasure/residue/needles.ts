import { phoneDigits, wordsOf, type Traces } from '../trace-pattern'

/** One person's traces as the engine and the exact look after it search for them. */
export interface Needles {
  readonly emails: readonly string[]
  /** Customer numbers and other keys. */
  readonly literals: readonly string[]
  /** National numbers, digits only. */
  readonly phones: readonly string[]
  /** Full names, word by word, without accents, in lower case. */
  readonly names: readonly (readonly string[])[]
}

/** Two or three characters stand everywhere: they mean nobody. */
const SHORTEST = 4
/** So many digits at the end of a number tell it from others. */
export const TELLING_DIGITS = 6

const unique = (values: readonly string[]) => [...new Set(values)]

/** Those of the traces that are long enough to mean somebody. A name counts where it is a full one. */
export function needlesOf(traces: Traces): Needles {
  const texts = unique(traces.identifiers.map((each) => each.trim().normalize('NFC').toLowerCase())).filter(
    (each) => each.length >= SHORTEST,
  )
  const names = traces.names.map((name) => wordsOf(name).map((word) => word.toLowerCase()))
  return {
    emails: texts.filter((each) => each.includes('@')),
    literals: texts.filter((each) => !each.includes('@')),
    phones: unique(
      traces.phones.flatMap((phone) => {
        const digits = phoneDigits(phone)
        return digits && digits.national.length > TELLING_DIGITS ? digits.national : []
      }),
    ),
    names: [...new Map(names.map((words) => [words.join(' '), words])).values()].filter((words) => words.length > 1),
  }
}

/** Case and accents taken off, as names are compared. */
export const folded = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
