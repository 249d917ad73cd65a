import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { sendMail } from '~/mail/send.server'
import type { Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import type { RequestRow } from '~/requests/move.server'
import { openPersonal } from '~/requests/personal.server'
import { requestSealer } from '~/requests/sealed.server'
import { statusUrl } from '~/requests/status-url'
import { activeStaff } from '~/staff/accounts.server'
import { listAppliedMaps } from '~/systems/registry.server'
import type { DeferredRow } from './defer.server'
import { otherData } from './other-data'

/**
 * Tells that what a request left for later is erased now, or that a row's key carries other values and a person has to look:
 * staff (whoever worked the case, else the admins), and the person where their address may still be held (design.md "Erasure"
 * 6). Once per request and `key`. Rows of a plan that no request asked for concern nobody here.
 */
export async function tellDeferred(
  tx: Transaction,
  runtime: Runtime,
  order: { rows: readonly DeferredRow[]; outcome: 'done' | 'changed'; key: string },
): Promise<void> {
  const byRequest = new Map<string, DeferredRow[]>()
  for (const row of order.rows)
    if (row.requestId) byRequest.set(row.requestId, [...(byRequest.get(row.requestId) ?? []), row])
  for (const [requestId, rows] of byRequest) {
    const request = await findRequest(tx, requestId)
    if (!request) continue
    await tellStaff(tx, runtime, request, rows, order)
    if (order.outcome === 'done') await tellPerson(tx, runtime, request, rows, order.key)
  }
}

async function tellStaff(
  tx: Transaction,
  runtime: Runtime,
  request: RequestRow,
  rows: readonly DeferredRow[],
  { outcome, key }: { outcome: 'done' | 'changed'; key: string },
): Promise<void> {
  const staff = await activeStaff(tx, ['agent', 'admin'])
  const worked = staff.filter((each) => each.id === request.assigneeId)
  for (const each of worked.length > 0 ? worked : staff.filter((one) => one.role === 'admin'))
    await sendMail(tx, runtime, {
      template: 'deferred_told',
      to: each.email,
      language: each.language === 'en' ? 'en' : 'nl',
      requestId: request.id,
      idempotencyKey: `deferred_told:${outcome}:${key}:${request.id}:${each.id}`,
      props: {
        reference: request.reference,
        why: outcome,
        rows: rows.reduce((sum, row) => sum + row.rows, 0),
        url: `${runtime.publicUrl}/desk/requests/${request.reference}`,
      },
    })
}

async function tellPerson(
  tx: Transaction,
  runtime: Runtime,
  request: RequestRow,
  rows: readonly DeferredRow[],
  key: string,
): Promise<void> {
  const sealer = await requestSealer(tx, runtime, request.id)
  const { email, name } = sealer ? openPersonal(sealer, request) : { email: null, name: null }
  if (!email) return
  const language = request.language === 'en' ? 'en' : 'nl'
  const maps = new Map((await listAppliedMaps(tx)).map((each) => [each.system.key, each.map]))
  const erased = new Map<string, number>()
  for (const row of rows) {
    const label = maps.get(row.systemKey)?.tables[row.table]?.label?.[language] ?? otherData[language]
    erased.set(label, (erased.get(label) ?? 0) + row.rows)
  }
  await sendMail(tx, runtime, {
    template: 'kept_erased',
    to: email,
    language,
    requestId: request.id,
    idempotencyKey: `kept_erased:${key}:${request.id}`,
    props: {
      reference: request.reference,
      name: name ?? '',
      erased: [...erased].map(([label, count]) => ({ label, rows: count })),
      statusUrl: statusUrl(runtime, request),
    },
  })
  await appendEvidence(tx, runtime, { actor: { kind: 'system' }, verb: 'deferred.told', request })
}
