import type { LocatedPerson } from '~/systems/located'
import { Drafts } from './draft'

/**
 * Where only some tables are worked (retention, deferred erasure), what nobody asked about goes only along with a row that it
 * belongs to and that is deleted itself, a log line also with one that is rewritten; all else is left alone. What a duty
 * keeps stays in, since that duty may need values of other rows.
 */
export function withoutBystanders(drafts: Drafts, person: LocatedPerson, only: ReadonlyMap<string, unknown>): Drafts {
  const alone = new Set<number>()
  const actionOf = (id: number) => (alone.has(id) ? undefined : drafts.get(id)?.action)
  for (let before = -1; before < alone.size;) {
    before = alone.size
    for (const id of drafts.ids()) {
      const { id: table, map } = drafts.table(id)
      if (only.has(table) || alone.has(id) || drafts.get(id)?.action === 'keep') continue
      const goesAlong = person.numbers.parentsOf(id).some((parent) => {
        const action = actionOf(parent.id)
        return action === 'delete' || (action === 'pseudonymise' && map.history)
      })
      if (!goesAlong) alone.add(id)
    }
  }
  if (alone.size === 0) return drafts
  const left = new Drafts(person.size)
  for (const id of drafts.ids()) {
    const draft = drafts.get(id)
    if (draft && !alone.has(id)) left.add(id, drafts.table(id), drafts.isShared(id), draft)
  }
  return left
}
