import type { ResultForSubject } from '~/erasure/result.server'
import { dateInWords } from '../dates'
import { useTexts } from '../language'

/** What is gone and what stays, why and until when: first in one sentence, then as tables. */
export function ErasureResult({ result }: { result: ResultForSubject | null }) {
  const t = useTexts()
  if (!result || (result.state !== 'done' && result.state !== 'partial')) return null
  if (result.nothingFound)
    return (
      <section>
        <h2>{t('status:result.nothing')}</h2>
        <p>{t('status:result.nothingText')}</p>
      </section>
    )
  return (
    <section>
      <h2>
        {t(result.kept.length === 0 && result.state === 'done' ? 'status:result.allGone' : 'status:result.notAll')}
      </h2>
      {result.state === 'partial' ? <p>{t('status:result.running')}</p> : null}
      {result.erased.length > 0 ? (
        <>
          <h3>{t('status:result.erased')}</h3>
          <ul>
            {result.erased.map(({ label }) => (
              <li key={label}>{label}</li>
            ))}
          </ul>
        </>
      ) : null}
      {result.kept.length > 0 ? <Kept kept={result.kept} /> : null}
    </section>
  )
}

function Kept({ kept }: { kept: ResultForSubject['kept'] }) {
  const t = useTexts()
  return (
    <>
      <h3>{t('status:result.kept')}</h3>
      <table className="result-table" aria-label={t('status:result.kept')}>
        <thead>
          <tr>
            <th scope="col">{t('status:result.what')}</th>
            <th scope="col">{t('status:result.why')}</th>
            <th scope="col">{t('status:result.until')}</th>
          </tr>
        </thead>
        <tbody>
          {kept.map(({ label, reason, until }) => (
            <tr key={`${label} ${reason} ${until ?? ''}`}>
              <td className="result-what">{label}</td>
              <td data-label={t('status:result.why')}>{reason}</td>
              <td data-label={t('status:result.until')}>
                {until ? dateInWords(until, t) : t('status:result.untilUnknown')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{t('status:result.only')}</p>
    </>
  )
}
