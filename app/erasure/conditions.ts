import type { Row } from '~/systems/adapters/adapter'
import type { Condition, Scalar } from '~/systems/data-map'
import { splitColumn } from './model'

/** A value of a map against a value as the database writes it: MySQL writes booleans as 0 and 1. */
export function sameScalar(wanted: Scalar | null, found: string | null): boolean {
  if (wanted === null || found === null) return wanted === found
  if (typeof wanted === 'boolean') return (wanted ? ['true', 't', '1'] : ['false', 'f', '0']).includes(found)
  if (typeof wanted === 'number') return found.trim() !== '' && Number(found) === wanted
  return found === wanted
}

/** Do all conditions that speak of the row's own table hold? Those of another table are left to whoever has its row. */
export function holds(conditions: readonly Condition[], row: Row, own: string): boolean {
  return conditions.every(({ column, test }) => {
    const at = splitColumn(column, own)
    if (at.table !== own) return true
    return meets(test, row[at.column] ?? null)
  })
}

/** Does a value meet what a `where` says of its column? */
export function meets(test: Condition['test'], value: string | null): boolean {
  if (test.kind === 'null') return value === null
  if (test.kind === 'not_null') return value !== null
  return test.values.some((wanted) => sameScalar(wanted, value))
}
