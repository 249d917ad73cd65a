/** How a row of the list stands to what is there now: changed by somebody, or no longer in this view. */
export type RowMark = 'changed' | 'left'

type Row = { reference: string; version: number }
type Page<R extends Row> = { rows: R[]; next: string | null }

export type Merged<R extends Row> = { rows: R[]; marks: Record<string, RowMark>; added: number }

/**
 * What a list that is being read shows of a newer one without moving a row: the same rows in the same order, with what
 * changed in them, and how many stand between or after them that it does not show. `told`: the cases that changed.
 */
export function mergeRows<R extends Row>(shown: Page<R>, now: Page<R>, told: ReadonlySet<string>): Merged<R> {
  const fresh = new Map(now.rows.map((row) => [row.reference, row]))
  const known = new Set(shown.rows.map((row) => row.reference))
  const marks: Record<string, RowMark> = {}
  const rows = shown.rows.map((row) => {
    const newer = fresh.get(row.reference)
    // One that is not there and that nobody changed was only moved to the next page.
    if (!newer && told.has(row.reference)) marks[row.reference] = 'left'
    if (newer && newer.version !== row.version) marks[row.reference] = 'changed'
    return newer ?? row
  })
  // What comes after the last row that is shown came up from the next page, if there is one.
  const end = shown.next === null ? now.rows.length : now.rows.findLastIndex((row) => known.has(row.reference)) + 1
  const added = now.rows.slice(0, end).filter((row) => !known.has(row.reference)).length
  return { rows, marks, added }
}
