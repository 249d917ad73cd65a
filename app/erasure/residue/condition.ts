import type { Engine } from '~/systems/catalogue'
import { allOf, anyOf, keyword, sql, type Sql } from '~/systems/adapters/sql'
import {
  emailFragments,
  expressionOf,
  fragmentsOf,
  lexemeFragment,
  literalFragment,
  nameFragment,
  PHONE_LIKE,
  phoneFragment,
} from './fragments'
import type { Needles } from './needles'

/** Up to so many single looks for an address or number cost less than one expression for all of them. */
const FEW = 16

/**
 * The condition under which a text, as `wholeText` writes it, may hold traces of any of these persons; it lets too much
 * through and leaves nothing out. Null when there is nothing to search for. All values are parameters.
 */
export function candidateCondition(
  engine: Engine,
  all: readonly Needles[],
  vectors: boolean,
): ((text: Sql) => Sql) | null {
  const fragments = all.flatMap((needles) => fragmentsOf(needles, vectors))
  if (fragments.length === 0) return null
  const expression = expressionOf(fragments)
  if (engine === 'mysql') return (text) => sql`${text} COLLATE utf8mb4_bin RLIKE ${expression}`
  const needles = joined(all)
  const numbers = needles.emails.length + needles.literals.length + needles.phones.length
  return (text) => anyOf([...(numbers > FEW ? together : singly)(text, needles), ...namesIn(text, needles, vectors)])
}

const joined = (all: readonly Needles[]): Needles => ({
  emails: [...new Set(all.flatMap((each) => each.emails))],
  literals: [...new Set(all.flatMap((each) => each.literals))],
  phones: [...new Set(all.flatMap((each) => each.phones))],
  names: all.flatMap((each) => each.names),
})

const matches = (text: Sql, expression: string) => sql`${text} ~ (${expression}::text COLLATE "C")`
const holds = (text: Sql, part: string) => sql`strpos(${text}, ${part}::text COLLATE "C") > 0`
const holdsAny = (text: Sql, parts: readonly string[]) => anyOf(parts.map((part) => holds(text, part)))

/** Finding a fixed text is many times cheaper than an expression, which the planner does not know: the order is ours. */
const guarded = (guard: Sql | null, exact: Sql) =>
  guard ? sql`CASE WHEN ${guard} THEN ${exact} ELSE false END` : exact

const longestRun = (value: string) =>
  value.split(/[^a-z0-9._-]+/).reduce((longest, run) => (run.length > longest.length ? run : longest), '')

function singly(text: Sql, { emails, literals, phones }: Needles): Sql[] {
  const sure = (value: string) => {
    const run = longestRun(value)
    return run ? holds(text, run) : null
  }
  return [
    ...emails.map((email) =>
      guarded(sure(email.slice(0, email.lastIndexOf('@'))), matches(text, expressionOf(emailFragments(email)))),
    ),
    ...literals.map((literal) => guarded(sure(literal), matches(text, expressionOf([literalFragment(literal)])))),
    ...phones.map((phone) => {
      const [one = '', other = ''] = phone.slice(-2)
      const ends = holdsAny(text, [one + other, `${one} ${other}`])
      return guarded(ends, matches(text, expressionOf([phoneFragment(phone)])))
    }),
  ]
}

/** Is there an address, in any encoding, or a number at all? */
function together(text: Sql, { emails, literals, phones }: Needles): Sql[] {
  const address = holdsAny(text, ['@', '40', '64;', '&commat;'])
  return [
    ...(emails.length > 0 ? [guarded(address, matches(text, expressionOf(emails.flatMap(emailFragments))))] : []),
    ...(literals.length > 0 ? [matches(text, expressionOf(literals.map(literalFragment)))] : []),
    ...(phones.length > 0
      ? [guarded(matches(text, PHONE_LIKE), matches(text, expressionOf(phones.map(phoneFragment))))]
      : []),
  ]
}

/** Without an accent anywhere the words of a name stand there as they are; else a letter may be another. */
function namesIn(text: Sql, { names }: Needles, vectors: boolean): Sql[] {
  if (names.length === 0) return []
  const plain = names.map((words) =>
    allOf([...words].sort((a, b) => b.length - a.length).map((word) => holds(text, word))),
  )
  const accented = expressionOf([...names.map(nameFragment), ...(vectors ? names.map(lexemeFragment) : [])])
  return [
    sql`CASE WHEN octet_length(${text}) = length(${text}) THEN ${anyOf(plain)} ELSE ${matches(text, accented)} END`,
  ]
}

/**
 * The texts of a row as the condition wants them: in lower case where that is ASCII, blanks of a URL as blanks; in
 * PostgreSQL all of them as one.
 */
export function wholeText(engine: Engine, texts: readonly Sql[]): readonly Sql[] {
  if (engine === 'mysql') return texts.map((text) => sql`REPLACE(LOWER(${text}), '%20', ' ')`)
  const parts = texts.map((text, i) => (i === 0 ? text : sql`${keyword("E'\\n'")}, ${text}`))
  const [only = sql`''`] = parts
  const whole = parts.length === 1 ? only : sql`concat(${parts.reduce((before, part) => sql`${before}, ${part}`)})`
  return [sql`replace(lower(${whole} COLLATE "C"), '%20', ' ')`]
}
