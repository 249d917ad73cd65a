import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import postgres from 'postgres'
import { z } from 'zod'
import { begin, isOfOldSession } from '~db/begin'
import {
  SystemError,
  type AdapterOptions,
  type DatabaseAdapter,
  type Executor,
  type Row,
  type SystemErrorKind,
  type TransactionOptions,
} from './adapter'
import { POSTGRES_FINGERPRINT } from './catalogue-fingerprint'
import { connectChecked } from './connect-socket.server'
import { readPostgresCatalogue } from './postgres-catalogue.server'
import { postgresDialect } from './postgres-dialect'
import { keyword, type Sql } from './sql'

const asIs = (value: unknown) => value
/** Values travel as text both ways: what a type looks like is the engine's business, not the driver's. */
const TEXT_TYPES = {
  number: { to: 0, from: [20, 21, 23, 26, 700, 701, 1700], serialize: String, parse: asIs },
  json: { to: 114, from: [114, 3802], serialize: String, parse: asIs },
  boolean: { to: 16, from: [16], serialize: String, parse: (value: unknown) => (value === 't' ? 'true' : 'false') },
  date: { to: 1184, from: [1082, 1114, 1184], serialize: String, parse: asIs },
  bytea: { to: 17, from: [17], serialize: String, parse: (value: string) => value.slice(2) },
}

type Client = Pick<postgres.Sql, 'unsafe'>

/** A pool of connections to a PostgreSQL that is not ours. */
export function openPostgres(options: AdapterOptions): DatabaseAdapter {
  const timeout = options.connectTimeoutMs ?? 10_000
  const pool = postgres(options.url, {
    max: options.maxConnections ?? 4,
    idle_timeout: 60,
    connect_timeout: Math.ceil(timeout / 1000),
    fetch_types: false,
    types: TEXT_TYPES,
    onnotice: () => undefined,
    ...tls(options),
    connection: {
      application_name: 'privacybalie',
      client_encoding: 'UTF8',
      DateStyle: 'ISO',
      IntervalStyle: 'iso_8601',
      TimeZone: 'UTC',
      bytea_output: 'hex',
      standard_conforming_strings: 'on',
      statement_timeout: options.statementTimeoutMs ?? 60_000,
    },
    // postgres.js takes a socket that is already connected, though its types do not say so.
    ...{
      socket: failing(({ host, port }: { host: string[]; port: number[] }) =>
        connectChecked(host[0] ?? 'localhost', port[0] ?? 5432, options.checkHost, timeout),
      ),
    },
  })
  const executor = executorOn(pool)
  return {
    ...executor,
    transaction: async (work, how = {}) => {
      try {
        return await begin(pool, characteristics(how), async (tx) => {
          const inside = executorOn(tx)
          // Sent ahead of the work's first statement, and heard with it.
          const set = Promise.all(settings(how).map((setting) => inside.run(setting)))
          set.catch(() => undefined)
          const value = await work(inside)
          await set
          return value
        })
      } catch (error) {
        throw toSystemError(error)
      }
    },
    readCatalogue: () => readPostgresCatalogue(executor),
    fingerprint: async () => (await executor.query(POSTGRES_FINGERPRINT))[0]?.fingerprint ?? '',
    close: () => pool.end({ timeout: 5 }),
  }
}

/**
 * What postgres.js needs of a socket that could not be opened: one that fails. It never gives a connection back to its pool
 * whose opening threw, and it tries for ever where something takes the connection and hangs up before a word was said (a
 * proxy without its server); here the second try fails.
 */
function failing<T>(open: (to: T) => Promise<Socket>): (to: T) => Promise<Duplex> {
  let hungUp = false
  return async (to) => {
    try {
      if (hungUp) throw new SystemError({ code: 'ECONNRESET', kind: 'connection_lost', retryable: true })
      const socket = await open(to)
      const hangUp = () => {
        hungUp = true
      }
      socket.once('close', hangUp)
      socket.once('data', () => socket.off('close', hangUp))
      return socket
    } catch (error) {
      hungUp = false
      const dead = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() })
      const failure = error instanceof Error ? error : new Error('No connection', { cause: error })
      // Not before the driver has written its first words, or it would not write any to the next socket.
      setImmediate(() => setImmediate(() => dead.destroy(failure)))
      return dead
    }
  }
}

function tls(options: AdapterOptions): { ssl?: false | 'require' | { rejectUnauthorized: true; ca?: string } } {
  if (!options.tls) return {}
  if (options.tls.mode === 'disable') return { ssl: false }
  if (options.tls.mode === 'require') return { ssl: 'require' }
  return { ssl: { rejectUnauthorized: true, ...(options.tls.ca ? { ca: options.tls.ca } : {}) } }
}

function characteristics({ isolation, readOnly }: TransactionOptions): string {
  return `isolation level ${isolation ?? 'read committed'} ${readOnly ? 'read only' : 'read write'}`
}

function settings({ lockTimeoutMs, statementTimeoutMs }: TransactionOptions): Sql[] {
  const set = (name: string, ms: number) => keyword(`SET LOCAL ${name} = ${Math.ceil(ms)}`)
  return [
    ...(lockTimeoutMs === undefined ? [] : [set('lock_timeout', lockTimeoutMs)]),
    ...(statementTimeoutMs === undefined ? [] : [set('statement_timeout', statementTimeoutMs)]),
  ]
}

function executorOn(client: Client): Executor {
  const send = (statement: Sql) => {
    const { text, parameters } = postgresDialect.write(statement)
    return client.unsafe<Record<string, string | null>[]>(
      text,
      parameters.map((p) =>
        p instanceof Uint8Array ? `\\x${Buffer.from(p).toString('hex')}` : p === null ? null : String(p),
      ),
      { prepare: true },
    )
  }
  return {
    engine: 'postgres',
    dialect: postgresDialect,
    query: (statement) => answered(send, statement),
    each: async (statement, take) => {
      // What is tried again failed before its first row.
      const each = (row: Row) => {
        take(row)
      }
      await answered((again) => send(again).forEach(each), statement)
    },
    run: async (statement) => (await answered(send, statement)).count,
    stream: (statement, portion = 1000) => streamed(() => send(statement).cursor(portion)),
  }
}

async function answered<T>(send: (statement: Sql) => PromiseLike<T>, statement: Sql): Promise<T> {
  try {
    return await send(statement)
  } catch (error) {
    if (!isOfOldSession(error)) throw toSystemError(error)
  }
  try {
    return await send(statement)
  } catch (error) {
    throw toSystemError(error)
  }
}

async function* streamed(open: () => AsyncIterable<Row[]>): AsyncIterable<readonly Row[]> {
  try {
    yield* open()
  } catch (error) {
    throw toSystemError(error)
  }
}

const errorShape = z.object({
  code: z.string(),
  table_name: z.string().optional(),
  column_name: z.string().optional(),
  constraint_name: z.string().optional(),
})

const KINDS: readonly (readonly [RegExp, SystemErrorKind, boolean])[] = [
  [/^40001$/, 'serialization', true],
  [/^40P01$/, 'deadlock', true],
  [/^55P03$/, 'lock_timeout', true],
  [/^57014$|^25P0[34]$|^CONNECT_TIMEOUT$/, 'timeout', true],
  [/^57P0|^08|^CONNECTION_|^ECONNRESET$|^EPIPE$/, 'connection_lost', true],
  [/^23/, 'constraint', false],
  [/^42501$/, 'permission', false],
  [/^42P01$|^42703$|^3F000$|^42704$/, 'missing', false],
  [/^22/, 'data', false],
  [/^28|^3D000$/, 'refused', false],
  [/^53/, 'unreachable', true],
  [/^E[A-Z_]+$/, 'unreachable', true],
]

/** An error of the driver without its words; anything else as it is. */
function toSystemError(error: unknown): unknown {
  if (error instanceof SystemError) return error
  const parsed = errorShape.safeParse(error)
  if (!parsed.success) return error
  const { code, table_name, column_name, constraint_name } = parsed.data
  const known = KINDS.find(([pattern]) => pattern.test(code))
  // An error of our own with a code (Node's ERR_…) keeps its words; SQLSTATEs have five places.
  if (!known && !/^[0-9A-Z]{5}$/.test(code)) return error
  // The server names tables and constraints in class 23 alone; elsewhere a trigger may have written anything there.
  const named = known?.[1] === 'constraint'
  return new SystemError({
    code,
    kind: known?.[1] ?? 'other',
    retryable: known?.[2] ?? false,
    table: (named && table_name) || null,
    column: (named && column_name) || null,
    constraint: (named && constraint_name) || null,
  })
}
