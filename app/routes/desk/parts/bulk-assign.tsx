import type { ReactNode } from 'react'
import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'

type BulkProps = { workers: { id: string; name: string }[]; shown: boolean; children: ReactNode }

/** The form around the queue's rows that gives the chosen ones to somebody. */
export function BulkAssign({ workers, shown, children }: BulkProps) {
  const t = useTexts()
  if (!shown) return children
  return (
    <form method="post" action="/desk/queue/assignment">
      <Csrf />
      {children}
      <div className="filters">
        <label>
          <span>{t('desk:bulk.to')}</span>
          <AssigneeChoice workers={workers} />
        </label>
        <button className="button button-quiet">{t('desk:bulk.button')}</button>
      </div>
    </form>
  )
}

export function AssigneeChoice({ workers, value = '' }: Pick<BulkProps, 'workers'> & { value?: string }) {
  const t = useTexts()
  return (
    <select className="input" name="assignee" defaultValue={value} aria-label={t('desk:bulk.to')}>
      <option value="">{t('desk:bulk.nobodyChosen')}</option>
      {workers.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
      <option value="none">{t('desk:assignment.group')}</option>
    </select>
  )
}
