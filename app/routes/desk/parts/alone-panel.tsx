import { momentInWords, shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import type { AloneShape } from '../alone.server'

type PanelProps = { approvals: AloneShape; reference: string; zone: string }

/** What somebody approved alone in this case, why, and what another person thought of it. */
export function AlonePanel({ approvals, reference, zone }: PanelProps) {
  const t = useTexts()
  if (approvals.length === 0) return null
  return (
    <section aria-labelledby="alone-title" id="alone">
      <h2 id="alone-title">{t('approval:review.heading')}</h2>
      {approvals.map((approval) => (
        <AloneApproval key={approval.id} approval={approval} zone={zone}>
          {approval.mayReview ? (
            <p>
              <a href={`/desk/requests/${reference}/review`}>{t('approval:review.link')}</a>
            </p>
          ) : null}
        </AloneApproval>
      ))}
    </section>
  )
}

/** One approval given alone: who, when, why, by when it is looked at, and with what outcome. */
export function AloneApproval({
  approval,
  zone,
  children,
}: {
  approval: AloneShape[number]
  zone: string
  children?: React.ReactNode
}) {
  const t = useTexts()
  const { review } = approval
  const reviewed = review && { name: review.by, at: momentInWords(review.at, zone, t) }
  return (
    <Notice tone={review?.verdict === 'accepted' ? 'plain' : 'warning'}>
      <p>{t('approval:review.what', { name: approval.by, at: momentInWords(approval.at, zone, t) })}</p>
      <p className="typed">
        {approval.reason ? t('approval:review.why', { reason: approval.reason }) : t('approval:review.purged')}
      </p>
      {review && reviewed ? (
        <>
          <p>{t(`approval:review.${review.verdict}`, reviewed)}</p>
          {review.reason ? <p className="typed">{t('approval:review.why', { reason: review.reason })}</p> : null}
        </>
      ) : null}
      {review && !approval.lapsed ? null : (
        <p>
          {t(approval.lapsed ? 'approval:review.lapsed' : 'approval:review.by', {
            date: shortDate(approval.reviewBy, t),
          })}
        </p>
      )}
      {approval.own && !review ? <p>{t('approval:review.own')}</p> : null}
      {children}
    </Notice>
  )
}
