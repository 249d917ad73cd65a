import type { ReactNode } from 'react'
import { category, legalBasis } from '~/systems/map-schema'
import { Button } from '~/ui/button'
import { Choices } from '~/ui/choices'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { TextArea } from '~/ui/field'
import { useTexts } from '~/ui/language'
import type { ActivityFields } from '../register.server'

type ActivityFormProps = ActivityFields & { errors: Record<string, string | undefined>; children?: ReactNode }

/** What a person writes of a processing activity. */
export function ActivityForm({ fields, legalBases, categories, isPublic, errors, children }: ActivityFormProps) {
  const t = useTexts()
  return (
    <form method="post" noValidate>
      <Csrf />
      <ErrorSummary errors={errors} />
      {children}
      {(['name', 'purpose', 'people', 'terms'] as const).flatMap((field) =>
        (['nl', 'en'] as const).map((language) => (
          <TextArea
            key={`${field}.${language}`}
            name={`${field}.${language}`}
            label={`${t(`register:field.${field}`)} (${t(`register:${language}`)})`}
            value={fields[`${field}.${language}`]}
            error={errors[`${field}.${language}`]}
            rows={field === 'name' || field === 'people' ? 1 : 3}
            maxLength={2_000}
          />
        )),
      )}
      <Choices
        name="legalBases"
        type="checkbox"
        legend={t('register:field.legalBases')}
        choices={legalBasis.options.map((value) => ({ value, label: t(`portal:privacy.legalBasis.${value}`) }))}
        chosen={legalBases}
      />
      <Choices
        name="categories"
        type="checkbox"
        legend={t('register:field.categories')}
        choices={category.options.map((value) => ({ value, label: t(`portal:privacy.category.${value}`) }))}
        chosen={categories}
      />
      <TextArea
        name="recipients"
        label={t('register:field.recipients')}
        hint={t('register:field.recipientsHint')}
        value={fields['recipients']}
        error={errors['recipients']}
        rows={3}
      />
      <Choices
        name="isPublic"
        type="radio"
        legend={t('register:field.isPublic')}
        choices={['yes', 'no'].map((value) => ({ value, label: t(`register:${value}`) }))}
        chosen={[isPublic ? 'yes' : 'no']}
      />
      <div className="button-row">
        <Button>{t('register:save')}</Button>
        <a href="/desk/register">{t('register:cancel')}</a>
      </div>
    </form>
  )
}
