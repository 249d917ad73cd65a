import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import type { ChangedPlan } from '../plan.server'

/** What became different between the plan that somebody looked at and the present one. */
export function PlanChanges({ changed }: { changed: ChangedPlan | null | undefined }) {
  const t = useTexts()
  if (!changed) return null
  const lines = changed.changes.map(({ system, table, action, before, now }) =>
    t('approval:changed.line', { system, table, action: t(`desk:plan.action.${action}`), before, count: now }),
  )
  return (
    <Notice tone="warning">
      <p>{t('approval:changed.title')}</p>
      {lines.length > 0 ? (
        <ul>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      ) : (
        <p>{t(changed.gone ? 'approval:changed.gone' : 'approval:changed.same')}</p>
      )}
    </Notice>
  )
}
