/**
 * The closed list of grounds on which a request may be refused, each with its article. "Too much work" is not on it.
 * Source: GDPR art. 11(2), 12(5), 15(4), 17(1), 17(3), 18(2), 20(1), 20(4), 21(1); UAVG art. 41, 43-45, 47; recital 27.
 */
export const refusalGrounds = {
  not_identified: { law: 'gdpr', article: '11(2)' },
  unfounded: { law: 'gdpr', article: '12(5)' },
  excessive: { law: 'gdpr', article: '12(5)' },
  rights_of_others: { law: 'gdpr', article: '15(4)' },
  no_ground_for_erasure: { law: 'gdpr', article: '17(1)' },
  free_expression: { law: 'gdpr', article: '17(3)(a)' },
  legal_duty: { law: 'gdpr', article: '17(3)(b)' },
  public_health: { law: 'gdpr', article: '17(3)(c)' },
  archive_or_research: { law: 'gdpr', article: '17(3)(d)' },
  legal_claims: { law: 'gdpr', article: '17(3)(e)' },
  restriction_overridden: { law: 'gdpr', article: '18(2)' },
  not_portable: { law: 'gdpr', article: '20(1)' },
  portability_of_others: { law: 'gdpr', article: '20(4)' },
  compelling_grounds: { law: 'gdpr', article: '21(1)' },
  public_interest: { law: 'uavg', article: '41' },
  journalism: { law: 'uavg', article: '43' },
  research_or_statistics: { law: 'uavg', article: '44' },
  public_archive: { law: 'uavg', article: '45' },
  public_register: { law: 'uavg', article: '47' },
  not_personal_data: { law: 'gdpr', article: '4(1)' },
  deceased: { law: 'recital', article: '27' },
} as const

export type RefusalGround = keyof typeof refusalGrounds
