import { inArray, sql } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { outsideTask } from '~db/schema'
import type { Transaction } from '~db/client'
import type { Schedule, Task } from '~/jobs/task.server'
import { sendMail } from '~/mail/send.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction, type Runtime } from '~/platform/runtime.server'
import type { StaffRow } from '~/staff/accounts.server'
import { staffOfCase } from '../tell-staff.server'
import { allOpenTasks, type TaskOfCase } from './list-tasks.server'

/** A task that is out is reminded of every week; every other day once its case is due within three days. */
const everyDays = 7
const pressingDays = 3
const everyDaysWhenPressing = 2

/** So many tasks are written out in one mail; the page shows all of them. */
const shown = 20

/** Reminds whoever has the case of what somebody still has to do for it: one mail a person. */
export async function remindOfTasks(runtime: Pick<Runtime, 'db' | 'clock' | 'keys' | 'publicUrl'>): Promise<void> {
  await inTransaction(runtime, async (tx) => {
    const now = runtime.clock.now()
    const zone = (await readOrganisation(tx))['organisation.zone']
    const today = now.toZonedDateTimeISO(zone).toPlainDate()
    const due = (await allOpenTasks(tx)).filter((task) => isDue(task, now, today))
    const of = new Map<string, { member: StaffRow; tasks: TaskOfCase[] }>()
    for (const task of due)
      for (const member of await staffOfCase(tx, runtime, task.assigneeId)) {
        const known = of.get(member.id) ?? { member, tasks: [] }
        known.tasks.push(task)
        of.set(member.id, known)
      }
    for (const { member, tasks } of of.values())
      await mail(tx, runtime, member, tasks, { today: today.toString(), zone })
    if (due.length > 0)
      await tx
        .update(outsideTask)
        .set({ remindedAt: now, reminders: sql`${outsideTask.reminders} + 1` })
        .where(
          inArray(
            outsideTask.id,
            due.map((task) => task.id),
          ),
        )
  })
}

function isDue({ at, remindedAt, dueOn }: TaskOfCase, now: Temporal.Instant, today: Temporal.PlainDate): boolean {
  const presses = dueOn <= today.add({ days: pressingDays }).toString()
  const last = remindedAt ?? at
  const next = last.add({ hours: 24 * (presses ? everyDaysWhenPressing : everyDays) })
  return next.epochMilliseconds <= now.epochMilliseconds
}

function mail(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  member: StaffRow,
  tasks: readonly TaskOfCase[],
  { today, zone }: { today: string; zone: string },
): Promise<boolean> {
  return sendMail(tx, runtime, {
    template: 'tasks_waiting',
    to: member.email,
    language: member.language === 'en' ? 'en' : 'nl',
    idempotencyKey: `tasks_waiting:${member.id}:${today}`,
    props: {
      tasks: tasks.slice(0, shown).map(({ reference, systemKey, about, at }) => ({
        reference,
        place: about['name'] ?? systemKey,
        openOn: at.toZonedDateTimeISO(zone).toPlainDate().toString(),
      })),
      more: Math.max(0, tasks.length - shown),
      url: `${runtime.publicUrl}/desk/tasks`,
    },
  })
}

const remind: Task = { name: 'requests.remind_of_tasks', run: remindOfTasks }

export const outsideTasks: Task[] = [remind]

/** In the morning, when somebody reads it. */
export const outsideSchedule: Schedule[] = [{ task: remind.name, cron: '40 5 * * *' }]
