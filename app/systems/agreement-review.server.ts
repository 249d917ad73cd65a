import { Temporal } from 'temporal-polyfill'
import { appendEvidence } from '~/evidence/append.server'
import { sendMail } from '~/mail/send.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import { reachableStaff } from '~/staff/accounts.server'
import { detailsOf } from './change-system.server'
import { listSystems } from './registry.server'

/** So many days before the review of a processing agreement is due the admins hear of it. */
export const reviewWarningDays = 30

/** How a review stands on a day: it lapsed, is due soon, or neither. */
export function reviewStanding(reviewOn: string, today: Temporal.PlainDate): 'lapsed' | 'soon' | null {
  if (reviewOn === '') return null
  const days = today.until(Temporal.PlainDate.from(reviewOn)).days
  return days < 0 ? 'lapsed' : days <= reviewWarningDays ? 'soon' : null
}

/** Mails the admins of each processing agreement whose review comes near, and again when it lapses; once for each date. */
export async function tellReviews(runtime: Runtime): Promise<void> {
  const zone = (await readOrganisation(runtime.db))['organisation.zone']
  const today = runtime.clock.now().toZonedDateTimeISO(zone).toPlainDate()
  const admins = await reachableStaff(runtime.db, ['admin'])
  for (const system of await listSystems(runtime.db)) {
    const { reviewOn } = detailsOf(system)
    const why = reviewStanding(reviewOn, today)
    if (!why) continue
    await inTransaction(runtime, async (tx) => {
      let told = 0
      for (const admin of admins) {
        const sent = await sendMail(tx, runtime, {
          template: 'agreement_review',
          to: admin.email,
          language: admin.language === 'en' ? 'en' : 'nl',
          idempotencyKey: `agreement_review:${why}:${system.id}:${reviewOn}:${admin.id}`,
          props: { system: system.key, why, reviewOn, url: `${runtime.publicUrl}/desk/systems/${system.key}` },
        })
        if (sent) told++
      }
      if (told > 0)
        await appendEvidence(tx, runtime, {
          actor: { kind: 'system' },
          verb: 'system.review_told',
          system: system.key,
          data: { reviewOn, why },
        })
    })
  }
}
