import { dateInWords } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import type { CaseHead } from '../case.server'

/** Which case this is about, on its page and on every page that does something with it. */
export function CaseTitle({ shape, doing }: { shape: Omit<CaseHead, 'latest'>; doing?: string }) {
  const t = useTexts()
  return (
    <div className="page-head case-head">
      <div>
        <h1>
          {doing ? <>{doing}: </> : null}
          {shape.reference}
        </h1>
        <p>
          <span className="state" data-state={shape.state}>
            {t(`common:state.${shape.state}`)}
          </span>{' '}
          {t(`common:kind.${shape.kind}`)}, {t('desk:case.dueBy', { date: dateInWords(shape.dueOn, t) })}
        </p>
      </div>
      {doing ? (
        <a href={`/desk/requests/${shape.reference}`}>{t('desk:case.back')}</a>
      ) : (
        <a className="only-narrow" href="#next">
          {t('desk:case.toNext')}
        </a>
      )}
    </div>
  )
}
