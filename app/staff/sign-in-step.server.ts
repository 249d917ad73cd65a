import { z } from 'zod'
import { clearCookie, readCookie, setCookie } from '~/platform/cookies.server'
import { equalBytes } from '~/platform/keys.server'
import type { Runtime } from '~/platform/runtime.server'
import { findStaff } from './accounts.server'
import type { StaffRow } from './accounts.server'

const COOKIE = 'staff-step'
const minutes = 10
const PLACE = 'staff-step'
const shape = z.object({ id: z.uuid(), at: z.number(), mark: z.string() })

// Another password, and a step that was taken with the old one is worth nothing.
function markOf(runtime: Pick<Runtime, 'keys'>, row: Pick<StaffRow, 'id' | 'passwordHash'>): string {
  const text = `staff-step:${row.id}:${row.passwordHash ?? ''}`
  return Buffer.from(runtime.keys.hmac('cookies', text)).toString('base64url')
}

/** Remembers in this browser, for ten minutes, that the password was right; it opens nothing but the second step. */
export function rememberStep(
  runtime: Pick<Runtime, 'keys' | 'clock' | 'publicUrl'>,
  row: Pick<StaffRow, 'id' | 'passwordHash'>,
): string {
  const step = { id: row.id, at: runtime.clock.now().epochMilliseconds, mark: markOf(runtime, row) }
  const sealed = runtime.keys.seal('cookies', JSON.stringify(step), PLACE)
  return setCookie(runtime, COOKIE, Buffer.from(sealed).toString('base64url'), minutes * 60)
}

/** Whose password was given in this browser within ten minutes; null when nobody's, or when it has changed since. */
export async function readStep(runtime: Runtime, request: Request): Promise<StaffRow | null> {
  const step = opened(runtime, readCookie(runtime, request, COOKIE))
  if (!step) return null
  const age = runtime.clock.now().epochMilliseconds - step.at
  if (age < 0 || age > minutes * 60_000) return null
  const row = await findStaff(runtime.db, step.id)
  if (!row || row.disabledAt || !equalBytes(Buffer.from(step.mark), Buffer.from(markOf(runtime, row)))) return null
  return row
}

function opened(runtime: Pick<Runtime, 'keys'>, cookie: string | undefined): z.infer<typeof shape> | null {
  if (!cookie) return null
  try {
    const text = Buffer.from(runtime.keys.open('cookies', Buffer.from(cookie, 'base64url'), PLACE)).toString('utf8')
    return shape.parse(JSON.parse(text))
  } catch {
    // Not ours, or cut off: nobody was here.
    return null
  }
}

export function forgetStep(runtime: Pick<Runtime, 'publicUrl'>): string {
  return clearCookie(runtime, COOKIE)
}
