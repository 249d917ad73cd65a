import type { Temporal } from 'temporal-polyfill'
import { dayOf } from '~/erasure/terms'
import type { TermRules } from '~/erasure/terms'
import type { Executor } from '~/systems/adapters/adapter'
import { keyFrom } from '~/systems/locate/rows'
import type { RowKey } from '~/systems/located'
import type { OpenSystem } from '~/systems/registry.server'
import type { ResolvedTable } from '~/systems/resolved-map'
import { aliases } from './paths'
import { countStatement, decodeStage, endingStatement, keysStatement, stillOverStatement } from './statement'
import type { TermContext } from './terms'

/** Rows of one table, one step and one owner whose term is over (`expired`) or will be soon (`expiring`). */
export type DueGroup = {
  table: string
  step: number
  then: 'delete' | 'pseudonymise'
  owner: string | null
  expired: number
  expiring: number
  /** The first day on which a term of the group ends or ended, in the organisation's zone. */
  firstOn: Temporal.PlainDate | null
}

export type Day = { today: Temporal.PlainDate; rules: TermRules }

function contextOf(executor: Executor, system: OpenSystem, { today, rules }: Day): TermContext {
  return { resolved: system.map, dialect: executor.dialect, today, rules, next: aliases() }
}

/** Tables of a map whose rows have a term, in the map's order. */
export function tablesWithTerm(system: OpenSystem): ResolvedTable[] {
  return [...system.map.tables.values()].filter((table) => table.map.personal && table.map.deleteAfter.length > 0)
}

/** Counts what is over or near in one table, in one statement in the connected database. Throws SystemError. */
export async function countDue(
  executor: Executor,
  system: OpenSystem,
  table: ResolvedTable,
  day: Day,
  held: readonly RowKey[],
): Promise<DueGroup[]> {
  const rows = await executor.query(countStatement(contextOf(executor, system, day), table, held))
  const groups = new Map<string, DueGroup>()
  for (const row of rows) {
    const { step, over } = decodeStage(row['s'] ?? '')
    const then = table.map.deleteAfter[step]
    if (!then) continue
    const owner = row['o'] ?? null
    const name = JSON.stringify([owner, step])
    const group = groups.get(name) ?? {
      table: table.id,
      step,
      then: then.then,
      owner,
      expired: 0,
      expiring: 0,
      firstOn: null,
    }
    const started = dayOf(row['f'], day.rules.zone)
    const firstOn = started && then.term ? started.add(then.term) : null
    groups.set(name, {
      ...group,
      [over ? 'expired' : 'expiring']: Number(row['n']),
      firstOn: earlier(group.firstOn, firstOn),
    })
  }
  return [...groups.values()].sort((a, b) => a.step - b.step || (a.owner ?? '').localeCompare(b.owner ?? ''))
}

/** How many rows of one table have a term that ends in which month of the year ahead (its first day), by every step. */
export async function countEnding(
  executor: Executor,
  system: OpenSystem,
  table: ResolvedTable,
  day: Day,
  held: readonly RowKey[],
): Promise<Map<string, number>> {
  const months = new Map<string, number>()
  for (const [step, { term, from }] of table.map.deleteAfter.entries()) {
    if (!term || !from) continue
    const statement = endingStatement(contextOf(executor, system, day), table, held, { step, period: 'P1Y' })
    for (const row of await executor.query(statement)) {
      const month = dayOf(row['f'], day.rules.zone)?.add(term).with({ day: 1 }).toString()
      if (month) months.set(month, (months.get(month) ?? 0) + Number(row['n']))
    }
  }
  return months
}

function earlier(a: Temporal.PlainDate | null, b: Temporal.PlainDate | null): Temporal.PlainDate | null {
  if (!a || !b) return a ?? b
  return a.toString() <= b.toString() ? a : b
}

/** Keys of rows of a group whose term is over, in the order of the key, `limit` at the most. */
export async function dueKeys(
  executor: Executor,
  system: OpenSystem,
  table: ResolvedTable,
  day: Day,
  held: readonly RowKey[],
  group: Pick<DueGroup, 'owner' | 'step'>,
  limit: number,
): Promise<RowKey[]> {
  const rows = await executor.query(keysStatement(contextOf(executor, system, day), table, held, group, limit))
  return rows.map((row) => keyFrom(row, 'k', Math.max(1, table.key.length)))
}

/** Of these keys those whose rows are over by this step now. */
export async function stillDue(
  executor: Executor,
  system: OpenSystem,
  table: ResolvedTable,
  day: Day,
  held: readonly RowKey[],
  step: number,
  keys: readonly RowKey[],
): Promise<RowKey[]> {
  if (keys.length === 0) return []
  const rows = await executor.query(stillOverStatement(contextOf(executor, system, day), table, held, step, keys))
  return rows.map((row) => keyFrom(row, 'k', Math.max(1, table.key.length)))
}
