import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'

/** The file, and what may stand in it. Sending it only looks. */
export function ImportForm({ columns }: { columns: string[] }) {
  const t = useTexts()
  return (
    <div className="action-page">
      <p>{t('importing:lead')}</p>
      <form method="post" encType="multipart/form-data">
        <Csrf />
        <label htmlFor="file">{t('importing:file')}</label>
        <input className="input" id="file" name="file" type="file" accept=".csv,text/csv" />
        <div className="button-row">
          <Button>{t('importing:look')}</Button>
        </div>
      </form>
      <details>
        <summary>{t('importing:columns')}</summary>
        <table className="dense">
          <tbody>
            {columns.map((column) => (
              <tr key={column}>
                <th scope="row">
                  <code>{column}</code>
                </th>
                <td>{t(`importing:column.${column}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  )
}
