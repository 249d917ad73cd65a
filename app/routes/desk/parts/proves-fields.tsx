import { useTexts } from '~/ui/language'

/** Which of the identifiers that are known of a case something proves. */
export function ProvesFields({
  legend,
  known,
  proves,
}: {
  legend: string
  known: readonly string[]
  proves: readonly string[] | undefined
}) {
  const t = useTexts()
  return (
    <fieldset className="radios">
      <legend>{legend}</legend>
      {known.map((kind) => (
        <label key={kind}>
          <input type="checkbox" name="proves" value={kind} defaultChecked={proves?.includes(kind)} />
          <span>{t(`desk:person.${kind}`)}</span>
        </label>
      ))}
      {known.length === 0 ? <p>{t('desk:identity.nothing')}</p> : null}
    </fieldset>
  )
}
