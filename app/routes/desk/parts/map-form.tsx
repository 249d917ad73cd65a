import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { TextArea } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import type { MapAnswer, MapPage } from '../systems.$system.map'
import { MapFindings } from './map-findings'
import { PasswordAgain } from './password-again'
import { SystemProblem } from './system-head'

/** The map as text: paste or upload, check, apply. Who only reads gets the file. */
export function MapForm({ loaded, answer }: { loaded: MapPage; answer: MapAnswer | null }) {
  const t = useTexts()
  const at = `/desk/systems/${loaded.head.key}`
  const links = (
    <p>
      {loaded.version === null ? (
        t('systems:map.none')
      ) : (
        <a href={`${at}/map.yaml`}>{t('systems:map.download', { version: loaded.version })}</a>
      )}
      {loaded.mayManage ? (
        <>
          {' · '}
          <a href={`${at}/map?draft`}>{t('systems:map.draft')}</a>
        </>
      ) : null}
    </p>
  )
  if (!loaded.mayManage) return links
  const checked = answer?.checked
  return (
    <section>
      {links}
      <SystemProblem reason={answer?.problem} />
      {answer && !answer.problem ? (
        <div role="status">
          <Notice>
            <p>{t('systems:map.fits')}</p>
          </Notice>
        </div>
      ) : null}
      {checked ? <MapFindings {...checked} /> : null}
      <form className="map-form" method="post" encType="multipart/form-data" action={`${at}/map`} noValidate>
        <Csrf />
        <TextArea name="yaml" label={t('systems:map.yaml')} value={answer?.yaml ?? loaded.yaml} rows={18} />
        <div className="field">
          <label htmlFor="file">{t('systems:map.file')}</label>
          <input id="file" type="file" name="file" accept=".yaml,.yml,text/plain" />
        </div>
        <PasswordAgain fresh={loaded.fresh} problem={answer?.problem} />
        <div className="button-row">
          <Button look="quiet" name="intent" value="check">
            {t('systems:map.check')}
          </Button>
          <Button name="intent" value="apply">
            {t('systems:map.apply')}
          </Button>
        </div>
      </form>
    </section>
  )
}
