import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'

/** The list that is shown, as a file: masked for everybody, in full for who may open cases. */
export function QueueExport({ parameters, mayUnmask }: { parameters: string; mayUnmask: boolean }) {
  const t = useTexts()
  return (
    <div className="button-row queue-export">
      <a href={`/desk/queue.csv${parameters ? `?${parameters}` : ''}`} download>
        {t('desk:queue.export.masked')}
      </a>
      {mayUnmask ? (
        <form method="post" action="/desk/queue.csv">
          <Csrf />
          <input type="hidden" name="parameters" value={parameters} />
          <button className="link-button" type="submit">
            {t('desk:queue.export.unmasked')}
          </button>
        </form>
      ) : null}
      {mayUnmask ? <span className="soft small">{t('desk:queue.export.logged')}</span> : null}
    </div>
  )
}
