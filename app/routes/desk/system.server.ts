import type { RequestContext } from '~/platform/context.server'
import { readOrganisation } from '~/platform/organisation.server'
import { confirmPresence } from '~/staff/reauthenticate.server'
import type { StaffSession } from '~/staff/sessions.server'
import { findAnySystem } from '~/systems/change-system.server'
import type { SystemRow } from '~/systems/registry.server'
import type { Health } from '~/systems/watch.server'

/** The system that an address names, on or off; one that does not exist or was removed ends in its page (404). */
export async function systemAt(
  context: Pick<RequestContext, 'runtime'>,
  params: { system?: string | undefined },
): Promise<SystemRow> {
  const row = await findAnySystem(context.runtime.db, params.system ?? '')
  if (!row) throw new Response(null, { status: 404 })
  return row
}

/** Hands the secret of a webhook that was just added over to the page about it. */
export const secretCookie = 'webhook-secret'

/** What the head of every page about a system shows. */
export const systemHead = (row: SystemRow) => ({ key: row.key, engine: row.engine, off: row.disabledAt !== null })
export type SystemHead = ReturnType<typeof systemHead>

/** Today in the organisation's zone, and the zone. */
export async function deskDay({ runtime }: Pick<RequestContext, 'runtime'>): Promise<{ today: string; zone: string }> {
  const zone = (await readOrganisation(runtime.db))['organisation.zone']
  return { zone, today: runtime.clock.now().toZonedDateTimeISO(zone).toPlainDate().toString() }
}

/** As far as it goes to a page. */
export function healthShape(health: Health | undefined) {
  if (!health) return null
  const { at, answers, failure, lastOk, added, removed } = health
  return { at: at.toString(), answers, failure, lastOk: lastOk?.toString() ?? null, added, removed }
}
export type HealthShape = ReturnType<typeof healthShape>

/** Why the step can't be taken without the password; null when it can. */
export async function presenceProblem(
  context: Pick<RequestContext, 'runtime' | 'clientAddress'>,
  session: StaffSession,
  password: string,
): Promise<{ reason: string; status: 400 | 429 } | null> {
  const presence = await confirmPresence(context.runtime, session, { password, clientAddress: context.clientAddress })
  if (presence.ok) return null
  return { reason: presence.reason, status: presence.reason === 'too_many' ? 429 : 400 }
}
