import { createConnection, type Connection } from 'mysql2'
import { z } from 'zod'
import {
  SystemError,
  type AdapterOptions,
  type DatabaseAdapter,
  type Executor,
  type Row,
  type SystemErrorKind,
  type TransactionOptions,
} from './adapter'
import { MYSQL_FINGERPRINT } from './catalogue-fingerprint'
import { connectChecked } from './connect-socket.server'
import { connectionPool } from './connection-pool'
import { readMysqlCatalogue } from './mysql-catalogue.server'
import { mysqlDialect } from './mysql-dialect'
import { keyword, sql, type Sql } from './sql'

/** A pool of connections to a MySQL or MariaDB that is not ours. */
export function openMysql(options: AdapterOptions): DatabaseAdapter {
  const url = new URL(options.url)
  const database = decodeURIComponent(url.pathname.slice(1))
  const pool = connectionPool<Connection>({
    max: options.maxConnections ?? 4,
    open: () => connectTo(url, database, options, (connection) => pool.drop(connection)),
    close: (connection) => connection.destroy(),
  })
  const once = async <T>(work: (executor: Executor) => Promise<T>): Promise<T> => {
    const connection = await pool.take()
    try {
      return await work(executorOn(connection))
    } catch (error) {
      if (isBroken(error)) pool.drop(connection)
      throw error
    } finally {
      pool.give(connection)
    }
  }
  const adapter: DatabaseAdapter = {
    engine: 'mysql',
    dialect: mysqlDialect,
    query: (statement) => once((executor) => executor.query(statement)),
    each: (statement, take) => once((executor) => executor.each(statement, take)),
    run: (statement) => once((executor) => executor.run(statement)),
    stream: async function* (statement, portion) {
      const connection = await pool.take()
      let finished = false
      try {
        yield* executorOn(connection).stream(statement, portion)
        finished = true
      } finally {
        // Half-read answers can't be skipped on the wire.
        if (!finished) pool.drop(connection)
        pool.give(connection)
      }
    },
    transaction: (work, how = {}) => once((executor) => inTransaction(executor, work, how)),
    readCatalogue: () => readMysqlCatalogue(adapter, database),
    fingerprint: async () => JSON.stringify(await adapter.query(keyword(MYSQL_FINGERPRINT))),
    close: () => pool.close(),
  }
  return adapter
}

async function connectTo(
  url: URL,
  database: string,
  options: AdapterOptions,
  broken: (connection: Connection) => void,
): Promise<Connection> {
  const timeout = options.connectTimeoutMs ?? 10_000
  const socket = await connectChecked(url.hostname || 'localhost', Number(url.port || 3306), options.checkHost, timeout)
  try {
    const connection = createConnection({
      stream: () => socket,
      host: url.hostname,
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database,
      charset: 'UTF8MB4_GENERAL_CI',
      connectTimeout: timeout,
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      jsonStrings: true,
      // All connections to a server share its room for prepared statements (16,382 of them where nobody changed it).
      maxPreparedStatements: 500,
      multipleStatements: false,
      flags: ['-LOCAL_FILES'],
      ...tls(url, options),
    })
    connection.on('error', () => undefined)
    // A round of the walk has as many statements under way as there are tables, each of which listens.
    connection.setMaxListeners(0)
    await connection.promise().connect()
    await prepareSession(connection.promise(), options.statementTimeoutMs ?? 60_000)
    // A connection that dies while idle reports here, and is not handed out any more.
    connection.on('error', () => broken(connection))
    socket.once('close', () => broken(connection))
    return connection
  } catch (error) {
    socket.destroy()
    throw toSystemError(error)
  }
}

// `require` encrypts without asking who answers; `verify` wants a certificate of a known authority for this very name.
function tls(
  url: URL,
  { tls: wanted }: AdapterOptions,
): { ssl?: { rejectUnauthorized: boolean; verifyIdentity: boolean; ca?: string } } {
  const mode =
    wanted?.mode ?? (/^(true|1|require|required)$/i.test(url.searchParams.get('ssl') ?? '') ? 'require' : 'disable')
  if (mode === 'disable') return {}
  const verify = mode === 'verify'
  return { ssl: { rejectUnauthorized: verify, verifyIdentity: verify, ...(wanted?.ca ? { ca: wanted.ca } : {}) } }
}

async function prepareSession(connection: ReturnType<Connection['promise']>, timeoutMs: number): Promise<void> {
  const [rows] = await connection.query('SELECT VERSION() AS version')
  const version = z.array(z.object({ version: z.string() })).parse(rows)[0]?.version ?? ''
  await connection.query("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'")
  await connection.query("SET SESSION time_zone = '+00:00'")
  await connection.query(
    /mariadb/i.test(version)
      ? `SET SESSION max_statement_time = ${timeoutMs / 1000}`
      : `SET SESSION max_execution_time = ${Math.ceil(timeoutMs)}`,
  )
}

async function inTransaction<T>(
  executor: Executor,
  work: (tx: Executor) => Promise<T>,
  { isolation, readOnly, lockTimeoutMs }: TransactionOptions,
): Promise<T> {
  await executor.run(
    keyword(`SET SESSION innodb_lock_wait_timeout = ${Math.max(1, Math.ceil((lockTimeoutMs ?? 50_000) / 1000))}`),
  )
  await executor.run(keyword(`SET TRANSACTION ISOLATION LEVEL ${(isolation ?? 'read committed').toUpperCase()}`))
  await executor.run(keyword(`START TRANSACTION ${readOnly ? 'READ ONLY' : 'READ WRITE'}`))
  try {
    const result = await work(executor)
    await executor.run(sql`COMMIT`)
    return result
  } catch (error) {
    if (!isBroken(error)) await executor.run(sql`ROLLBACK`)
    throw error
  }
}

const outcome = z.object({ affectedRows: z.number() })
const rowShape = z.record(z.string(), z.unknown())
const portionOfRows = z.array(rowShape)

function executorOn(connection: Connection): Executor {
  const send = async (statement: Sql): Promise<unknown> => {
    const { text, parameters } = mysqlDialect.write(statement)
    try {
      const [answer] =
        parameters.length === 0
          ? await connection.promise().query(text)
          : await connection.promise().execute(text, parameters.map(travelling))
      return answer
    } catch (error) {
      throw toSystemError(error)
    }
  }
  return {
    engine: 'mysql',
    dialect: mysqlDialect,
    query: async (statement) => portionOfRows.parse(await send(statement)).map(toRow),
    each: (statement, take) => eachOf(connection, statement, take),
    run: async (statement) => outcome.safeParse(await send(statement)).data?.affectedRows ?? 0,
    stream: async function* (statement, portion = 1000) {
      const { text, parameters } = mysqlDialect.write(statement)
      let rows: Row[] = []
      try {
        const answer = connection.execute(text, parameters.map(travelling)).stream({ highWaterMark: portion })
        for await (const row of answer) {
          rows.push(toRow(rowShape.parse(row)))
          if (rows.length < portion) continue
          yield rows
          rows = []
        }
      } catch (error) {
        throw toSystemError(error)
      }
      if (rows.length > 0) yield rows
    },
  }
}

function eachOf(connection: Connection, statement: Sql, take: (row: Row) => void): Promise<void> {
  const { text, parameters } = mysqlDialect.write(statement)
  return new Promise((resolve, reject) => {
    let failure: unknown = null
    const finish = () => {
      connection.off('error', lost)
      if (failure === null) resolve()
      else reject(failure)
    }
    // Who dies with its connection gets no word of its own from the driver.
    const lost = (error: unknown) => {
      failure ??= toSystemError(error)
      finish()
    }
    connection.on('error', lost)
    const answer =
      parameters.length === 0 ? connection.query(text) : connection.execute(text, parameters.map(travelling))
    answer.on('result', (row: unknown) => {
      if (failure !== null) return
      try {
        take(toRow(rowShape.parse(row)))
      } catch (error) {
        failure = error
      }
    })
    answer.on('error', (error: unknown) => {
      failure ??= toSystemError(error)
    })
    // What is left of an answer has to come in before the connection can be used again.
    answer.on('end', finish)
  })
}

function travelling(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null
  if (value instanceof Uint8Array) return Buffer.from(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  return String(value)
}

function toRow(row: Record<string, unknown>): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value === null || value === undefined ? null : Buffer.isBuffer(value) ? value.toString('hex') : String(value),
    ]),
  )
}

/** The driver has a name for the numbers of MySQL only: MariaDB's own, and those that a SIGNAL chooses, come without `code`. */
const errorShape = z.object({
  errno: z.number().optional(),
  code: z.string().optional(),
  sqlMessage: z.string().optional(),
  fatal: z.boolean().optional(),
})

const BY_NUMBER: readonly (readonly [readonly number[], SystemErrorKind, boolean])[] = [
  [[1205], 'lock_timeout', true],
  [[1213], 'deadlock', true],
  // 1412 and 1615: the table's definition or its cached statement changed under way.
  [[1020, 1412, 1615], 'serialization', true],
  [[3024, 1969, 1907], 'timeout', true],
  [[1062, 1048, 1216, 1217, 1364, 1451, 1452, 1557, 1586, 3819, 4025], 'constraint', false],
  [[1142, 1143, 1227, 1370, 1419], 'permission', false],
  [[1054, 1146, 1305], 'missing', false],
  [[1264, 1265, 1292, 1366, 1406, 3140, 3141], 'data', false],
  [[1044, 1045, 1049, 1130, 1698, 3118], 'refused', false],
  [[1040, 1203, 1226], 'unreachable', true],
  [[1053, 1317, 1927, 2006, 2013, 4031], 'connection_lost', true],
]

/** Names out of the message of a violated constraint and nothing else; its values stay behind. */
function namesIn(message: string): { table: string | null; constraint: string | null; column: string | null } {
  return {
    table: /\(`[^`]+`\.`([^`]+)`, CONSTRAINT/.exec(message)?.[1] ?? null,
    constraint: /for key '([^']+)'$/.exec(message)?.[1] ?? /CONSTRAINT `([^`]+)`/.exec(message)?.[1] ?? null,
    column: /^(?:Column|Field) '([^']+)'/.exec(message)?.[1] ?? null,
  }
}

/** An error of the driver without its words; anything else as it is. */
function toSystemError(error: unknown): unknown {
  if (error instanceof SystemError) return error
  const parsed = errorShape.safeParse(error)
  if (!parsed.success) return error
  const { errno, code = 'unknown', sqlMessage, fatal = false } = parsed.data
  // What is sent on a connection that is closed already has no code, but is fatal without a word of the server.
  const lost = /^PROTOCOL_|^ECONN|^EPIPE$|^ETIMEDOUT$/.test(code) || (fatal && sqlMessage === undefined)
  if (sqlMessage === undefined && !lost) return error
  const known = BY_NUMBER.find(([numbers]) => errno !== undefined && numbers.includes(errno))
  return new SystemError({
    code: errno !== undefined && errno > 0 ? String(errno) : code,
    kind: lost ? 'connection_lost' : (known?.[1] ?? 'other'),
    retryable: lost || (known?.[2] ?? false),
    // Only of errors that the server words itself: what a trigger signals may look like anything.
    ...(known?.[1] === 'constraint' ? namesIn(sqlMessage ?? '') : {}),
  })
}

function isBroken(error: unknown): boolean {
  return error instanceof SystemError && (error.kind === 'connection_lost' || error.kind === 'unreachable')
}
