import { shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import type { RetentionData } from '../retention'

const columns = ['table', 'system', 'expired', 'expiring', 'firstOn', 'then', 'basis'] as const

/** One table an owner: what is over, what will be soon, and the way to the rows. */
export function RetentionGroups({ owners, mayAct }: Pick<RetentionData, 'owners' | 'mayAct'>) {
  const t = useTexts()
  return (
    <>
      {owners.map(({ owner, groups }) => (
        <section key={owner ?? ''} aria-label={owner ?? t('retention:nobody')}>
          <h2>{owner ?? t('retention:nobody')}</h2>
          <div className="table-frame" role="region" aria-label={owner ?? t('retention:nobody')} tabIndex={0}>
            <table className="dense">
              <thead>
                <tr>
                  {columns.map((column) => (
                    <th key={column} scope="col" className={column.startsWith('expir') ? 'number' : undefined}>
                      {t(`retention:column.${column}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {groups.map((group) => (
                  <tr key={group.finding}>
                    <th scope="row">
                      {mayAct && group.expired > 0 ? (
                        <a href={`/desk/retention/${group.finding}`}>{group.label}</a>
                      ) : (
                        group.label
                      )}
                    </th>
                    <td>{group.system}</td>
                    <td className="number">{group.expired}</td>
                    <td className="number">{group.expiring}</td>
                    <td className="date">{group.firstOn ? shortDate(group.firstOn, t) : ''}</td>
                    <td>{t(`retention:then.${group.then}`)}</td>
                    <td>{group.basis}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      ))}
    </>
  )
}
