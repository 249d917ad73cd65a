import { accessSchedule, accessTasks } from '~/access/tasks.server'
import { erasureSchedule, erasureTasks } from '~/erasure/tasks.server'
import { evidenceSchedule, evidenceTasks } from '~/evidence/tasks.server'
import { identitySchedule, identityTasks } from '~/identity/tasks.server'
import type { Schedule, Task } from '~/jobs/task.server'
import { mailTasks } from '~/mail/deliver.server'
import { clockSchedule, clockTasks } from '~/requests/clock-tasks.server'
import { colleagueSchedule, colleagueTasks } from '~/requests/colleague/remind.server'
import { outsideSchedule, outsideTasks } from '~/requests/outside/remind.server'
import { queueSchedule, queueTasks } from '~/requests/queue-counts.server'
import { watchSchedule, watchTasks } from '~/requests/watch/tasks.server'
import { retentionSchedule, retentionTasks } from '~/retention/tasks.server'
import { staffSchedule, staffTasks } from '~/staff/tasks.server'
import { unconfirmedSchedule, unconfirmedTasks } from '~/requests/unconfirmed/tasks.server'
import { systemsSchedule, systemsTasks } from '~/systems/tasks.server'

/** Each room registers its tasks and its clockwork here; jobs/ itself knows no room. */
export const tasks: Task[] = [
  ...mailTasks,
  ...evidenceTasks,
  ...identityTasks,
  ...erasureTasks,
  ...accessTasks,
  ...retentionTasks,
  ...systemsTasks,
  ...staffTasks,
  ...unconfirmedTasks,
  ...queueTasks,
  ...outsideTasks,
  ...colleagueTasks,
  ...watchTasks,
  ...clockTasks,
]

export const schedule: Schedule[] = [
  ...evidenceSchedule,
  ...identitySchedule,
  ...erasureSchedule,
  ...accessSchedule,
  ...retentionSchedule,
  ...staffSchedule,
  ...systemsSchedule,
  ...unconfirmedSchedule,
  ...queueSchedule,
  ...outsideSchedule,
  ...colleagueSchedule,
  ...watchSchedule,
  ...clockSchedule,
]
