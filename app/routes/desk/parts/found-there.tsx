import { useLanguage, useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import type { WhereData } from '../requests.$reference.where'
import { failureInWords } from './failure-words'

type Found = NonNullable<WhereData['systems']>[number]

/** What one system or place holds of the person; or why that is not known. */
export function FoundThere({ found, here }: { found: Found; here: string }) {
  const t = useTexts()
  const id = `found-${found.system}`
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>
        {found.name} <span className="soft">{t(`desk:engine.${found.engine}`)}</span>
      </h2>
      {found.state === 'failed' ? (
        <Notice tone="warning">
          <p>{t('outside:where.failed', { why: failureInWords(found.failure ?? '', t) })}</p>
        </Notice>
      ) : null}
      {found.state === 'nothing' ? <p>{t('outside:where.nothing')}</p> : null}
      {found.state === 'person' ? (
        <p>
          {t('outside:where.person')}
          {found.ticked ? ` ${t('outside:where.ticked', { state: t(`outside:state.${found.ticked}`) })}` : null}
        </p>
      ) : null}
      {found.candidates.length > 0 ? <Persons found={found} /> : null}
      {found.tables.length > 0 ? <Tables found={found} here={here} /> : null}
      {found.looked ? <Looked looked={found.looked} /> : null}
      {found.suggestions.length > 0 ? (
        <>
          <h3>{t('outside:where.suggestions')}</h3>
          <ul>
            {found.suggestions.map(({ table, rows, why }) => (
              <li key={`${table} ${why}`}>
                {table}: {t('outside:where.rows', { count: rows })} ({t(`outside:why.${why}`)})
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {found.notSearched.length > 0 ? (
        <p className="soft">{t('outside:where.notSearched', { names: found.notSearched.join(', ') })}</p>
      ) : null}
    </section>
  )
}

/** Several persons carry what is proven: what tells them apart. */
function Persons({ found }: { found: Found }) {
  const t = useTexts()
  return (
    <>
      <p>{t('outside:where.ambiguous')}</p>
      <ul>
        {found.candidates.map(({ table, key, distinguishing }) => (
          <li key={[table, ...key].join('/')}>
            {table}:{' '}
            {Object.entries(distinguishing)
              .map(([name, value]) => `${name} ${value ?? '–'}`)
              .join(', ')}
          </li>
        ))}
      </ul>
    </>
  )
}

function Tables({ found, here }: { found: Found; here: string }) {
  const t = useTexts()
  const language = useLanguage()
  return (
    <div
      className="table-frame"
      role="region"
      aria-label={t('outside:where.tables', { name: found.name })}
      tabIndex={0}
    >
      <table className="dense">
        <thead>
          <tr>
            <th scope="col">{t('desk:plan.column.table')}</th>
            {(['rows', 'shared', 'others'] as const).map((column) => (
              <th key={column} scope="col" className="number">
                {t(`outside:where.column.${column}`)}
              </th>
            ))}
            <th scope="col">{t('outside:where.column.look')}</th>
          </tr>
        </thead>
        <tbody>
          {found.tables.map((each) => (
            <tr key={each.table}>
              <th scope="row">
                {each.label?.[language] ?? each.table} {each.label ? <span className="soft">{each.table}</span> : null}
              </th>
              <td className="number">{each.rows}</td>
              <td className="number">{each.shared}</td>
              <td className="number">{each.others}</td>
              <td>
                {each.rows > 0 && found.engine !== 'webhook' ? (
                  <a href={`${here}?look=${encodeURIComponent(`${found.system}/${each.table}`)}#looked`}>
                    {t('outside:where.look')}
                  </a>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Looked({ looked }: { looked: NonNullable<Found['looked']> }) {
  const t = useTexts()
  return (
    <div className="samples" id="looked">
      <h3>{t('outside:where.examples', { table: looked.table })}</h3>
      {looked.rows.map((row, at) => (
        <dl key={at} className="facts">
          {Object.entries(row).map(([name, value]) => (
            <div key={name}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>{value ?? '–'}</dd>
            </div>
          ))}
        </dl>
      ))}
    </div>
  )
}
