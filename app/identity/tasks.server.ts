import type { Task } from '~/jobs/task.server'
import { sendSignInCode } from './send-sign-in-code.server'

/** The jobs of this room. */
export const identityTasks: Task[] = [sendSignInCode]
