import type { Runtime } from '~/platform/runtime.server'
import { requestsOfSubmission } from '~/requests/confirm.server'
import { isMarketingStop } from '~/requests/stop-marketing.server'
import { openPersonal } from '~/requests/personal.server'
import { requestSealer } from '~/requests/sealed.server'

/** The address that was typed into a submission, for the browser that typed it; null when it is gone. */
export async function addressOfSubmission(
  runtime: Pick<Runtime, 'db' | 'keys'>,
  submissionId: string,
): Promise<{ email: string; stopsMarketing: boolean } | null> {
  const rows = await requestsOfSubmission(runtime.db, submissionId)
  const [first] = rows
  if (!first) return null
  const { email } = openPersonal(await requestSealer(runtime.db, runtime, first.id), first)
  return email ? { email, stopsMarketing: rows.some(isMarketingStop) } : null
}
