import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'

type TokenFormProps = {
  scopes: string[]
  typed: { name: string; until: string; scopes: string[] } | null
  wrong: string[]
}

/** A new token for oneself, no further than one's own role reaches. */
export function TokenForm({ scopes, typed, wrong }: TokenFormProps) {
  const t = useTexts()
  const error = (field: string) => (wrong.includes(field) ? t(`staff:tokens.wrong.${field}`) : undefined)
  return (
    <section className="action-page" aria-labelledby="token-title">
      <h2 id="token-title">{t('staff:tokens.add')}</h2>
      <p>{t('staff:tokens.lead')}</p>
      <form method="post" noValidate>
        <Csrf />
        <ErrorSummary errors={{ name: error('name'), until: error('until'), scope: error('scope') }} />
        <TextField
          name="name"
          label={t('staff:tokens.column.name')}
          value={typed?.name}
          error={error('name')}
          maxLength={100}
          autoComplete="off"
          required
        />
        <fieldset className="choices" id="scope" tabIndex={-1}>
          <legend className="field-legend">{t('staff:tokens.column.scopes')}</legend>
          {error('scope') ? <p className="field-error">{error('scope')}</p> : null}
          {scopes.map((scope) => (
            <label key={scope} className="choice">
              <input type="checkbox" name="scope" value={scope} defaultChecked={typed?.scopes.includes(scope)} />
              <span>
                <code>{scope}</code>
              </span>
            </label>
          ))}
        </fieldset>
        <TextField
          name="until"
          type="date"
          label={t('staff:tokens.until')}
          hint={t('staff:tokens.untilHint')}
          value={typed?.until}
          error={error('until')}
        />
        <Button name="intent" value="add">
          {t('staff:tokens.addButton')}
        </Button>
      </form>
    </section>
  )
}
