import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import type { RequestRow } from '~/requests/move.server'
import { tasksOfRequest } from '~/requests/outside/list-tasks.server'
import { SystemError } from '~/systems/adapters/adapter'
import { nameOf } from '~/systems/handling'
import type { List } from '~/systems/list'
import { locate } from '~/systems/locate/locate'
import { readColumns } from '~/systems/locate/rows'
import type { Identifiers, LocatedCandidate, LocatedPerson, LocatedRow, SuggestionReason } from '~/systems/located'
import { mask } from '~/systems/mask'
import { databaseKeys, findSystem, listSystems, openSystem, type OpenSystem } from '~/systems/registry.server'
import type { WebhookAnswer } from '~/systems/webhook/messages'
import { askService } from './elsewhere/call.server'
import { subjectOfRequest, type Proven } from './subject-of-request.server'

/** A page waits no longer than this for one statement of one system; all systems are searched at once. */
const statementTimeoutMs = 8_000

/** So many rows of a table are shown. */
const shownRows = 3

export interface FoundTable {
  readonly table: string
  readonly label: Readonly<Record<string, string>> | null
  readonly rows: number
  /** Rows that others use too. */
  readonly shared: number
  /** Rows of other people that were met. */
  readonly others: number
}

export interface FoundInSystem {
  readonly system: string
  readonly name: string
  readonly engine: string
  /** person: nobody of ours can look there. */
  readonly state: 'found' | 'nothing' | 'ambiguous' | 'failed' | 'person'
  readonly failure: string | null
  readonly tables: readonly FoundTable[]
  readonly candidates: readonly LocatedCandidate[]
  readonly suggestions: readonly { table: string; rows: number; why: SuggestionReason }[]
  readonly notSearched: readonly string[]
  /** What a person wrote of it at the end of a task, as its state. */
  readonly ticked: string | null
  readonly looked: { readonly table: string; readonly rows: readonly Readonly<Record<string, string | null>>[] } | null
}

export interface WhereOrder {
  readonly row: RequestRow
  readonly proven: readonly Proven[]
  readonly staffId: string
  /** The table whose rows are read; null: counts only. */
  readonly look: { readonly system: string; readonly table: string } | null
  /** Values as they are, where the case's data is open to this person. */
  readonly unmasked: boolean
}

/**
 * Where one person is, over all systems and places: rows per table, who else might be meant, what only looks like them, and
 * some rows of one table when somebody looks, masked. A system that is away is said to be so, and holds up no other. That
 * somebody looked is evidence. Null once the case is purged.
 */
export async function whereIs(runtime: Runtime, order: WhereOrder): Promise<FoundInSystem[] | null> {
  const { row, proven, look } = order
  const subject = await subjectOfRequest(runtime.db, runtime, row, proven)
  if (!subject) return null
  await inTransaction(runtime, (tx) => witness(tx, runtime, order))
  const databases = new Set(await databaseKeys(runtime.db))
  const ticked = new Map((await tasksOfRequest(runtime.db, row.id)).map((task) => [task.systemKey, task.state]))
  return Promise.all(
    (await listSystems(runtime.db)).map(async (system): Promise<FoundInSystem> => {
      const { key, engine } = system
      const about = { ...nowhere, system: key, name: nameOf(system), engine, ticked: ticked.get(key) ?? null }
      if (engine === 'webhook') return { ...about, ...(await askThere(runtime, key, row, subject.identifiers)) }
      if (!databases.has(key))
        return { ...about, state: engine === 'manual' || engine === 'listed' ? 'person' : 'failed' }
      const wanted = look?.system === key ? look.table : null
      return { ...about, ...(await searchThere(runtime, key, subject, { table: wanted, unmasked: order.unmasked })) }
    }),
  )
}

const nowhere = {
  failure: 'no_map',
  tables: [],
  candidates: [],
  suggestions: [],
  notSearched: [],
  looked: null,
}

function witness(tx: Transaction, runtime: Runtime, { row, staffId, look, unmasked }: WhereOrder): Promise<void> {
  return appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: staffId },
    verb: 'request.located',
    request: row,
    ...(look ? { system: look.system } : {}),
    data: { looked: look?.table ?? null, unmasked: look !== null && unmasked },
  })
}

type Found = Partial<FoundInSystem> & Pick<FoundInSystem, 'state' | 'failure'>

async function searchThere(
  runtime: Runtime,
  key: string,
  { identifiers, facts }: { identifiers: Identifiers; facts: Readonly<Record<string, string>> },
  look: { table: string | null; unmasked: boolean },
): Promise<Found> {
  try {
    const opened = await openSystem(runtime, runtime.db, key)
    if (!opened.ok) return { state: 'failed', failure: opened.reason }
    const { system } = opened
    return await system.adapter.transaction(
      async (tx) => {
        const person = await locate(tx, system.map, identifiers, { facts, references: false })
        return { ...foundBy(system, person), looked: await lookAt(tx, system, person, look) }
      },
      { readOnly: true, isolation: 'repeatable read', statementTimeoutMs },
    )
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    return { state: 'failed', failure: error.kind }
  }
}

/** Of a table without a key equal rows are one, with how many there are. */
const countOf = (rows: List<LocatedRow> = []) => rows.reduce((sum, row) => sum + row.count, 0)

function foundBy(system: OpenSystem, person: LocatedPerson): Found {
  const tables = [...system.map.tables.values()].flatMap(({ id, map }): FoundTable[] => {
    const rows = countOf(person.rows.get(id))
    const shared = countOf(person.shared.get(id))
    const others = person.others.find((each) => each.table === id)?.rows ?? 0
    return rows + shared + others > 0 ? [{ table: id, label: map.label, rows, shared, others }] : []
  })
  return {
    state: person.ambiguous ? 'ambiguous' : tables.some((each) => each.rows + each.shared > 0) ? 'found' : 'nothing',
    failure: null,
    tables,
    candidates: person.candidates,
    suggestions: person.suggestions.map(({ table, rows, why }) => ({ table, rows, why })),
    notSearched: person.notSearched,
  }
}

async function lookAt(
  tx: Parameters<typeof readColumns>[0],
  system: OpenSystem,
  person: LocatedPerson,
  { table, unmasked }: { table: string | null; unmasked: boolean },
): Promise<FoundInSystem['looked']> {
  const resolved = table === null ? undefined : system.map.tables.get(table)
  const rows = resolved && person.rows.get(resolved.id)?.slice(0, shownRows)
  if (!resolved || !rows) return null
  const secret = (name: string) => resolved.map.columns[name]?.category === 'secret'
  const columns = resolved.catalogue.columns.filter((column) => !secret(column.name))
  const read = await readColumns(
    tx,
    resolved,
    rows.map((row) => row.key),
    columns,
  )
  const shown = (value: string | null) => (value === null || unmasked ? value : mask(value))
  return {
    table: resolved.id,
    rows: read.map(({ values }) => Object.fromEntries(columns.map(({ name }) => [name, shown(values[name] ?? null)]))),
  }
}

async function askThere(runtime: Runtime, key: string, request: RequestRow, identifiers: Identifiers): Promise<Found> {
  const system = await findSystem(runtime.db, key)
  if (!system) return { state: 'failed', failure: 'unknown_system' }
  const asked = await askService(runtime, system, { request, taskId: null, verb: 'locate', cause: 'look', identifiers })
  if (asked.state === 'done') return answered(asked.answer)
  if (asked.state === 'accepted') return { state: 'failed', failure: 'answer_pending' }
  return { state: 'failed', failure: asked.state === 'refused' ? 'refused' : asked.kind }
}

function answered({ tables }: WebhookAnswer): Found {
  const found = tables
    .filter((each) => (each.rows ?? 0) > 0)
    .map(({ table, label, rows = 0 }) => ({
      table,
      label: label ? Object.fromEntries(Object.entries(label).map(([code, text]) => [code, text])) : null,
      rows,
      shared: 0,
      others: 0,
    }))
  return { state: found.length > 0 ? 'found' : 'nothing', failure: null, tables: found }
}
