import type { FormValues } from '~/platform/forms.server'
import type { Runtime } from '~/platform/runtime.server'
import { findFinding } from '~/retention/findings.server'
import { tableLabels } from '~/retention/overview.server'
import { showRows } from '~/retention/show-rows.server'
import { languageOfRequest } from '~/ui/language-of-request'

const isUuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** The rows of a finding for a page; an unknown one ends in its page (404), a system that does not answer in its (503). */
export async function offeredShape(runtime: Runtime, id: string, request: Request) {
  const shown = isUuid.test(id) ? await showRows(runtime, id) : ({ ok: false, reason: 'unknown' } as const)
  if (!shown.ok) throw new Response(null, { status: shown.reason === 'away' ? 503 : 404 })
  const { finding, columns, rows, mayPseudonymise } = shown.offered
  const labels = await tableLabels(runtime, languageOfRequest(request))
  return {
    id: finding.id,
    label: labels.of(finding.system, finding.table),
    then: finding.then,
    expired: finding.expired,
    columns,
    rows,
    mayPseudonymise,
  }
}

/** The chosen rows of a form: `row` (repeatable), or with `all` every row that the finding offers. */
export async function placesIn(runtime: Runtime, id: string, form: FormValues): Promise<number[]> {
  if (!isUuid.test(id)) throw new Response(null, { status: 404 })
  if (form.get('all') === 'yes') {
    const found = await findFinding(runtime.db, runtime, id)
    return (found?.keys ?? []).map((_, place) => place)
  }
  return form.all('row').flatMap((place) => (/^\d{1,6}$/.test(place) ? [Number(place)] : []))
}
