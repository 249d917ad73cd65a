import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import type postgres from 'postgres'

/** What a program said to the database, in order: statements with their parameters, `begin` and `commit` among them. */
export type Recording = { text: string; parameters: unknown[] }[]

/** An id, a reference, or bytes as PostgreSQL writes them. */
const ofItsOwn = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|AVG-\d{4}-[0-9A-Z]{6}|^\\x[0-9a-f]{2,}$/g

/**
 * The same statements again as somebody writes them by hand: prepared, in the same transactions, and no work but to send
 * them. Ids, references and bytes that a statement brings are new each time, the same one wherever the recording has the
 * same one.
 */
export function replayOf(recording: Recording): (sql: postgres.Sql) => Promise<void> {
  const steps = transactionsOf(recording)
  return async (sql) => {
    const fresh = freshValues()
    const send = (on: postgres.Sql | postgres.TransactionSql, { text, parameters }: Recording[number]) =>
      on.unsafe(text, parameters.map(fresh) as postgres.ParameterOrJSON<never>[], { prepare: true })
    for (const { inTransaction, statements } of steps) {
      const all = async (on: postgres.Sql | postgres.TransactionSql) => {
        for (const statement of statements) await send(on, statement)
      }
      await (inTransaction ? sql.begin(all) : all(sql))
    }
  }
}

function transactionsOf(recording: Recording) {
  const steps: { inTransaction: boolean; statements: Recording }[] = []
  let inTransaction = false
  for (const statement of recording) {
    const word = statement.text.trim().toLowerCase()
    if (/^begin\b/.test(word)) {
      inTransaction = true
      steps.push({ inTransaction, statements: [] })
    } else if (word === 'commit') inTransaction = false
    else if (inTransaction) steps.at(-1)?.statements.push(statement)
    else steps.push({ inTransaction, statements: [statement] })
  }
  return steps
}

function freshValues(): (parameter: unknown) => unknown {
  const values = new Map<string, string>()
  const fresh = (known: string) => {
    const made = values.get(known) ?? newLike(known)
    values.set(known, made)
    return made
  }
  return (parameter) => {
    if (typeof parameter === 'string') return parameter.replace(ofItsOwn, fresh)
    if (!(parameter instanceof Uint8Array)) return parameter
    return Buffer.from(fresh(`\\x${Buffer.from(parameter).toString('hex')}`).slice(2), 'hex')
  }
}

const letters = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

function newLike(known: string): string {
  if (known.startsWith('\\x')) return `\\x${randomBytes((known.length - 2) / 2).toString('hex')}`
  if (!known.startsWith('AVG')) return randomUUID()
  return known.slice(0, 9) + Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('')
}
