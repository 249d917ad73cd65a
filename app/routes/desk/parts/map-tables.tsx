import { useTexts } from '~/ui/language'
import type { MapPage } from '../systems.$system.map'

/** Every table: what the database has beside what the map says. */
export function MapTables({ tables }: { tables: MapPage['tables'] }) {
  const t = useTexts()
  if (tables.length === 0) return null
  return (
    <section>
      <h2>{t('systems:map.tables')}</h2>
      <div className="table-frame" role="region" aria-label={t('systems:map.tables')} tabIndex={0}>
        <table className="dense">
          <thead>
            <tr>
              {['table', 'rows', 'inMap', 'erase', 'columns'].map((column) => (
                <th key={column} scope="col">
                  {t(`systems:map.column.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tables.map((table) => (
              <tr key={table.id}>
                <th scope="row">
                  <a href={`?table=${encodeURIComponent(table.id)}#table`}>{table.id}</a>
                </th>
                <td>{table.inDatabase ? table.rows : <strong>{t('systems:map.notInDatabase')}</strong>}</td>
                <td>
                  {table.inMap === 'none' ? (
                    <strong>{t('systems:map.is.none')}</strong>
                  ) : (
                    t(`systems:map.is.${table.inMap}`)
                  )}
                </td>
                <td>{table.erase ? t(`systems:map.erase.${table.erase}`) : null}</td>
                <td>{t('systems:map.columnsMapped', { mapped: table.mapped, count: table.columns })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

/** One table column by column. */
export function MapColumns({ loaded, table }: { loaded: MapPage; table: NonNullable<MapPage['table']> }) {
  const t = useTexts()
  const mayChange = loaded.mayManage && loaded.version !== null && loaded.stored
  const at = `/desk/systems/${loaded.head.key}/map/entry?table=${encodeURIComponent(table.id)}`
  return (
    <section id="table">
      <h2>{table.id}</h2>
      {mayChange ? (
        <p>
          <a href={at}>{t('mapping:changeTable')}</a>
        </p>
      ) : null}
      <div className="table-frame" role="region" aria-label={table.id} tabIndex={0}>
        <table className="dense">
          <thead>
            <tr>
              {['name', 'type', 'category', 'with'].map((column) => (
                <th key={column} scope="col">
                  {t(`systems:map.column.${column}`)}
                </th>
              ))}
              {mayChange ? <td /> : null}
            </tr>
          </thead>
          <tbody>
            {table.columns.map((column) => (
              <tr key={column.name}>
                <th scope="row">{column.name}</th>
                <td>{column.type ?? <strong>{t('systems:map.notInDatabase')}</strong>}</td>
                <td>{column.category ? t(`systems:map.category.${column.category}`) : t('systems:none')}</td>
                <td>{column.with ?? t('systems:none')}</td>
                {mayChange ? (
                  <td>
                    <a
                      href={`${at}&column=${encodeURIComponent(column.name)}`}
                      aria-label={`${t('mapping:change')}: ${column.name}`}
                    >
                      {t('mapping:change')}
                    </a>
                  </td>
                ) : null}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
