import type { RefusalGround } from './grounds'
import type { ObjectionTo, RequestKind } from './kinds'

/** Grounds that stand against every right: GDPR art. 11(2), 12(5), 4(1); recital 27; UAVG art. 41 and 43. */
const everywhere: readonly RefusalGround[] = [
  'not_identified',
  'unfounded',
  'excessive',
  'not_personal_data',
  'deceased',
  'public_interest',
  'journalism',
]

/** UAVG art. 44 names GDPR 15, 16 and 18; art. 45 besides these 20; art. 47 besides these 19, which follows them. */
const inResearch: readonly RefusalGround[] = ['research_or_statistics', 'public_archive', 'public_register']

const ofRight: Record<RequestKind, readonly RefusalGround[]> = {
  access: ['rights_of_others', ...inResearch],
  rectification: inResearch,
  erasure: [
    'no_ground_for_erasure',
    'free_expression',
    'legal_duty',
    'public_health',
    'archive_or_research',
    'legal_claims',
  ],
  restriction: ['restriction_overridden', ...inResearch],
  portability: ['not_portable', 'portability_of_others', 'public_archive'],
  objection: ['compelling_grounds'],
  consent_withdrawal: [],
}

/**
 * The closed list of grounds for one right, its own first. An objection to direct marketing is absolute (GDPR
 * art. 21(3)): only that there is nobody or nothing to stop it for stands against it.
 */
export function groundsOfKind(kind: RequestKind, objectionTo: ObjectionTo | null): readonly RefusalGround[] {
  if (kind === 'objection' && objectionTo === 'direct_marketing') return ['not_personal_data', 'deceased']
  return [...ofRight[kind], ...everywhere]
}
