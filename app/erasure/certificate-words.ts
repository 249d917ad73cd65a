import type { CertificateLanguage } from './remaining'

interface CertificateWords {
  readonly title: string
  readonly reference: string
  readonly received: string
  readonly finished: string
  readonly issued: string
  readonly plan: string
  /** Approved alone: why, and what another person thought of it. */
  readonly alone: (reason: string) => string
  readonly review: Record<'accepted' | 'objected', (at: string) => string> & { open: (by: string) => string }
  /** `size` null: not counted in its time. */
  readonly smallGroup: (place: string, rows: number, size: number | null) => string
  readonly outcome: Record<'done' | 'partial', string>
  /** The request is not closed yet. */
  readonly notClosed: string
  readonly erased: string
  readonly kept: string
  readonly until: string
  readonly rows: string
  readonly nothing: string
  readonly unfinished: (places: number) => string
  readonly scanDue: string
  readonly findings: (open: number, kept: number) => string
  readonly found: string
  readonly undecided: string
  readonly notSearched: string
  readonly remaining: string
  readonly lastDay: string
  readonly noLastDay: string
  readonly recipients: string
  readonly told: Record<'yes' | 'no', string>
  readonly byHand: string
  readonly task: Record<string, string>
  readonly system: string
  readonly counts: (deleted: number, pseudonymised: number, kept: number) => string
  readonly state: Record<string, string>
}

/** The words of the certificate on paper. */
export const certificateWords: Record<CertificateLanguage, CertificateWords> = {
  nl: {
    title: 'Certificaat van verwijdering',
    reference: 'Kenmerk',
    received: 'Verzoek ontvangen',
    finished: 'Uitgevoerd',
    issued: 'Opgemaakt',
    plan: 'Goedgekeurd plan',
    alone: (reason) => `Bij uitzondering goedgekeurd door wie het plan maakte. Reden: ${reason}`,
    review: {
      accepted: (at) => `Nagekeken door een ander: eens (${at}).`,
      objected: (at) => `Nagekeken door een ander: niet eens (${at}).`,
      open: (by) => `Nog niet nagekeken door een ander; dat moet uiterlijk ${by}.`,
    },
    smallGroup: (place, rows, size) =>
      size === null
        ? `Niet op tijd geteld hoeveel gegevens hierop lijken: ${place}, ${String(rows)} gegevens`
        : `Kleine groep: ${place}, ${String(rows)} gegevens waarvan in totaal ${String(size)} gelijk zijn`,
    outcome: {
      done: 'Het plan is overal uitgevoerd en gecontroleerd.',
      partial: 'Het plan is niet overal uitgevoerd. Wat niet is gecontroleerd, noemen wij hier niet gewist.',
    },
    notClosed: 'Het verzoek is nog niet afgesloten.',
    erased: 'Gewist of niet meer tot u te herleiden',
    kept: 'Bewaard',
    until: 'tot en met',
    rows: 'gegevens',
    nothing: 'Niets.',
    unfinished: (places) => `Plaatsen waar het niet is gelukt of nog loopt: ${String(places)}.`,
    scanDue: 'Nog niet overal is gezocht of er resten zijn.',
    findings: (open, kept) =>
      `Resten waarover nog niet klaar is beslist: ${String(open)}. Resten die na beoordeling blijven: ${String(kept)}.`,
    found: 'Gevonden resten',
    undecided: 'nog niet beslist',
    notSearched: 'Niet te doorzoeken',
    remaining: 'Reservekopieën en andere kopieën',
    lastDay: 'kan nog bestaan tot en met',
    noLastDay: 'geen laatste dag bekend',
    recipients: 'Ontvangers die het moeten weten',
    told: { yes: 'ingelicht', no: 'nog niet ingelicht' },
    byHand: 'Met de hand',
    task: {
      open: 'nog niet gedaan',
      sent: 'verstuurd',
      done: 'gedaan',
      nothing_found: 'niets gevonden',
      refused: 'kan niet',
      skipped: 'overgeslagen',
    },
    system: 'Systeem',
    counts: (deleted, pseudonymised, kept) =>
      `Gewist: ${String(deleted)}. Gepseudonimiseerd: ${String(pseudonymised)}. Bewaard: ${String(kept)}.`,
    state: {
      done: 'klaar en gecontroleerd',
      nothing_found: 'niets gevonden',
      failed: 'mislukt',
      refused: 'geweigerd of tegengehouden',
      skipped: 'overgeslagen',
      deferred: 'uitgesteld',
    },
  },
  en: {
    title: 'Certificate of erasure',
    reference: 'Reference',
    received: 'Request received',
    finished: 'Carried out',
    issued: 'Issued',
    plan: 'Approved plan',
    alone: (reason) => `Approved as an exception by whoever made the plan. Reason: ${reason}`,
    review: {
      accepted: (at) => `Reviewed by another person: agreed (${at}).`,
      objected: (at) => `Reviewed by another person: not agreed (${at}).`,
      open: (by) => `Not reviewed by another person yet; that is due by ${by}.`,
    },
    smallGroup: (place, rows, size) =>
      size === null
        ? `Not counted in time how many records look like these: ${place}, ${String(rows)} records`
        : `Small group: ${place}, ${String(rows)} records of which ${String(size)} in all are alike`,
    outcome: {
      done: 'The plan was carried out and verified everywhere.',
      partial: 'The plan was not carried out everywhere. What was not verified is not called erased here.',
    },
    notClosed: 'The request has not been closed yet.',
    erased: 'Erased, or no longer traceable to you',
    kept: 'Kept',
    until: 'until and including',
    rows: 'records',
    nothing: 'Nothing.',
    unfinished: (places) => `Places where it failed or is still under way: ${String(places)}.`,
    scanDue: 'Not every place has been searched for remains yet.',
    findings: (open, kept) =>
      `Remains not settled yet: ${String(open)}. Remains that stay after a person judged them: ${String(kept)}.`,
    found: 'Remains that were found',
    undecided: 'not decided yet',
    notSearched: 'Can not be searched',
    remaining: 'Backups and other copies',
    lastDay: 'can still exist until and including',
    noLastDay: 'no last day known',
    recipients: 'Recipients who have to know',
    told: { yes: 'told', no: 'not told yet' },
    byHand: 'By hand',
    task: {
      open: 'not done yet',
      sent: 'sent',
      done: 'done',
      nothing_found: 'nothing found',
      refused: 'can not be done',
      skipped: 'skipped',
    },
    system: 'System',
    counts: (deleted, pseudonymised, kept) =>
      `Deleted: ${String(deleted)}. Pseudonymised: ${String(pseudonymised)}. Kept: ${String(kept)}.`,
    state: {
      done: 'done and verified',
      nothing_found: 'nothing found',
      failed: 'failed',
      refused: 'refused or stopped',
      skipped: 'skipped',
      deferred: 'deferred',
    },
  },
}
