import type { Temporal } from 'temporal-polyfill'
import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { lastsOn, presentAbsences, staffToday } from './absence.server'
import { reachableStaff } from './accounts.server'
import type { StaffRow } from './accounts.server'
import { roles } from './roles'
import type { Role } from './roles'

/** Who can be written to on a day: everybody with an account that works, and who stands in for whom. */
export type Reach = {
  today: Temporal.PlainDate
  staff: ReadonlyMap<string, StaffRow>
  /** Who is away that day, with their deputy. */
  away: ReadonlyMap<string, string | null>
}

export async function readReach(db: Executor, runtime: Pick<Runtime, 'clock'>): Promise<Reach> {
  const today = await staffToday(db, runtime)
  const staff = await reachableStaff(db, roles)
  const absences = [...(await presentAbsences(db, today)).values()].filter((each) => lastsOn(each, today))
  return {
    today,
    staff: new Map(staff.map((member) => [member.id, member])),
    away: new Map(absences.map((each) => [each.staffId, each.deputyId])),
  }
}

/**
 * Who gets what is meant for these people: they themselves and, while they are away, their deputies as well (and the
 * deputies' own, when those are away too). Closed accounts and people who never came in get nothing.
 */
export function withDeputies({ staff, away }: Reach, ids: Iterable<string>): StaffRow[] {
  const reached = new Set<string>()
  const follow = (id: string) => {
    if (reached.has(id)) return
    reached.add(id)
    const deputy = away.get(id)
    if (deputy) follow(deputy)
  }
  for (const id of ids) follow(id)
  return [...staff.values()].filter((member) => reached.has(member.id))
}

/** Everybody of a role; an organisation that has no agents works with its admins alone. */
export function inRole({ staff }: Reach, role: Role): StaffRow[] {
  const all = [...staff.values()]
  const own = all.filter((member) => member.role === role)
  return own.length === 0 && role === 'agent' ? all.filter((member) => member.role === 'admin') : own
}

/** The group that works cases, as far as it is there today; when nobody is, all of it. */
export function onDuty(reach: Reach): StaffRow[] {
  const group = inRole(reach, 'agent')
  const there = group.filter((member) => !reach.away.has(member.id))
  return there.length > 0 ? there : group
}

/** Whom this person answers for today: themselves, and those who are away and have them as a deputy. Nobody when away. */
export function standsInFor(reach: Reach, staffId: string): string[] {
  if (reach.away.has(staffId)) return []
  const absent = [...reach.away.keys()].filter((id) => withDeputies(reach, [id]).some(({ id: to }) => to === staffId))
  return [staffId, ...absent]
}
