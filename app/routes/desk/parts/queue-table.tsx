import { Temporal } from 'temporal-polyfill'
import { urgencyOf } from '~/deadlines/days-left'
import { shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { TermBar } from '~/ui/term-bar'
import type { ShownRow } from '../queue-page.server'
import { DueWords } from './due-words'
import type { RowMark } from './merge-rows'

type TableProps = {
  rows: ShownRow[]
  /** What happened to some of them since they were read, by reference. */
  marks: Record<string, RowMark>
  today: string
  mayAssign: boolean
  isSearch: boolean
}

/** The cases, one a row of 32 px; the reference is the way in. */
export function QueueTable({ rows, marks, today, mayAssign, isSearch }: TableProps) {
  const t = useTexts()
  if (rows.length === 0)
    return (
      <div className="empty">
        <p>{t(isSearch ? 'desk:queue.nothingFound' : 'desk:queue.empty')}</p>
        <p className="soft">{t(isSearch ? 'desk:queue.nothingFoundHelp' : 'desk:queue.emptyHelp')}</p>
      </div>
    )
  const year = Temporal.PlainDate.from(today).year
  return (
    <div className="table-frame" role="region" aria-label={t('desk:queue.title')} tabIndex={0}>
      <table className="dense queue">
        <thead>
          <tr>
            {['reference', 'kind', 'subject', 'received', 'due', 'left', 'state', 'systems', 'assignee'].map(
              (column) => (
                <th key={column} scope="col">
                  {t(column === 'systems' ? 'views:systems' : `desk:queue.column.${column}`)}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={row.reference}
              data-live={marks[row.reference]}
              data-urgency={
                row.closedOn ? 'closed' : urgencyOf(Temporal.PlainDate.from(row.dueOn), Temporal.PlainDate.from(today))
              }
            >
              <th scope="row">
                {mayAssign && !row.closedOn ? (
                  <input
                    type="checkbox"
                    name="case"
                    value={`${row.reference}.${row.version}`}
                    aria-label={t('desk:queue.choose', { reference: row.reference })}
                  />
                ) : null}
                <a href={`/desk/requests/${row.reference}`} data-key-row>
                  {row.reference}
                </a>
              </th>
              <td>{t(`common:kind.${row.kind}`)}</td>
              <td>{row.subject ?? <span className="soft">{t('desk:queue.unknown')}</span>}</td>
              <td className="date">{shortDate(row.receivedOn, t, year)}</td>
              <td className="date">{shortDate(row.dueOn, t, year)}</td>
              <td>
                <span className="due-cell">
                  <TermBar
                    size="row"
                    receivedOn={row.receivedOn}
                    dueOn={row.dueOn}
                    strictDueOn={row.strictDueOn}
                    today={today}
                    closedOn={row.closedOn}
                    decorative
                  />
                  <DueWords dueOn={row.dueOn} today={today} closedOn={row.closedOn} workingDays={row.workingDays} />
                </span>
              </td>
              <td>
                {t(`common:state.${row.state}`)}
                {marks[row.reference] ? (
                  <span className="live-mark">{t(`live:queue.mark.${marks[row.reference]}`)}</span>
                ) : null}
              </td>
              <td>{row.progress ? <Progress {...row.progress} /> : null}</td>
              <td>
                {row.assignee ?? <span className="soft">{t('desk:queue.nobody')}</span>}
                {mayAssign && !row.closedOn ? (
                  <a
                    className="row-link"
                    href={`/desk/requests/${row.reference}/assignment`}
                    data-key-assign
                    aria-label={t('desk:queue.assignOne', { reference: row.reference })}
                  >
                    {t('desk:queue.assign')}
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

/** How many of the systems of a run are through, in figures; one that failed is said. */
function Progress({ done, of, failed }: NonNullable<ShownRow['progress']>) {
  const t = useTexts()
  return (
    <>
      {t('views:progress', { done, of })}
      {failed > 0 ? (
        <span className="due" data-urgency="overdue">
          {t('views:failed', { count: failed })}
        </span>
      ) : null}
    </>
  )
}
