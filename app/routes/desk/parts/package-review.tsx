import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { useLanguage, useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import type { CaseHead } from '../case.server'
import type { PackageData } from '../requests.$reference.package'

type Review = NonNullable<PackageData['review']>

/** What would go out, table by table, with boxes for what is left out because of the rights of others (art. 15(4)). */
export function PackageReview({ head, review, unmasked }: { head: CaseHead; review: Review; unmasked: boolean }) {
  const t = useTexts()
  return (
    <form method="post" className="package">
      <Csrf />
      <input type="hidden" name="version" value={head.version} />
      <input type="hidden" name="package" value={review.id} />
      <p>{t('desk:package.lead', { count: review.rows })}</p>
      {unmasked ? (
        <p>
          <a href={`/desk/requests/${head.reference}/package/draft`}>{t('desk:package.draft')}</a>
        </p>
      ) : (
        <Notice tone="warning">
          <p>
            {t('desk:package.masked')} <a href={`/desk/requests/${head.reference}/unmask`}>{t('desk:case.unmask')}</a>
          </p>
        </Notice>
      )}
      {review.tables.map((table) => (
        <TableReview key={table.place} table={table} />
      ))}
      <div className="button-row">
        <Button name="intent" value="release">
          {t('desk:package.release')}
        </Button>
      </div>
    </form>
  )
}

function TableReview({ table }: { table: Review['tables'][number] }) {
  const t = useTexts()
  const language = useLanguage()
  const suspicious = table.columns.filter((column) => column.thirdParty || column.freeText)
  return (
    <fieldset className="radios">
      <legend>
        {table.label?.[language] ?? table.table}{' '}
        <span className="soft">({table.system ? `${table.system} · ${table.table}` : table.table})</span>
      </legend>
      <p>
        {t('desk:package.rows', { count: table.rows })}
        {table.shared > 0 ? `, ${t('desk:package.shared', { count: table.shared })}` : null}
        {table.withheld.length > 0 ? `, ${t('desk:package.withheld', { columns: table.withheld.join(', ') })}` : null}
      </p>
      <label>
        <input type="checkbox" name="table" value={table.place} />
        <span>{t('desk:package.leaveTable')}</span>
      </label>
      {suspicious.map((column) => (
        <label key={column.name}>
          <input type="checkbox" name="column" value={JSON.stringify({ place: table.place, column: column.name })} />
          <span>
            {t('desk:package.leaveColumn', { column: column.name })}{' '}
            <span className="soft">{t(column.thirdParty ? 'desk:package.thirdParty' : 'desk:package.freeText')}</span>
          </span>
        </label>
      ))}
      {table.toCheck.map((row) => (
        <label key={`${row.ordinal}.${row.index}`}>
          <input type="checkbox" name="row" value={JSON.stringify({ ordinal: row.ordinal, index: row.index })} />
          <span className="typed">
            {t('desk:package.leaveRow')} {row.values.map(({ column, value }) => `${column}: ${value}`).join('; ')}
          </span>
        </label>
      ))}
      {table.more > 0 ? <p className="soft">{t('desk:package.more', { count: table.more })}</p> : null}
      {table.hidden > 0 ? <p className="soft">{t('desk:package.hidden', { count: table.hidden })}</p> : null}
    </fieldset>
  )
}
