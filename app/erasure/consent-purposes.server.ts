import type { Executor } from '~db/client'
import { listAppliedMaps } from '~/systems/registry.server'

/** The purposes for which the data maps name a consent, as they spell them; sorted. */
export async function consentPurposes(db: Executor): Promise<string[]> {
  const named = (await listAppliedMaps(db)).flatMap(({ map }) =>
    Object.values(map.tables).flatMap((table) => table.onConsentWithdrawal.flatMap((each) => each.purpose ?? [])),
  )
  return [...new Set(named)].sort()
}
