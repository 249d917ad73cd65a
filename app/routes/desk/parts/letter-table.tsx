import { hasText } from '~/locales/translate'
import { Csrf } from '~/ui/csrf'
import { shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import type { FailedPosting, ListedLetter } from '../letters.server'

type LetterTableProps = {
  letters: ListedLetter[]
  /** ISO 8601 day. */
  today: string
  /** Where a posting is recorded. */
  action: string
  failed?: FailedPosting | undefined
  /** Says of each which case it belongs to. */
  withCase?: boolean
}

/** Letters with what can be done: print, and say on which day they were posted. */
export function LetterTable({ letters, today, action, failed, withCase = false }: LetterTableProps) {
  const t = useTexts()
  const columns = [...(withCase ? ['case', 'due'] : []), 'about', 'written', 'posted']
  return (
    <div className="table-frame" role="region" aria-label={t('casework:letters.title')} tabIndex={0}>
      <table className="dense">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {t(`casework:letters.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {letters.map((letter) => (
            <tr key={letter.id}>
              {withCase ? (
                <>
                  <th scope="row">
                    {letter.reference ? (
                      <a href={`/desk/requests/${letter.reference}`}>{letter.reference}</a>
                    ) : (
                      t('casework:letters.noCase')
                    )}
                  </th>
                  <td className="date">{letter.dueOn ? shortDate(letter.dueOn, t) : ''}</td>
                </>
              ) : null}
              <td>
                {t(
                  `casework:letters.about.${hasText(`casework:letters.about.${letter.template}`) ? letter.template : 'other'}`,
                )}
              </td>
              <td className="date">{shortDate(letter.writtenOn, t)}</td>
              <td>
                {letter.posted ? (
                  shortDate(letter.postedOn ?? letter.writtenOn, t)
                ) : (
                  <Posting letter={letter} today={today} action={action} failed={failed} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Posting({
  letter,
  today,
  action,
  failed,
}: Pick<LetterTableProps, 'today' | 'action' | 'failed'> & { letter: ListedLetter }) {
  const t = useTexts()
  const id = `postedOn-${letter.id}`
  const isFailed = failed?.letter === letter.id
  return (
    <div className="row-forms">
      <form method="post" action="/desk/letters.pdf">
        <Csrf />
        <input type="hidden" name="letter" value={letter.id} />
        <button className="button button-quiet">{t('casework:letters.print')}</button>
      </form>
      <form method="post" action={action} noValidate>
        <Csrf />
        <input type="hidden" name="letter" value={letter.id} />
        <label className="small" htmlFor={id}>
          {t('casework:letters.postedOn')}
        </label>
        <input
          className="input"
          type="date"
          id={id}
          name="postedOn"
          defaultValue={isFailed ? failed.postedOn : today}
          aria-invalid={isFailed || undefined}
        />
        <button className="button button-quiet">{t('casework:letters.button')}</button>
      </form>
    </div>
  )
}

/** Everything that waits, as one PDF. */
export function PrintAll() {
  const t = useTexts()
  return (
    <form method="post" action="/desk/letters.pdf">
      <Csrf />
      <button className="button">{t('casework:letters.printAll')}</button>
      <p className="soft small">{t('casework:letters.logged')}</p>
    </form>
  )
}
