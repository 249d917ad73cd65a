import type { Checked } from '~/requests/importing/check-rows.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'

/** As many wrong cells as a person reads at once. */
const shownAtMost = 200

/** What a page needs of a file that was looked at. */
export function checkedShape(checked: Checked) {
  if (!checked.ok) return checked
  const { rows, already, errors } = checked
  return { ok: true as const, right: rows.length, already: already.length, errors }
}

type ImportCheckedProps = { checked: ReturnType<typeof checkedShape>; text: string }

/** What an import would do, and the button that does it. */
export function ImportChecked({ checked, text }: ImportCheckedProps) {
  const t = useTexts()
  if (!checked.ok)
    return (
      <div role="alert">
        <Notice tone="error">
          <p>{t(`importing:file_problem.${checked.reason}`, { ...checked })}</p>
        </Notice>
      </div>
    )
  const { right, errors, already } = checked
  return (
    <section aria-labelledby="checked-title">
      <h2 id="checked-title">{t('importing:checked.title')}</h2>
      <p role="status">
        {t('importing:checked.right', { count: right })} {t('importing:done.already', { count: already })}{' '}
        {t('importing:checked.wrong', { count: new Set(errors.map(({ line }) => line)).size })}
      </p>
      {errors.length > 0 ? <Errors errors={errors.slice(0, shownAtMost)} /> : null}
      {right > 0 ? (
        <form method="post" encType="multipart/form-data">
          <Csrf />
          <input type="hidden" name="intent" value="import" />
          <input type="hidden" name="text" value={text} />
          {errors.length > 0 ? (
            <label className="choice">
              <input type="checkbox" name="skip" value="yes" /> {t('importing:checked.skip')}
            </label>
          ) : null}
          <Button>{t('importing:checked.import', { count: right })}</Button>
        </form>
      ) : null}
    </section>
  )
}

function Errors({ errors }: { errors: Extract<Checked, { ok: true }>['errors'] }) {
  const t = useTexts()
  return (
    <table className="dense">
      <thead>
        <tr>
          <th scope="col">{t('importing:checked.line')}</th>
          <th scope="col">{t('importing:checked.column')}</th>
          <th scope="col">{t('importing:checked.problem')}</th>
        </tr>
      </thead>
      <tbody>
        {errors.map(({ line, column, problem }) => (
          <tr key={`${line} ${column} ${problem}`}>
            <td className="number">{line}</td>
            <td>
              <code>{column}</code>
            </td>
            <td>{t(`importing:problem.${problem}`)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
