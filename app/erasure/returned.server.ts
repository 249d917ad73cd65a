import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm'
import { z } from 'zod'
import { deferredErasure, erasedRows, returnedPerson, suppressionEntry } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { sendMail } from '~/mail/send.server'
import { inTransaction, type Actor, type Runtime } from '~/platform/runtime.server'
import { activeStaff } from '~/staff/accounts.server'
import { sql } from '~/systems/adapters/sql'
import { encodeKey, type RowKey } from '~/systems/located'
import { addressOf, columnIn, keyFrom, selected, tableAs } from '~/systems/locate/rows'
import type { OpenSystem } from '~/systems/registry.server'
import { sameScalar } from './conditions'
import { openDeferred } from './defer.server'
import { effectOn } from './intent'
import { modelOf, type ModelTable } from './model'
import { openRemembered } from './remember.server'
import { suppressionHash } from '~/requests/suppress.server'

type Why = 'erased' | 'objection'

const keysSchema = z.array(z.array(z.string()))
const place = (id: string) => `returned_person.keys:${id}`
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

const STOP = { kind: 'effects', cause: 'objection', to: 'direct_marketing' } as const

/**
 * Looks through the tables of people in one system for addresses of the suppression list: somebody who was erased stands
 * there again, or who objected to marketing has lost that mark, by an import or a restore (design.md "Erasure" 6). What is new
 * is written down for a person to look at, and the admins are told. Nothing is touched: it may be a new customer. Answers the
 * number of rows that are new. Throws `SystemError` when the database is away.
 */
export async function lookForReturned(runtime: Runtime, system: OpenSystem): Promise<number> {
  const listed = new Map<string, Set<string>>()
  for (const entry of await runtime.db.select().from(suppressionEntry).where(eq(suppressionEntry.kind, 'email')))
    listed.set(hex(entry.hash), (listed.get(hex(entry.hash)) ?? new Set()).add(entry.reason))
  if (listed.size === 0) return 0
  const found: { table: string; why: Why; keys: RowKey[] }[] = []
  for (const of of modelOf(system.map).tables.values())
    for (const why of ['erased', 'objection'] as const) {
      if (!minds(of, why)) continue
      const known = await knownKeys(runtime, system.key, of.id, why)
      const keys = (await rowsOf(runtime, system, of, why, listed)).filter((key) => !known.has(encodeKey(key)))
      if (keys.length > 0) found.push({ table: of.id, why, keys })
    }
  if (found.length > 0) await inTransaction(runtime, (tx) => recordReturned(tx, runtime, system.key, found))
  return found.reduce((sum, each) => sum + each.keys.length, 0)
}

function addressColumns(of: ModelTable) {
  const paths = of.resolved.subject?.identifiers.get('email') ?? []
  return paths.filter((path) => path.steps.length === 0).map((path) => path.column)
}

/** Is an address of the list in this table a surprise? Not where an erasure leaves it, or the map sets nothing. */
function minds(of: ModelTable, why: Why): boolean {
  const columns = addressColumns(of)
  if (columns.length === 0 || of.resolved.key.length === 0) return false
  if (why === 'objection') return effectOn(of.map, STOP) !== null
  const rewritten = columns.some((column) => {
    const strategy = of.map.columns[column.name]?.with
    return strategy && strategy.kind !== 'keep'
  })
  return of.map.erase === 'delete' || (of.map.erase === 'pseudonymise' && rewritten)
}

async function rowsOf(
  runtime: Runtime,
  system: OpenSystem,
  of: ModelTable,
  why: Why,
  listed: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<RowKey[]> {
  const { dialect } = system.adapter
  const address = addressOf(dialect, of.resolved, 't')
  const emails = addressColumns(of)
  const effect = effectOn(of.map, STOP)
  const wanted = Object.entries(effect?.set ?? {})
  const marks = of.touched.filter((column) => wanted.some(([name]) => name === column.name))
  const text = (column: (typeof emails)[number]) => dialect.asText(columnIn('t', column), column)
  const lists = [selected('k', address.texts), selected('e', emails.map(text))]
  if (marks.length > 0) lists.push(selected('m', marks.map(text)))
  const statement = sql`SELECT ${lists.reduce((all, list) => sql`${all}, ${list}`)} FROM ${tableAs(dialect, of.resolved, 't')}`
  const keys: RowKey[] = []
  for await (const rows of system.adapter.stream(statement))
    for (const row of rows) {
      const here = emails.some((_, i) => {
        const email = row[`e${String(i)}`]
        return email ? listed.get(hex(suppressionHash(runtime, 'email', email)))?.has(why) : false
      })
      if (!here) continue
      const marked = wanted.every(([name, value]) => {
        const at = marks.findIndex((column) => column.name === name)
        return sameScalar(value, row[`m${String(at)}`] ?? null)
      })
      if (why === 'erased' || effect?.delete || !marked) keys.push(keyFrom(row, 'k', address.texts.length))
    }
  return keys
}

/** Rows that were told of before, and rows that an erasure left as they were until their term is over. */
async function knownKeys(runtime: Runtime, system: string, table: string, why: Why): Promise<Set<string>> {
  const told = await runtime.db
    .select()
    .from(returnedPerson)
    .where(and(eq(returnedPerson.systemKey, system), eq(returnedPerson.table, table), eq(returnedPerson.reason, why)))
  const known = new Set(told.flatMap((row) => openKeys(runtime, row).map(encodeKey)))
  if (why === 'objection') return known
  const kept = new Set<string>()
  const waiting = await runtime.db
    .select()
    .from(deferredErasure)
    .where(and(eq(deferredErasure.systemKey, system), eq(deferredErasure.table, table), isNull(deferredErasure.doneAt)))
  for (const row of waiting) for (const each of openDeferred(runtime, row)?.rows ?? []) kept.add(encodeKey(each.key))
  const gone = await runtime.db
    .select()
    .from(erasedRows)
    .where(and(eq(erasedRows.systemKey, system), eq(erasedRows.table, table), isNotNull(erasedRows.committedAt)))
  for (const row of gone) for (const each of openRemembered(runtime, row).rows) kept.delete(encodeKey(each.key))
  return new Set([...known, ...kept])
}

const openKeys = (runtime: Pick<Runtime, 'keys'>, row: typeof returnedPerson.$inferSelect): RowKey[] =>
  keysSchema.parse(
    JSON.parse(Buffer.from(runtime.keys.open('deferred', row.keysSealed, place(row.id))).toString('utf8')),
  )

async function recordReturned(
  tx: Transaction,
  runtime: Runtime,
  system: string,
  found: readonly { table: string; why: Why; keys: readonly RowKey[] }[],
): Promise<void> {
  const ids: string[] = []
  const rows = { erased: 0, objection: 0 }
  for (const { table, why, keys } of found) {
    const id = crypto.randomUUID()
    await tx.insert(returnedPerson).values({
      id,
      systemKey: system,
      table,
      reason: why,
      rows: keys.length,
      keysSealed: runtime.keys.seal('deferred', JSON.stringify(keys), place(id)),
      at: runtime.clock.now(),
    })
    ids.push(id)
    rows[why] += keys.length
    await appendEvidence(tx, runtime, {
      actor: { kind: 'system' },
      verb: 'person.returned',
      system,
      data: { table, reason: why, rows: keys.length },
    })
  }
  for (const admin of await activeStaff(tx, ['admin']))
    await sendMail(tx, runtime, {
      template: 'persons_returned',
      to: admin.email,
      language: admin.language === 'en' ? 'en' : 'nl',
      idempotencyKey: `persons_returned:${ids[0] ?? system}:${admin.id}`,
      props: { system, ...rows, url: `${runtime.publicUrl}/desk/systems/${system}` },
    })
}

/** What nobody has looked at yet, newest last. `keys`: key values of the rows, by which staff find them in the system. */
export async function returnedInSystem(db: Executor, runtime: Pick<Runtime, 'keys'>, system: string) {
  const rows = await db
    .select()
    .from(returnedPerson)
    .where(and(eq(returnedPerson.systemKey, system), isNull(returnedPerson.seenAt)))
    .orderBy(asc(returnedPerson.at))
  return rows.map((row) => ({
    id: row.id,
    table: row.table,
    reason: row.reason === 'objection' ? ('objection' as const) : ('erased' as const),
    rows: row.rows,
    at: row.at,
    keys: openKeys(runtime, row).map((key) => key.join(' ')),
  }))
}

/** A person looked at it. Answers false when it is unknown or was seen before. */
export async function seeReturned(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: { id: string; system: string; actor: Extract<Actor, { kind: 'staff' }> },
): Promise<boolean> {
  const seen = await tx
    .update(returnedPerson)
    .set({ seenAt: runtime.clock.now(), seenByStaffId: order.actor.id })
    .where(
      and(eq(returnedPerson.id, order.id), eq(returnedPerson.systemKey, order.system), isNull(returnedPerson.seenAt)),
    )
    .returning({ table: returnedPerson.table, rows: returnedPerson.rows })
  for (const { table, rows } of seen)
    await appendEvidence(tx, runtime, {
      actor: order.actor,
      verb: 'person.returned_seen',
      system: order.system,
      data: { table, rows },
    })
  return seen.length > 0
}
