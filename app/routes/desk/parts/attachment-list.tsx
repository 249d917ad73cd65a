import { Csrf } from '~/ui/csrf'
import { shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import type { ListedFile } from '../attachments.server'

type Failed = { attachment: string; problems: { name: string; problem: string }[] } | undefined

/** The files of a case with what may be done with each. */
export function AttachmentList({
  reference,
  files,
  failed,
}: {
  reference: string
  files: ListedFile[]
  failed: Failed
}) {
  const t = useTexts()
  if (files.length === 0) return <p className="soft">{t('casework:files.none')}</p>
  return (
    <ul className="files">
      {files.map((file) => (
        <li key={file.id}>
          <FileLine reference={reference} file={file} />
          {file.there ? <FileForms file={file} failed={failed?.attachment === file.id ? failed : undefined} /> : null}
        </li>
      ))}
    </ul>
  )
}

/** What a file is, as a link where it is still there. */
export function FileLine({ reference, file }: { reference: string; file: ListedFile }) {
  const t = useTexts()
  const what = t('casework:files.line', {
    source: t(`casework:files.source.${file.source}`),
    type: t(`casework:files.type.${file.mediaType.replace('/', '_')}`),
    size: file.kilobytes,
    date: shortDate(file.on, t),
  })
  if (!file.there)
    return (
      <p className="soft">
        {what}. {t('casework:files.destroyed')}
      </p>
    )
  return (
    <p>
      <a href={`/desk/requests/${reference}/attachments/${file.id}`}>{file.name ?? what}</a>
      {file.name ? <span className="soft"> {what}</span> : null}
    </p>
  )
}

function FileForms({ file, failed }: { file: ListedFile; failed: Failed }) {
  const t = useTexts()
  return (
    <>
      {file.bsnMarked ? (
        <Notice tone="warning">
          <p>{t('casework:files.bsnMarked')}</p>
        </Notice>
      ) : null}
      <div className="row-forms">
        {file.bsnMarked ? null : <Do id={file.id} intent="bsn" />}
        <Do id={file.id} intent="destroy" />
      </div>
      {file.bsnMarked ? (
        <form method="post" encType="multipart/form-data" noValidate>
          <Csrf />
          <input type="hidden" name="attachment" value={file.id} />
          <input type="hidden" name="intent" value="replace" />
          <label htmlFor={`replace-${file.id}`}>{t('casework:files.replace')}</label>
          {failed?.problems.map(({ name, problem }, place) => (
            <p className="field-error" key={place}>
              {t(`casework:files.${problem}`, { name })}
            </p>
          ))}
          <input className="input" type="file" id={`replace-${file.id}`} name="files" accept=".pdf,.jpg,.jpeg,.png" />
          <button className="button button-quiet">{t('casework:files.replaceButton')}</button>
        </form>
      ) : null}
    </>
  )
}

function Do({ id, intent }: { id: string; intent: 'bsn' | 'destroy' }) {
  const t = useTexts()
  return (
    <form method="post">
      <Csrf />
      <input type="hidden" name="attachment" value={id} />
      <input type="hidden" name="intent" value={intent} />
      <button className={intent === 'destroy' ? 'button button-danger' : 'button button-quiet'}>
        {t(`casework:files.${intent}`)}
      </button>
    </form>
  )
}
