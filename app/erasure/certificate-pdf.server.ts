import PDFDocument from 'pdfkit'
import { certificateWords } from './certificate-words'
import type { Certificate, StaffCertificate, SubjectCertificate } from './certificate.server'
import type { Remaining } from './remaining'

/** The certificate on A4, in its own language. */
export async function certificatePdf(certificate: Certificate): Promise<Uint8Array<ArrayBuffer>> {
  const words = certificateWords[certificate.language]
  const page = new PDFDocument({
    size: 'A4',
    margin: 56,
    lang: certificate.language,
    info: { Title: `${words.title} ${certificate.reference}`, Author: certificate.organisation },
  })
  const parts: Uint8Array[] = []
  page.on('data', (part: Uint8Array) => parts.push(part))
  const ended = new Promise<void>((resolve, reject) => {
    page.on('end', resolve)
    page.on('error', reject)
  })
  page.font('Helvetica-Bold').fontSize(18).text(words.title)
  page.font('Helvetica').fontSize(10).text(certificate.organisation).moveDown()
  for (const line of headLines(certificate)) page.text(line)
  for (const section of certificate.copy === 'staff' ? staffSections(certificate) : subjectSections(certificate)) {
    page.moveDown().font('Helvetica-Bold').fontSize(12).text(section.title)
    page.font('Helvetica').fontSize(10)
    for (const line of section.lines) page.text(line)
  }
  page.end()
  await ended
  return new Uint8Array(Buffer.concat(parts))
}

interface Section {
  readonly title: string
  readonly lines: readonly string[]
}

function headLines(certificate: Certificate): string[] {
  const words = certificateWords[certificate.language]
  return [
    `${words.reference}: ${certificate.reference}`,
    `${words.received}: ${certificate.receivedAt}`,
    ...(certificate.finishedAt ? [`${words.finished}: ${certificate.finishedAt}`] : []),
    `${words.issued}: ${certificate.issuedAt}`,
    ...(certificate.copy === 'staff' ? [`${words.plan}: ${certificate.plan.hash}`] : []),
    '',
    words.outcome[certificate.outcome],
    ...(certificate.state === 'completed' || certificate.state === 'partially_completed' ? [] : [words.notClosed]),
  ]
}

function subjectSections(certificate: SubjectCertificate): Section[] {
  const words = certificateWords[certificate.language]
  const { places, findings, remaining, scanDue } = certificate
  const erased = certificate.erased.map((each) => `${each.label}: ${String(each.rows)} ${words.rows}`)
  const kept = certificate.kept.map(
    (each) => `${each.label}: ${each.reason}${each.until ? ` (${words.until} ${each.until})` : ''}`,
  )
  const open = [
    ...(places.unfinished > 0 ? [words.unfinished(places.unfinished)] : []),
    ...(scanDue ? [words.scanDue] : []),
    ...(findings.open + findings.kept > 0 ? [words.findings(findings.open, findings.kept)] : []),
  ]
  return [
    { title: words.erased, lines: erased.length > 0 ? erased : [words.nothing] },
    { title: words.kept, lines: kept.length > 0 ? [...kept, ...open] : [words.nothing, ...open] },
    { title: words.remaining, lines: remainingLines(remaining, certificate.language) },
    ...recipientSections(certificate),
  ]
}

function staffSections(certificate: StaffCertificate): Section[] {
  const words = certificateWords[certificate.language]
  const parts = [...certificate.earlier, certificate]
  const systems = parts
    .flatMap((part) => part.systems.map((system) => ({ ...system, plan: part.plan })))
    .map((system) => ({
      title: `${words.system} ${system.system}: ${words.state[system.state] ?? system.state}`,
      lines: [
        ...(parts.length > 1 ? [`${words.plan}: ${system.plan.hash}`] : []),
        ...aloneLines(system.plan, words),
        words.counts(system.deleted, system.pseudonymised, system.kept),
        ...(system.error ? [[system.error.kind, system.error.code, system.error.table].filter(Boolean).join(' ')] : []),
        ...(system.skipReason ? [system.skipReason] : []),
        ...system.planned.map(
          (set) =>
            `${set.table}: ${set.action}, ${set.reason}, ${String(set.rows)} ${words.rows}${set.until ? ` (${words.until} ${set.until})` : ''}`,
        ),
        ...(system.scanDue ? [words.scanDue] : []),
        ...(system.residue?.findings.map(
          (finding) =>
            `${words.found}: ${finding.table}.${finding.column}, ${String(finding.rows)} ${words.rows}, ${finding.decision ?? words.undecided}${finding.carriedOutAt ? ` (${words.finished}: ${finding.carriedOutAt})` : ''}${finding.reason ? `: ${finding.reason}` : ''}`,
        ) ?? []),
        ...system.smallGroups.map(
          (group) =>
            `${words.smallGroup(`${group.table} (${group.columns.join(', ')})`, group.rows, group.size)}, ${group.decision ?? words.undecided}${group.carriedOutAt ? ` (${words.finished}: ${group.carriedOutAt})` : ''}${group.reason ? `: ${group.reason}` : ''}`,
        ),
        ...(system.residue && system.residue.notSearched.length > 0
          ? [`${words.notSearched}: ${system.residue.notSearched.join(', ')}`]
          : []),
        ...remainingLines(system.remaining, certificate.language),
      ],
    }))
  return [...systems, ...byHandSections(certificate), ...recipientSections(certificate)]
}

/** That nobody else approved the plan, why, and what another person thought of it afterwards. */
function aloneLines({ review }: StaffCertificate['plan'], words: (typeof certificateWords)['nl']): string[] {
  if (!review) return []
  const { verdict, at, objection } = review
  return [
    words.alone(review.reason ?? '-'),
    verdict && at ? words.review[verdict](at) : words.review.open(review.reviewBy),
    ...(objection ? [objection] : []),
  ]
}

/** What people did by hand, and who else has to know. */
function byHandSections(certificate: StaffCertificate): Section[] {
  const words = certificateWords[certificate.language]
  const tasks = certificate.tasks
    .filter((task) => task.kind !== 'recipient')
    .map(
      (task) =>
        `${task.place}: ${words.task[task.state] ?? task.state}${task.doneOn ? ` (${task.doneOn})` : ''}${task.note ? `: ${task.note}` : ''}`,
    )
  const lines = [
    ...tasks,
    ...certificate.remainingElsewhere.flatMap((each) => remainingLines([each], certificate.language)),
  ]
  return lines.length > 0 ? [{ title: words.byHand, lines }] : []
}

function recipientSections({ recipients, language }: Certificate): Section[] {
  const words = certificateWords[language]
  if (recipients.length === 0) return []
  const lines = recipients.map(
    ({ name, label, told }) => `${name}${label ? ` (${label})` : ''}: ${words.told[told ? 'yes' : 'no']}`,
  )
  return [{ title: words.recipients, lines }]
}

function remainingLines(remaining: readonly Remaining[], language: Certificate['language']): string[] {
  const words = certificateWords[language]
  if (remaining.length === 0) return [words.nothing]
  return remaining.map(({ what, lastDay }) => `${what}: ${lastDay ? `${words.lastDay} ${lastDay}` : words.noLastDay}`)
}
