import { useTexts } from '~/ui/language'
import type { StaleSystems } from '../stale.server'

/** As `StaleTables`, under a heading of its own. */
export function StaleNow({ systems }: { systems: StaleSystems | null | undefined }) {
  const t = useTexts()
  if (!systems) return null
  return (
    <section className="plan" aria-labelledby="stale-title">
      <h2 id="stale-title">{t('approval:stale.title')}</h2>
      <StaleTables systems={systems} />
    </section>
  )
}

type Table = StaleSystems[number]['tables'][number]

const counts = ['added', 'removed', 'changed'] as const

/** What changed in the systems since the plan was made: per table what came, went and changed, and in which columns. */
export function StaleTables({ systems }: { systems: StaleSystems }) {
  const t = useTexts()
  return (
    <>
      {systems.map(({ system, tables }) => (
        <div key={system}>
          <h3>{system}</h3>
          <div className="table-frame" role="region" aria-label={t('approval:stale.tablesOf', { system })} tabIndex={0}>
            <table className="dense">
              <thead>
                <tr>
                  <th scope="col">{t('approval:stale.column.table')}</th>
                  {counts.map((column) => (
                    <th key={column} scope="col" className="number">
                      {t(`approval:stale.column.${column}`)}
                    </th>
                  ))}
                  <th scope="col">{t('approval:stale.column.columns')}</th>
                  <th scope="col">{t('approval:stale.column.keys')}</th>
                </tr>
              </thead>
              <tbody>
                {tables.map((table) => (
                  <tr key={table.table}>
                    <th scope="row">{table.table}</th>
                    {counts.map((column) => (
                      <td key={column} className="number">
                        {table[column]}
                      </td>
                    ))}
                    <td>
                      <ChangedColumns table={table} />
                    </td>
                    <td>{table.keys.join(', ')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      ))}
    </>
  )
}

function ChangedColumns({ table: { changed, decided, columns } }: { table: Table }) {
  const t = useTexts()
  const lines = [
    columns && columns.length > 0 ? columns.join(', ') : null,
    decided > 0 ? t('approval:stale.decided', { count: decided }) : null,
    changed > decided && columns === null ? t('approval:stale.unknown') : null,
  ]
  return <>{lines.filter(Boolean).join('; ')}</>
}
