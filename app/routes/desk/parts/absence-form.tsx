import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { dateInWords } from '~/ui/dates'
import { ErrorSummary } from '~/ui/error-summary'
import { SelectField, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import type { AbsenceData, AbsenceProblem } from '../absence.server'

type AbsenceFormProps = AbsenceData & { failed: AbsenceProblem | undefined }

/** The absence that is recorded, with the way to end it, and the form for another. */
export function AbsenceForm({ present, deputies, failed }: AbsenceFormProps) {
  const t = useTexts()
  const message = failed && t(`watch:absence.wrong.${failed.problem}`)
  const error = (field: string) => (failed?.field === field ? message : undefined)
  const value = (field: 'fromOn' | 'untilOn' | 'deputyId') => failed?.typed[field] ?? present?.[field] ?? ''
  return (
    <>
      {present ? (
        <form method="post">
          <Csrf />
          <p>
            {t('watch:absence.present', {
              from: dateInWords(present.fromOn, t),
              until: dateInWords(present.untilOn, t),
            })}{' '}
            {present.deputy ? t('watch:absence.deputyIs', { name: present.deputy }) : t('watch:absence.noDeputy')}
          </p>
          <Button look="quiet" name="intent" value="end">
            {t('watch:absence.end')}
          </Button>
        </form>
      ) : (
        <p>{t('watch:absence.none')}</p>
      )}
      <form method="post" noValidate>
        <Csrf />
        <ErrorSummary errors={failed ? { [failed.field]: message } : {}} />
        {(['fromOn', 'untilOn'] as const).map((field) => (
          <TextField
            key={field}
            name={field}
            type="date"
            label={t(`watch:absence.${field}`)}
            value={value(field)}
            error={error(field)}
            required
          />
        ))}
        <SelectField
          name="deputyId"
          label={t('watch:absence.deputy')}
          hint={t('watch:absence.deputyHint')}
          value={value('deputyId')}
          error={error('deputyId')}
          options={[
            { value: '', label: t('watch:absence.nobody') },
            ...deputies.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <Button>{t(present ? 'watch:absence.replace' : 'watch:absence.save')}</Button>
      </form>
    </>
  )
}
