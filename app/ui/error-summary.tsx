import { useTexts } from './language'

/** What is wrong with a form: one line a field, each a link to it. Field names to messages; nothing wrong: nothing shown. */
export function ErrorSummary({ errors }: { errors: Record<string, string | undefined> }) {
  const t = useTexts()
  const wrong = Object.entries(errors).filter((entry): entry is [string, string] => Boolean(entry[1]))
  if (wrong.length === 0) return null
  return (
    <div className="error-summary" role="alert" aria-labelledby="error-summary-title" id="error-summary" tabIndex={-1}>
      <h2 id="error-summary-title">{t('common:errorSummary', { count: wrong.length })}</h2>
      <ul>
        {wrong.map(([name, message]) => (
          <li key={name}>
            {/* An empty name is about the form as a whole. */}
            {name === '' ? message : <a href={`#${name}`}>{message}</a>}
          </li>
        ))}
      </ul>
    </div>
  )
}
