import { useTexts } from './language'

type FileFieldProps = {
  label: string
  hint?: string
  /** What is wrong with which file. */
  problems?: readonly { name: string; problem: string }[] | undefined
  multiple?: boolean
}

/** A place for scans and photographs: PDF, JPEG, PNG. A browser does not keep chosen files: what was refused is named. */
export function FileField({ label, hint, problems = [], multiple = false }: FileFieldProps) {
  const t = useTexts()
  const ids = ['files-hint', problems.length > 0 ? 'files-error' : ''].filter(Boolean).join(' ')
  return (
    <div className="field" data-invalid={problems.length > 0 ? '' : undefined}>
      <label htmlFor="files">{label}</label>
      <p className="field-hint" id="files-hint">
        {hint ? `${hint} ` : ''}
        {t('casework:files.hint')}
      </p>
      {problems.length > 0 ? (
        <div className="field-error" id="files-error">
          {problems.map(({ name, problem }, place) => (
            <p key={place}>{t(`casework:files.${problem}`, { name })}</p>
          ))}
        </div>
      ) : null}
      <input
        className="input"
        type="file"
        id="files"
        name="files"
        accept=".pdf,.jpg,.jpeg,.png"
        multiple={multiple}
        aria-describedby={ids}
      />
    </div>
  )
}
