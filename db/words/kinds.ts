import { z } from 'zod'

/** The rights of GDPR art. 15-18, 20, 21 and the withdrawal of consent (7(3)). */
export const requestKinds = [
  'access',
  'rectification',
  'erasure',
  'restriction',
  'portability',
  'objection',
  'consent_withdrawal',
] as const
export type RequestKind = (typeof requestKinds)[number]

export const objectionSubjects = ['direct_marketing', 'profiling', 'other'] as const
export type ObjectionTo = (typeof objectionSubjects)[number]

export const filers = ['self', 'parent', 'curator', 'mentor', 'administrator', 'attorney', 'heir'] as const
export type FiledBy = (typeof filers)[number]

export const channels = ['portal', 'letter', 'phone', 'email', 'api', 'hand_off'] as const
export type Channel = (typeof channels)[number]

export const languages = ['nl', 'en'] as const
export type Language = (typeof languages)[number]
export const languageSchema = z.enum(languages)
