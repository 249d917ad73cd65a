import { filers, requestKinds } from '~/requests/kinds'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { SelectField, TextArea, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { FileField } from '~/ui/file-field'

export type FailedEntry = {
  typed: Record<string, string>
  kinds: string[]
  /** Names of fields, or why the room refused. */
  wrong: string[]
  files: { name: string; problem: string }[]
}

type EntryFormProps = {
  /** ISO 8601 day. */
  today: string
  failed?: FailedEntry | undefined
}

/** A letter, phone call or e-mail as staff enter it; on a mistake everything typed stands in it again. */
export function EntryForm({ today, failed }: EntryFormProps) {
  const t = useTexts()
  const wrongDate = failed?.wrong.find((reason) => reason.startsWith('received_'))
  const error = (field: string) => {
    if (field === 'receivedOn' && wrongDate) return t(`desk:problem.${wrongDate}`)
    if (field === 'files') return failed?.files[0] && t(`casework:files.${failed.files[0].problem}`, failed.files[0])
    if (field === 'details' && failed?.wrong.includes('bsn')) return t('casework:enter.bsn')
    return failed?.wrong.includes(field) ? t(`desk:enter.wrong.${field}`) : undefined
  }
  const text = (name: 'name' | 'email' | 'phone' | 'customerNumber' | 'postalAddress' | 'subjectName' | 'reason') => ({
    name,
    label: t(`desk:person.${name}`),
    value: failed?.typed[name],
    error: error(name),
    autoComplete: 'off' as const,
  })
  return (
    <form method="post" encType="multipart/form-data" noValidate>
      <Csrf />
      <ErrorSummary errors={Object.fromEntries(summed.map((field) => [field, error(field)]))} />
      <SelectField
        name="channel"
        label={t('desk:case.channel')}
        value={failed?.typed['channel'] ?? 'letter'}
        options={['letter', 'phone', 'email'].map((value) => ({ value, label: t(`desk:channel.${value}`) }))}
      />
      <TextField
        name="receivedOn"
        type="date"
        label={t('desk:case.received')}
        hint={t('desk:enter.receivedHint')}
        value={failed?.typed['receivedOn'] ?? today}
        error={error('receivedOn')}
        required
      />
      <Kinds chosen={failed?.kinds ?? []} error={error('kinds')} />
      <SelectField
        name="objectionTo"
        label={t('desk:case.objectionTo')}
        hint={t('casework:enter.objectionHint')}
        value={failed?.typed['objectionTo'] ?? 'other'}
        options={['direct_marketing', 'profiling', 'other'].map((value) => ({
          value,
          label: t(`desk:objectionTo.${value}`),
        }))}
      />
      <TextField {...text('name')} required />
      <SelectField
        name="filedBy"
        label={t('desk:case.filedBy')}
        value={failed?.typed['filedBy'] ?? 'self'}
        options={filers.map((value) => ({ value, label: t(`desk:filedBy.${value}`) }))}
      />
      <TextField {...text('subjectName')} hint={t('casework:enter.subjectHint')} />
      <TextField {...text('email')} type="email" hint={t('casework:enter.emailHint')} />
      <TextField {...text('phone')} type="tel" />
      <TextField {...text('customerNumber')} />
      <TextArea {...text('postalAddress')} hint={t('casework:enter.postalHint')} rows={3} />
      <TextArea
        name="details"
        label={t('desk:person.details')}
        value={failed?.typed['details']}
        error={error('details')}
        rows={6}
      />
      {failed?.wrong.includes('bsn') ? (
        <label className="check">
          <input type="checkbox" name="keepNumber" value="yes" /> {t('casework:enter.keepNumber')}
        </label>
      ) : null}
      <TextArea {...text('reason')} rows={2} />
      <SelectField
        name="language"
        label={t('desk:enter.language')}
        value={failed?.typed['language'] ?? 'nl'}
        options={['nl', 'en'].map((value) => ({ value, label: t(`common:language.${value}`) }))}
      />
      {/* Last: what was typed is then kept even where the files are too large to be read. */}
      <FileField label={t('casework:enter.files')} problems={failed?.files} multiple />
      {failed ? <p className="soft small">{t('casework:files.again')}</p> : null}
      <Button>{t('desk:enter.button')}</Button>
    </form>
  )
}

const summed = [
  'channel',
  'receivedOn',
  'kinds',
  'name',
  'subjectName',
  'email',
  'phone',
  'customerNumber',
  'postalAddress',
  'details',
  'reason',
  'files',
]

function Kinds({ chosen, error }: { chosen: string[]; error: string | undefined }) {
  const t = useTexts()
  return (
    <fieldset className="radios" data-invalid={error ? '' : undefined}>
      <legend>{t('desk:enter.kinds')}</legend>
      {error ? <p className="field-error">{error}</p> : null}
      {requestKinds.map((kind, place) => (
        <label key={kind}>
          <input
            type="checkbox"
            name="kind"
            value={kind}
            defaultChecked={chosen.includes(kind)}
            id={place === 0 ? 'kinds' : undefined}
          />
          <span>{t(`common:kind.${kind}`)}</span>
        </label>
      ))}
    </fieldset>
  )
}
