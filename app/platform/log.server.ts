import pino from 'pino'

export type Log = pino.Logger

/**
 * The process log, on stderr unless told otherwise. Fields that could hold secrets or personal data are redacted by name
 * as a second line of defence; the first is that nobody logs them.
 */
export function createLog(level: string, to: pino.DestinationStream = pino.destination({ dest: 2, sync: true })): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['*.url', '*.password', '*.token', '*.email', '*.code', 'url', 'password', 'token', 'email', 'code'],
      },
      serializers: { err: describeError, error: describeError },
    },
    to,
  )
}

interface DescribedError {
  readonly type: string
  readonly message?: string
  /** Not `code`: fields of that name are redacted, since one-time codes could stand there. */
  readonly errorCode?: unknown
  readonly sqlState?: unknown
  readonly table?: unknown
  readonly constraint?: unknown
  readonly stack?: string | undefined
}

/**
 * What of an error may be written down: a database error keeps SQLSTATE, table and constraint but never its message or
 * detail, which quote whole rows (promises.md).
 */
export function describeError(error: unknown): DescribedError & { readonly causes?: readonly DescribedError[] } {
  const chain: DescribedError[] = []
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    const fields = current as Error & Record<string, unknown>
    const sqlState = fields['code']
    // drizzle's wrapper: its message is the statement with its parameters, and its name is plain `Error`
    const aroundQuery = 'query' in fields && 'params' in fields
    // The server names them in class 23 alone; elsewhere a trigger may have written anything there.
    const named = typeof sqlState === 'string' && sqlState.startsWith('23')
    const fromDatabase =
      current.name === 'PostgresError' || aroundQuery || 'severity' in fields || 'sqlMessage' in fields
    chain.push(
      fromDatabase
        ? {
            type: current.name,
            sqlState,
            ...(named ? { table: fields['table_name'], constraint: fields['constraint_name'] } : {}),
          }
        : { type: current.name, message: current.message, errorCode: sqlState, stack: current.stack },
    )
    if (aroundQuery) chain[chain.length - 1] = { type: current.constructor.name }
  }
  const [outermost, ...causes] = chain
  return outermost ? { ...outermost, causes } : { type: typeof error }
}
