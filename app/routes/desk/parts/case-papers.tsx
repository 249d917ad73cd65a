import { useTexts } from '~/ui/language'
import type { CaseData } from '../requests.$reference'
import { FileLine } from './attachment-list'

/** Left, below the facts: the scanned letter and what else came along, and the letters that go out. */
export function CasePapers({ shape, papers, mayWork }: Pick<CaseData, 'shape' | 'papers' | 'mayWork'>) {
  const t = useTexts()
  const { files, toPost, posted } = papers
  const at = (page: string) => `/desk/requests/${shape.reference}/${page}`
  return (
    <>
      {files.length > 0 || (mayWork && !shape.purged) ? (
        <>
          <h3>{t('casework:files.title')}</h3>
          {files.map((file) => (
            <FileLine key={file.id} reference={shape.reference} file={file} />
          ))}
          {mayWork && !shape.purged ? (
            <p>
              <a href={at('attachments')}>{t(files.length > 0 ? 'casework:files.open' : 'casework:files.add')}</a>
            </p>
          ) : null}
        </>
      ) : null}
      {toPost + posted > 0 ? (
        <>
          <h3>{t('casework:letters.ofCase')}</h3>
          {toPost > 0 ? (
            <p>
              <strong>{t('casework:letters.waiting', { count: toPost })}</strong>
            </p>
          ) : null}
          {posted > 0 ? <p>{t('casework:letters.posted', { count: posted })}</p> : null}
          {mayWork ? (
            <p>
              <a href={at('letters')}>{t('casework:letters.open')}</a>
            </p>
          ) : null}
        </>
      ) : null}
    </>
  )
}
