import { hasText } from '~/locales/translate'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import type { FindingData } from '../retention.$finding'

/** The offered rows, masked, each to be chosen, and one tick for all of them. */
export function RetentionRows({ columns, rows, expired }: Pick<FindingData, 'columns' | 'rows' | 'expired'>) {
  const t = useTexts()
  return (
    <>
      <p className="soft">
        {t('retention:finding.masked')}{' '}
        {rows.length < expired ? t('retention:finding.shown', { count: rows.length }) : null}
      </p>
      <div className="table-frame" role="region" aria-label={t('retention:finding.rows')} tabIndex={0}>
        <table className="dense">
          <thead>
            <tr>
              <th scope="col">{t('retention:finding.row')}</th>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.place}>
                <td>
                  <input
                    type="checkbox"
                    name="row"
                    value={row.place}
                    aria-label={t('retention:finding.choose', { number: row.place + 1 })}
                  />
                </td>
                {row.values.map((value, at) => (
                  <td key={columns[at]}>{value}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        <label>
          <input type="checkbox" name="all" value="yes" /> {t('retention:finding.all', { count: rows.length })}
        </label>
      </p>
    </>
  )
}

/** Why nothing was done. */
export function RetentionProblem({ problem }: { problem: string | null | undefined }) {
  const t = useTexts()
  if (!problem) return null
  const key = [`retention:problem.${problem}`, `desk:problem.${problem}`].find(hasText)
  return (
    <div role="alert">
      <Notice tone="error">
        <p>{t(key ?? 'desk:problem.other')}</p>
      </Notice>
    </div>
  )
}
