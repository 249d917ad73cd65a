import { entriesOfRequest } from '~/evidence/entries.server'
import { translatorFor } from '~/locales/translate'
import type { RequestContext } from '~/platform/context.server'
import { readOrganisation } from '~/platform/organisation.server'
import { findByReference } from '~/requests/case-view.server'
import type { RequestRow } from '~/requests/move.server'
import { staffNames } from '~/staff/accounts.server'
import { momentInWords } from '~/ui/dates'
import { languageOfRequest } from '~/ui/language-of-request'
import { idsIn, wordsOf } from './parts/entry-words'
import { happenedInWords, whoInWords } from './parts/timeline'

/** The case that an address names; one that does not exist ends in its page (404). */
export async function caseAt(
  context: Pick<RequestContext, 'runtime'>,
  params: { reference?: string | undefined },
): Promise<RequestRow> {
  const row = await findByReference(context.runtime.db, params.reference ?? '')
  if (!row) throw new Response(null, { status: 404 })
  return row
}

/** What the head of the case page shows, too. */
export function caseHead(row: RequestRow) {
  return {
    reference: row.reference,
    kind: row.kind,
    state: row.state,
    dueOn: row.dueOn.toString(),
    version: row.version,
    hasAddress: row.emailSealed !== null,
    language: row.language,
  }
}

/** So many of the newest entries tell the second of two people what the first one did. */
const enough = 4

/** The head of a page that does something with a case; `latest` is what happened to it last, in the reader's language. */
export async function actionHead({ runtime }: Pick<RequestContext, 'runtime'>, request: Request, row: RequestRow) {
  const language = languageOfRequest(request)
  const t = translatorFor(language)
  const zone = (await readOrganisation(runtime.db))['organisation.zone']
  const entries = (await entriesOfRequest(runtime.db, row.id)).slice(-enough).toReversed()
  const names = await staffNames(
    runtime.db,
    entries.flatMap((entry) => [entry.actorId, ...idsIn(entry.data)]),
  )
  const latest = entries.map((entry) => {
    const happened = {
      verb: entry.verb,
      system: entry.system,
      data: wordsOf(entry.data, names),
      by: entry.actorId ? (names.get(entry.actorId) ?? null) : null,
      actorKind: entry.actorKind,
    }
    const moment = momentInWords(entry.at.toString(), zone, t)
    return {
      id: entry.id.toString(),
      words: `${moment}: ${happenedInWords(happened, t)} (${whoInWords(happened, t)})`,
    }
  })
  return { ...caseHead(row), latest }
}

export type CaseHead = Awaited<ReturnType<typeof actionHead>>

/** The status with which a verb's refusal is answered: what changed meanwhile is a conflict, the rest the form's mistake. */
export function statusOfRefusal(reason: string): 400 | 404 | 409 {
  if (reason === 'unknown_request') return 404
  const conflicts = ['conflict', 'not_from_here', 'not_open', 'purged', 'already_so', 'already_extended', 'not_paused']
  return conflicts.includes(reason) ? 409 : 400
}
