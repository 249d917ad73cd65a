import type { Executor } from '~db/client'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import type { RequestRow } from '~/requests/move.server'
import type { DataMap } from '~/systems/data-map'
import { listAppliedMaps } from '~/systems/registry.server'
import { partOf } from './certificate-part.server'
import {
  placesLookedThrough,
  recipientsOf,
  remainingElsewhere,
  tasksOnCertificate,
} from './elsewhere/on-certificate.server'
import { backupWord, remainingOf, type CertificateLanguage } from './remaining'
import { resultForSubject } from './result.server'
import {
  endedRunsOfRequest,
  findingsOfRequest,
  isScanDue,
  isUnsettled,
  systemsOfRun,
  type RunRow,
} from './run-records.server'

export const certificateCopies = ['staff', 'subject'] as const

/** What stands on both copies. Instants RFC 3339 in UTC; dates ISO 8601 in the organisation's zone. */
interface Head {
  readonly reference: string
  readonly kind: string
  readonly language: CertificateLanguage
  readonly organisation: string
  readonly receivedAt: string
  readonly issuedAt: string
  /** Of the request: a certificate before `completed` says so itself. */
  readonly state: string
  readonly outcome: 'done' | 'partial'
  readonly finishedAt: string | null
}

export type StaffCertificate = Awaited<ReturnType<typeof staffCopy>>
export type SubjectCertificate = Awaited<ReturnType<typeof subjectCopy>>
export type Certificate = StaffCertificate | SubjectCertificate

/**
 * The certificate of a request's erasure: what was done, what is kept, what was not reached, and until when copies can exist.
 * The subject's copy has labels in their language, and no name of a system, table or key. Null before a run has ended, and
 * when nothing was changed (`stale`, `failed`).
 */
export async function certificateOf(
  runtime: Pick<Runtime, 'db' | 'clock' | 'keys'>,
  requestId: string,
  { copy, language }: { copy: (typeof certificateCopies)[number]; language: CertificateLanguage },
): Promise<Certificate | null> {
  const request = await findRequest(runtime.db, requestId)
  const runs = await endedRunsOfRequest(runtime.db, requestId)
  const run = runs.at(-1)
  if (!request || !run || (run.state !== 'done' && run.state !== 'partial')) return null
  const settings = await readOrganisation(runtime.db)
  const head = headOf(runtime, request, run, run.state, { name: settings['organisation.name'], language })
  const maps = new Map((await listAppliedMaps(runtime.db)).map((each) => [each.system.key, each.map]))
  const of = { requestId, head, runs, maps, zone: settings['organisation.zone'], language }
  return copy === 'staff' ? staffCopy(runtime, of) : subjectCopy(runtime.db, of)
}

interface Of {
  readonly requestId: string
  readonly head: Head
  /** Oldest first: the erasure, and what followed up its findings. */
  readonly runs: readonly RunRow[]
  readonly maps: ReadonlyMap<string, DataMap>
  readonly zone: string
  readonly language: CertificateLanguage
}

function headOf(
  runtime: Pick<Runtime, 'clock'>,
  request: RequestRow,
  run: RunRow,
  outcome: Head['outcome'],
  { name, language }: { name: string; language: CertificateLanguage },
): Head {
  return {
    reference: request.reference,
    kind: request.kind,
    language,
    organisation: name,
    receivedAt: request.receivedAt.toString(),
    issuedAt: runtime.clock.now().toString(),
    state: request.state,
    outcome,
    finishedAt: run.finishedAt?.toString() ?? null,
  }
}

async function staffCopy(runtime: Pick<Runtime, 'db' | 'keys'>, of: Of) {
  const parts = []
  for (const run of of.runs) parts.push(await partOf(runtime, of, run))
  const last = parts.at(-1)
  if (!last) throw new Error('A certificate of no run')
  const { requestId, language } = of
  return {
    copy: 'staff' as const,
    ...of.head,
    ...last,
    earlier: parts.slice(0, -1),
    tasks: await tasksOnCertificate(runtime, requestId, language),
    recipients: await recipientsOf(runtime.db, requestId, language),
    remainingElsewhere: await remainingElsewhere(runtime.db, requestId, backupWord[language]),
  }
}

/** Labels and roles only: which systems a company has, and what its tables are called, is nobody's business. */
async function subjectCopy(db: Executor, of: Of) {
  const { runs, maps, zone, language } = of
  const rows = (await Promise.all(runs.map((run) => systemsOfRun(db, run.id)))).flat()
  // A later run of the same request worked a system once more: what it came to there is what counts.
  const newest = [...new Map(rows.map((row) => [row.systemKey, row])).values()]
  const findings = await findingsOfRequest(db, of.requestId)
  const result = await resultForSubject(db, of.requestId, language)
  const listed = await placesLookedThrough(db, of.requestId)
  const remaining = new Map(
    rows
      .flatMap((row) => remainingOf(row, maps.get(row.systemKey), zone, language))
      .concat(await remainingElsewhere(db, of.requestId, backupWord[language]))
      .map((each) => [JSON.stringify(each), each]),
  )
  return {
    copy: 'subject' as const,
    ...of.head,
    erased: [...(result?.erased ?? [])],
    kept: [...(result?.kept ?? [])],
    recipients: await recipientsOf(db, of.requestId, language),
    places: {
      searched: newest.length + listed.all,
      finished: newest.filter((row) => row.verifiedAt !== null).length + listed.ended,
      /** Where it did not come to an end: nothing is said to be gone there. */
      unfinished: newest.filter((row) => row.verifiedAt === null).length + listed.all - listed.ended,
    },
    scanDue: rows.some(isScanDue),
    findings: {
      open: findings.filter(isUnsettled).length,
      kept: findings.filter((finding) => finding.decision === 'keep').length,
    },
    remaining: [...remaining.values()],
  }
}
