import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'

type SnippetFormProps = {
  snippet: { id: string; standard: string | null; kind: string | null; language: string; title: string; body: string }
  kinds: string[]
  typed?: Record<'kind' | 'language' | 'title' | 'body', string> | undefined
}

/** One text to change; a standard one keeps its language and the kinds that it is for. */
export function SnippetForm({ snippet, kinds, typed }: SnippetFormProps) {
  const t = useTexts()
  const at = (field: string) => `${field}-${snippet.language}-${snippet.id || 'new'}`
  return (
    <form method="post" noValidate>
      <Csrf />
      <input type="hidden" name="id" value={snippet.id} />
      {snippet.id ? (
        <input type="hidden" name="language" value={snippet.language} />
      ) : (
        <div className="field">
          <label htmlFor={at('language')}>{t('snippets:language')}</label>
          <select className="input" id={at('language')} name="language" defaultValue={typed?.language ?? 'nl'}>
            {['nl', 'en'].map((code) => (
              <option key={code} value={code}>
                {t(`common:language.${code}`)}
              </option>
            ))}
          </select>
        </div>
      )}
      {snippet.standard ? (
        <input type="hidden" name="kind" value="" />
      ) : (
        <div className="field">
          <label htmlFor={at('kind')}>{t('snippets:kind')}</label>
          <select className="input" id={at('kind')} name="kind" defaultValue={typed?.kind ?? snippet.kind ?? ''}>
            <option value="">{t('snippets:every')}</option>
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {t(`common:kind.${kind}`)}
              </option>
            ))}
          </select>
        </div>
      )}
      <div className="field">
        <label htmlFor={at('title')}>{t('snippets:name')}</label>
        <input
          className="input"
          id={at('title')}
          name="title"
          defaultValue={typed?.title ?? snippet.title}
          maxLength={100}
        />
      </div>
      <div className="field">
        <label htmlFor={at('body')}>{t('snippets:text')}</label>
        <textarea
          className="input"
          id={at('body')}
          name="body"
          rows={5}
          defaultValue={typed?.body ?? snippet.body}
          maxLength={5000}
        />
      </div>
      <button className="button button-quiet">{t('snippets:save')}</button>
    </form>
  )
}
