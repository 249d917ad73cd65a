import { useTexts } from '~/ui/language'

/** Puts a standard text below what was typed; the form comes back with it, nothing is sent. */
export function SnippetPicker({ snippets }: { snippets: { id: string; title: string }[] }) {
  const t = useTexts()
  if (snippets.length === 0) return null
  return (
    <div className="row-forms">
      <label htmlFor="snippet">{t('snippets:pick')}</label>
      <select className="input" id="snippet" name="snippet" defaultValue={snippets[0]?.id}>
        {snippets.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
      <button className="button button-quiet" name="intent" value="snippet">
        {t('snippets:insert')}
      </button>
    </div>
  )
}
