import { Temporal } from 'temporal-polyfill'
import type { Executor } from '~/systems/adapters/adapter'
import { columnOf } from '~/systems/catalogue'
import { listOf } from '~/systems/list'
import type { LocatedPerson } from '~/systems/located'
import { eachRow } from '~/systems/locate/rows'
import { holds } from './conditions'
import { modelTable, splitColumn, type Model, type ModelTable } from './model'
import { dayOf } from './terms'

/** What deciding has to know of the values of a person's rows, read before anything is decided. */
export interface RowFacts {
  /** Is the need fulfilled: has the person a row in that table with those values (`needed_while`)? */
  needed(need: ModelTable['map']['neededWhile'][number]): boolean
  /** The day in a column of a row; null where it holds none. */
  dayOf(table: string, column: string, id: number): Temporal.PlainDate | null
  /** The latest day in a column over all rows of the person in that table; null where there is none. */
  latestOf(table: string, column: string): Temporal.PlainDate | null
}

/** Days in a column: by the row's number the place of the day among the days that occur. */
interface Days {
  readonly of: Int32Array
  readonly distinct: (Temporal.PlainDate | null)[]
  readonly places: Map<string, number>
}

/** Reads, table by table, the columns on which terms and needs depend; of a table that has none nothing. */
export async function readFacts(
  executor: Executor,
  model: Model,
  person: LocatedPerson,
  zone: string,
): Promise<RowFacts> {
  const needs = [...model.tables.values()].flatMap((of) => of.map.neededWhile)
  const fulfilled = new Set<(typeof needs)[number]>()
  const days = new Map<string, Map<string, Days>>()
  for (const [table, ids] of person.numbers.rows) {
    const { resolved, table: catalogue } = modelTable(model, table)
    const here = needs.filter((need) => need.table === table)
    const dates = datesIn(model, person, table)
    const asked = here.flatMap((need) => need.where.map((condition) => splitColumn(condition.column, table)))
    const names = [...dates, ...asked.filter((at) => at.table === table).map((at) => at.column)]
    if (names.length === 0) {
      // A need without conditions is fulfilled by any row.
      for (const need of here) fulfilled.add(need)
      continue
    }
    const columns = [...new Set(names)].flatMap((name) => columnOf(catalogue, name) ?? [])
    const noted = new Map([...dates].map((name) => [name, newDays(person.size)]))
    days.set(table, noted)
    const keys = listOf(ids.length, (index) => person.numbers.keyOf(ids[index] ?? -1))
    await eachRow(executor, resolved, keys, columns, (_key, values, index) => {
      if (!values) return
      for (const [name, of] of noted) note(of, ids[index] ?? -1, values[name] ?? null, zone)
      for (const need of here) if (!fulfilled.has(need) && holds(need.where, values, table)) fulfilled.add(need)
    })
  }
  return {
    needed: (need) => fulfilled.has(need),
    dayOf: (table, column, id) => {
      const of = days.get(table)?.get(column)
      return of?.distinct[of.of[id] ?? -1] ?? null
    },
    latestOf: (table, column) => latest(days.get(table)?.get(column)),
  }
}

/** Columns of the table from which some term of a table with rows of the person runs. */
function datesIn(model: Model, person: LocatedPerson, table: string): Set<string> {
  const names = new Set<string>()
  for (const id of person.numbers.rows.keys())
    for (const term of modelTable(model, id).map.keepFor)
      for (const name of term.from.columns) {
        const at = splitColumn(name, id)
        if (at.table === table) names.add(at.column)
      }
  return names
}

const newDays = (size: number): Days => ({ of: new Int32Array(size).fill(-1), distinct: [], places: new Map() })

/** So many texts are remembered with their day: reading a date takes longer than looking one up. */
const REMEMBERED = 100_000

function note(days: Days, id: number, text: string | null, zone: string): void {
  if (text === null) return
  let place = days.places.get(text)
  if (place === undefined) {
    const day = dayOf(text, zone)
    place = day === null ? -1 : placeOf(days, day)
    if (days.places.size < REMEMBERED) days.places.set(text, place)
  }
  days.of[id] = place
}

/** The same day is held once. */
function placeOf({ distinct, places }: Days, day: Temporal.PlainDate): number {
  const name = `day ${day.toString()}`
  const known = places.get(name)
  if (known !== undefined) return known
  const place = distinct.push(day) - 1
  places.set(name, place)
  return place
}

function latest(days: Days | undefined): Temporal.PlainDate | null {
  let found: Temporal.PlainDate | null = null
  for (const day of days?.distinct ?? []) if (day && (!found || Temporal.PlainDate.compare(day, found) > 0)) found = day
  return found
}
