import type { MailName, MailProps } from './props'

const reference = 'AVG-2026-7K3M9P'
const name = 'Anneke van der Velde'
const statusUrl = `https://privacy.example.nl/nl/requests/${reference}`
const url = `https://privacy.example.nl/desk/requests/${reference}`
const asked: MailProps['expired']['cases'] = [
  { reference, kind: 'erasure' },
  { reference: 'AVG-2026-4X8RTC', kind: 'access' },
]
const watched: Pick<MailProps['watched_cases'], 'cases' | 'more'> = {
  cases: [
    { reference, kind: 'erasure', dueOn: '2026-03-02', why: 'due' },
    { reference: 'AVG-2026-4X8RTC', kind: 'access', dueOn: '2026-03-12', why: 'unassigned' },
  ],
  more: 4,
}

/** Invented contents for each mail, for the preview and the tests. */
export const exampleProps: { [Name in MailName]: MailProps[Name] } = {
  code: {
    code: '204781',
    minutes: 15,
    purpose: 'submission',
    asked: ['erasure', 'access'],
    linkUrl: 'https://privacy.example.nl/nl/confirm/3xample',
  },
  receipt: { reference, kind: 'erasure', name, receivedOn: '2026-01-30', dueOn: '2026-03-02', statusUrl },
  erasure_completed: {
    reference,
    name,
    erased: [
      { label: 'Klantgegevens', rows: 1 },
      { label: 'Nieuwsbrief', rows: 2 },
    ],
    kept: [],
    nothingFound: false,
    statusUrl,
  },
  erasure_partly_kept: {
    reference,
    name,
    erased: [{ label: 'Klantgegevens', rows: 1 }],
    kept: [
      { label: 'Facturen', reason: 'Fiscale bewaarplicht (AWR artikel 52)', until: '2033-12-31' },
      { label: 'Bezorgadres', reason: 'shared', until: null },
    ],
    nothingFound: false,
    statusUrl,
  },
  partly_carried_out: {
    reference,
    name,
    erased: [{ label: 'Klantgegevens', rows: 1 }],
    kept: [{ label: 'Facturen', reason: 'Fiscale bewaarplicht (AWR artikel 52)', until: '2033-12-31' }],
    places: 3,
    notDone: 1,
    explanation: 'Het oude nieuwsbriefsysteem antwoordt niet meer. Wij zetten het in maart uit en wissen het dan.',
    statusUrl,
  },
  access_ready: { reference, name, days: 14, statusUrl },
  marketing_stopped: { reference, statusUrl, contact: 'privacy@despaak.example' },
  refused: {
    reference,
    kind: 'erasure',
    name,
    ground: 'legal_claims',
    reasons: 'Over uw bestelling loopt een zaak bij de rechtbank.\nZolang die loopt bewaren wij de bestelling.',
    authority: 'Autoriteit Persoonsgegevens (www.autoriteitpersoonsgegevens.nl)',
    remedies: 'private',
    receivedOn: '2026-01-30',
    statusUrl,
  },
  withdrawn: { reference, kind: 'access', name, statusUrl },
  completed: { reference, kind: 'objection', name, answer: 'Wij gebruiken uw gegevens niet meer.', statusUrl },
  identity_needed: { reference, name, url: statusUrl },
  identity_notice: { reference, kind: 'access', receivedOn: '2026-01-30', url },
  question: { reference, name, question: 'Onder welk klantnummer bestelde u bij ons?', statusUrl },
  extended: {
    reference,
    name,
    newDueOn: '2026-04-30',
    reasons: 'U vroeg inzage in tien jaar reparaties; wij zoeken die op papier op.',
    statusUrl,
  },
  rectified: { reference, name, statusUrl },
  restricted: { reference, name, statusUrl },
  invitation: {
    name: 'Sanne Bakker',
    invitedBy: 'Joris de Wit',
    url: 'https://privacy.example.nl/desk/invitation/3xample',
    hours: 72,
  },
  password_reset: { name: 'Sanne Bakker', url: 'https://privacy.example.nl/desk/reset/3xample', minutes: 60 },
  assigned: { reference, kind: 'erasure', dueOn: '2026-03-02', url },
  new_case: { reference, kind: 'access', dueOn: '2026-03-02', url },
  approval_needed: { reference, planRows: 27, url },
  run_failed: { reference, systems: ['Winkel-CRM'], again: true, url },
  disowned: { reference, why: 'blocked', url },
  new_sign_in: { at: '2026-02-12T08:05:00Z', url: 'https://privacy.example.nl/desk' },
  map_drift: {
    system: 'winkel-crm',
    added: ['customers.linkedin_url', 'call_recordings'],
    removed: ['customers.fax'],
    url: 'https://privacy.example.nl/desk/systems/winkel-crm',
  },
  kept_erased: { reference, name, erased: [{ label: 'Facturen', rows: 4 }], statusUrl },
  deferred_told: { reference, why: 'done', rows: 4, url },
  restriction_lifted: {
    reference,
    name,
    explanation: 'Wij hebben uw adres nagekeken en verbeterd. Wij gebruiken uw gegevens weer vanaf maandag.',
    statusUrl,
  },
  persons_returned: {
    system: 'winkel-crm',
    erased: 2,
    objection: 1,
    url: 'https://privacy.example.nl/desk/systems/winkel-crm',
  },
  system_restored: {
    system: 'winkel-crm',
    runs: 3,
    at: '2026-02-11T09:30:00Z',
    url: 'https://privacy.example.nl/desk/systems/winkel-crm',
  },
  retention_digest: {
    owner: 'Joris de Wit',
    groups: [
      {
        system: 'Winkel-CRM',
        label: 'Klanten zonder bestelling',
        expired: 12,
        expiring: 5,
        firstOn: '2026-02-16',
        basis: 'Gerechtvaardigd belang',
      },
      { system: 'Winkel-CRM', label: 'Reparaties', expired: 0, expiring: 3, firstOn: null, basis: 'Overeenkomst' },
    ],
    url: 'https://privacy.example.nl/desk/retention',
  },
  staff_digest: {
    overdue: 1,
    today: 2,
    week: 9,
    waiting: 3,
    approval: 0,
    unassigned: 0,
    ...watched,
    url: 'https://privacy.example.nl/desk/queue',
  },
  watched_case: { reference, kind: 'erasure', dueOn: '2026-03-02', why: 'due', url },
  watched_cases: { ...watched, url: 'https://privacy.example.nl/desk/queue' },
  answer_received: { reference, kind: 'access', dueOn: '2026-03-02', url },
  mail_bounced: { reference, kind: 'access', dueOn: '2026-03-02', url },
  confirm_reminder: { cases: asked, receivedOn: '2026-01-30', expiresOn: '2026-02-13', url: statusUrl },
  expired: { cases: asked, receivedOn: '2026-01-30', reviveUntil: '2026-03-01', url: statusUrl },
}
