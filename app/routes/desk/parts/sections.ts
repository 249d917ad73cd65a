import type { Permission } from '~/staff/permissions'

/** The pages of the desk's navigation, each with what reading it asks for. */
export const sections = [
  { name: 'queue', permission: 'queue.read' },
  { name: 'tasks', permission: 'case.read' },
  { name: 'letters', permission: 'case.work' },
  { name: 'retention', permission: 'retention.read' },
  { name: 'systems', permission: 'systems.read' },
  { name: 'evidence', permission: 'evidence.read' },
  { name: 'reports', permission: 'reports.read' },
  { name: 'staff', permission: 'staff.read' },
  { name: 'settings', permission: 'settings.read' },
] as const satisfies { name: string; permission: Permission }[]

export type SectionName = (typeof sections)[number]['name']
