/** The organisation of the demo: who works there and what it decided. */

export type DemoRole = 'agent' | 'approver' | 'admin' | 'auditor'

export const demoStaff: readonly { name: string; email: string; role: DemoRole }[] = [
  { name: 'Anouk de Groot', email: 'anouk@despaak.example.nl', role: 'agent' },
  { name: 'Bilal Yılmaz', email: 'bilal@despaak.example.nl', role: 'agent' },
  { name: 'Christa van Rijn', email: 'christa@despaak.example.nl', role: 'approver' },
  { name: 'David Meijer', email: 'david@despaak.example.nl', role: 'admin' },
  { name: 'Evelien Kuiper', email: 'evelien@despaak.example.nl', role: 'admin' },
  { name: 'Frits Auditor', email: 'frits@despaak.example.nl', role: 'auditor' },
]

/** Values of the organisation's settings, by the names that /desk/settings has. */
export const demoSettings = {
  'organisation.name': 'Fietsenwinkel De Spaak',
  'organisation.contact': 'privacy@despaak.example.nl',
  'organisation.privacyOfficer': 'Grietje Functionaris, fg@despaak.example.nl',
} as const
