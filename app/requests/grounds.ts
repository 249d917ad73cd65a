/**
 * The closed list of grounds on which a request may be refused, each with its article. "Too much work" is not on it.
 * Source: GDPR art. 11(2), 12(5), 15(4), 17(1), 17(3), 18(2), 20(1), 20(4), 21(1); UAVG art. 41, 43-45, 47; recital 27.
 */
export const refusalGrounds = {
  not_identified: 'AVG 11(2)',
  unfounded: 'AVG 12(5)',
  excessive: 'AVG 12(5)',
  rights_of_others: 'AVG 15(4)',
  no_ground_for_erasure: 'AVG 17(1)',
  free_expression: 'AVG 17(3)(a)',
  legal_duty: 'AVG 17(3)(b)',
  public_health: 'AVG 17(3)(c)',
  archive_or_research: 'AVG 17(3)(d)',
  legal_claims: 'AVG 17(3)(e)',
  restriction_overridden: 'AVG 18(2)',
  not_portable: 'AVG 20(1)',
  portability_of_others: 'AVG 20(4)',
  compelling_grounds: 'AVG 21(1)',
  public_interest: 'UAVG 41',
  journalism: 'UAVG 43',
  research_or_statistics: 'UAVG 44',
  public_archive: 'UAVG 45',
  public_register: 'UAVG 47',
  not_personal_data: 'AVG 4(1)',
  deceased: 'AVG, overweging 27',
} as const

export type RefusalGround = keyof typeof refusalGrounds
