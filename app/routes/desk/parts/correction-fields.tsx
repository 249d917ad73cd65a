import { objectionSubjects, requestKinds } from '~/requests/kinds'
import { SelectField, TextArea, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import type { CorrectionPart, TypedCorrection } from './correction-form'
import { RadioGroup } from './radio-group'

type Props = {
  part: CorrectionPart
  present: { receivedOn: string; kind: string; objectionTo: string }
  typed: TypedCorrection | undefined
  wrong: (field: string) => boolean
}

/** The fields of what is to be corrected. Addresses are not shown: the case page opens them, and logs that. */
export function CorrectionFields({ part, present, typed, wrong }: Props) {
  const t = useTexts()
  const error = (field: string, text: string) => (wrong(field) ? t(`verbs:correction.${text}`) : undefined)
  if (part === 'received')
    return (
      <TextField
        name="receivedOn"
        type="date"
        label={t('verbs:correction.receivedOn')}
        hint={t('verbs:correction.receivedHint')}
        value={typed?.receivedOn ?? present.receivedOn}
        error={error('receivedOn', 'receivedWrong')}
        required
      />
    )
  if (part === 'kind')
    return (
      <>
        <p className="soft">{t('verbs:correction.kindHint')}</p>
        <RadioGroup
          name="kind"
          legend={t('verbs:correction.kind')}
          value={typed?.kind ?? present.kind}
          error={error('kind', 'kindWrong')}
          options={requestKinds.map((value) => ({ value, label: t(`common:kind.${value}`) }))}
        />
        <SelectField
          name="objectionTo"
          label={t('verbs:correction.objectionTo')}
          value={typed?.objectionTo ?? present.objectionTo}
          options={objectionSubjects.map((value) => ({ value, label: t(`desk:objectionTo.${value}`) }))}
        />
      </>
    )
  return (
    <>
      <TextField
        name="email"
        type="email"
        label={t('verbs:correction.email')}
        hint={t('verbs:correction.emailHint')}
        value={typed?.email}
        error={error('email', 'emailWrong')}
        maxLength={320}
      />
      <TextArea
        name="postalAddress"
        label={t('verbs:correction.postalAddress')}
        hint={t('verbs:correction.postalHint')}
        value={typed?.postalAddress}
        error={error('postalAddress', 'postalWrong')}
        rows={3}
        maxLength={500}
      />
    </>
  )
}
