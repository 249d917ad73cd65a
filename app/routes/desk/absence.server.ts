import { data, redirect } from '@remix-run/node'
import type { RequestContext } from '~/platform/context.server'
import type { FormValues } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import {
  absenceSchema,
  endAbsence,
  possibleDeputies,
  presentAbsences,
  recordAbsence,
  staffToday,
} from '~/staff/absence.server'
import { findStaff } from '~/staff/accounts.server'
import type { StaffMember } from '~/staff/accounts.server'

/** What the page about somebody's absence shows: the one that is recorded, and who could stand in. */
export async function absenceOf({ runtime }: Pick<RequestContext, 'runtime'>, staffId: string) {
  const member = await findStaff(runtime.db, staffId)
  if (!member) throw new Response(null, { status: 404 })
  const today = await staffToday(runtime.db, runtime)
  const present = (await presentAbsences(runtime.db, today)).get(staffId)
  const deputy = present?.deputyId ? await findStaff(runtime.db, present.deputyId) : undefined
  return {
    name: member.name,
    present: present && {
      fromOn: present.fromOn.toString(),
      untilOn: present.untilOn.toString(),
      deputy: deputy?.name ?? null,
      deputyId: present.deputyId ?? '',
    },
    deputies: (await possibleDeputies(runtime.db, member)).map(({ id, name }) => ({ id, name })),
  }
}

export type AbsenceData = Awaited<ReturnType<typeof absenceOf>>

/** Records or ends somebody's absence as the form says; what does not fit comes back with everything typed. */
export async function changeAbsence(
  { runtime }: Pick<RequestContext, 'runtime'>,
  order: { form: FormValues; staffId: string; by: StaffMember; page: string },
) {
  const { form, staffId, by, page } = order
  if (form.get('intent') === 'end') {
    await inTransaction(runtime, (tx) => endAbsence(tx, runtime, { staffId, by }))
    throw redirect(page, 303)
  }
  const typed = { fromOn: form.get('fromOn'), untilOn: form.get('untilOn'), deputyId: form.get('deputyId') }
  const parsed = absenceSchema.safeParse(typed)
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? 'fromOn')
    return data({ typed, field, problem: field === 'deputyId' ? 'unknown_deputy' : field }, { status: 400 })
  }
  const recorded = await inTransaction(runtime, (tx) => recordAbsence(tx, runtime, { staffId, by, ...parsed.data }))
  if (!recorded.ok) {
    const field = recorded.reason === 'unknown_deputy' ? 'deputyId' : 'untilOn'
    return data({ typed, field, problem: recorded.reason }, { status: 400 })
  }
  throw redirect(page, 303)
}

export type AbsenceProblem = {
  typed: { fromOn: string; untilOn: string; deputyId: string }
  field: string
  problem: string
}
