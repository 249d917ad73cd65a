import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'
import type { PlanShape } from '../plan.server'

type Group = NonNullable<PlanShape['run']>['groups'][number]

/** Rows that stayed and that too few others look like: per group what it shares, and what a person decided. */
export function SmallGroups({
  groups,
  execution,
  mayDecide,
}: {
  groups: readonly Group[]
  execution: string
  mayDecide: boolean
}) {
  const t = useTexts()
  if (groups.length === 0) return null
  return (
    <>
      <h3 id="groups">{t('approval:group.title')}</h3>
      <p>{t('approval:group.lead')}</p>
      <ul className="findings">
        {groups.map((group) => (
          <li key={group.id}>
            <GroupInWords group={group} />
            {group.decision ? (
              <span className="soft"> {t(`approval:group.decided.${group.carriedOut ? 'gone' : group.decision}`)}</span>
            ) : null}
            {mayDecide && group.decision !== 'accept' && !group.carriedOut ? (
              <form method="post" action={execution} className="row-forms">
                <Csrf />
                <input type="hidden" name="group" value={group.id} />
                <input
                  className="input"
                  name="reason"
                  aria-label={`${t('desk:run.keepReason')} (${group.table})`}
                  placeholder={t('desk:run.keepReason')}
                  maxLength={2000}
                />
                <button className="button button-quiet" name="intent" value="accept-group">
                  {t('approval:group.accept')}
                </button>
                {group.mayEmpty ? (
                  <button className="button button-quiet" name="intent" value="empty-group">
                    {t('approval:group.empty')}
                  </button>
                ) : null}
              </form>
            ) : null}
            {group.mayEmpty ? null : <p className="soft small">{t('approval:group.needed')}</p>}
          </li>
        ))}
      </ul>
    </>
  )
}

function GroupInWords({ group }: { group: Group }) {
  const t = useTexts()
  const words = { place: `${group.systemKey} · ${group.table}`, columns: group.columns.join(', ') }
  if (group.size === null) return <>{t('approval:group.uncounted', { ...words, count: group.rows })}</>
  return (
    <>
      {t('approval:group.size', { ...words, count: group.size })}
      {group.groups > 1 ? ` (${t('approval:group.groups', { count: group.groups })})` : null}
    </>
  )
}
