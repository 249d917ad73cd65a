import { Choices } from '../choices'
import { Notice } from '../notice'
import { SelectField, TextArea, TextField } from '../field'
import { useLanguage, useTexts } from '../language'

/** What was typed, and what is wrong with it in words, by field name. */
export type FormState = {
  values: Record<string, string[]>
  errors: Record<string, string | undefined>
  maxLengths: Record<string, number>
}

export const kindsInOrder = [
  'access',
  'erasure',
  'objection',
  'rectification',
  'consent_withdrawal',
  'portability',
  'restriction',
] as const
const objections = ['direct_marketing', 'profiling', 'other'] as const
const filers = ['self', 'parent', 'curator', 'mentor', 'administrator', 'attorney', 'heir'] as const

const typed = (form: FormState, name: string) => form.values[name]?.[0] ?? ''

/** The text fields of the form share how they find their label, value, limit and error. */
function fieldOf(form: FormState, name: string) {
  const maxLength = form.maxLengths[name]
  return { name, value: typed(form, name), error: form.errors[name], ...(maxLength ? { maxLength } : {}) }
}

/** What do you want? What only goes with one choice is shown when that choice is made, by style alone. */
export function WhatFieldset({ form }: { form: FormState }) {
  const t = useTexts()
  return (
    <>
      <Choices
        name="kind"
        type="checkbox"
        legend={t('filing:kind')}
        hint={t('filing:kindHint')}
        error={form.errors['kind']}
        choices={kindsInOrder.map((kind) => ({ value: kind, label: t(`portal:kind.${kind}`) }))}
        chosen={form.values['kind'] ?? []}
      />
      <div className="when-objection">
        <Choices
          name="objectionTo"
          type="radio"
          legend={t('filing:objectionTo')}
          error={form.errors['objectionTo']}
          choices={objections.map((to) => ({
            value: to,
            label: t(`filing:objection.${to}`),
            hint: t(`filing:objectionAbout.${to}`),
          }))}
          chosen={form.values['objectionTo'] ?? []}
        />
      </div>
      <div className="when-erasure">
        <Notice tone="warning">
          <p className="notice-title">{t('filing:erasureTitle')}</p>
          <ul>
            <li>{t('filing:erasure.orders')}</li>
            <li>{t('filing:erasure.warranty')}</li>
            <li>{t('filing:erasure.keep')}</li>
          </ul>
          <p>{t('filing:erasureCopy')}</p>
        </Notice>
      </div>
    </>
  )
}

export function WhoFieldset({ form }: { form: FormState }) {
  const t = useTexts()
  const optional = t('filing:optional')
  return (
    <fieldset className="form-part">
      <legend>{t('filing:who')}</legend>
      <p className="field-hint form-part-hint">{t('filing:whoHint')}</p>
      <TextField {...fieldOf(form, 'name')} label={t('filing:name')} autoComplete="name" required />
      <TextField
        {...fieldOf(form, 'email')}
        label={t('filing:email')}
        hint={t('filing:emailHint')}
        inputMode="email"
        autoComplete="email"
        required
      />
      <TextField
        {...fieldOf(form, 'phone')}
        label={t('filing:phone')}
        type="tel"
        autoComplete="tel"
        optional={optional}
      />
      <TextField
        {...fieldOf(form, 'customerNumber')}
        label={t('filing:customerNumber')}
        hint={t('filing:customerNumberHint')}
        autoComplete="off"
        optional={optional}
      />
      <TextArea
        {...fieldOf(form, 'postalAddress')}
        label={t('filing:postalAddress')}
        hint={t('filing:postalHint')}
        autoComplete="street-address"
        optional={optional}
        rows={3}
      />
    </fieldset>
  )
}

export function ForWhomFieldset({ form }: { form: FormState }) {
  const t = useTexts()
  return (
    <>
      <Choices
        name="filedBy"
        type="radio"
        legend={t('filing:filedBy')}
        hint={t('filing:filedByHint')}
        error={form.errors['filedBy']}
        choices={filers.map((filer) => ({ value: filer, label: t(`filing:filer.${filer}`) }))}
        chosen={[typed(form, 'filedBy') || 'self']}
      />
      <div className="when-for-other">
        <TextField
          {...fieldOf(form, 'subjectName')}
          label={t('filing:subjectName')}
          hint={t('filing:subjectHint')}
          autoComplete="off"
        />
      </div>
    </>
  )
}

export function MoreFieldset({ form }: { form: FormState }) {
  const t = useTexts()
  const optional = t('filing:optional')
  const language = useLanguage()
  const hasBsn = ['details', 'reason', 'postalAddress'].some((name) => form.errors[name] === t('filing:error.bsn'))
  return (
    <fieldset className="form-part">
      <legend>{t('filing:more')}</legend>
      <TextArea
        {...fieldOf(form, 'details')}
        label={t('filing:details')}
        hint={t('filing:detailsHint')}
        optional={optional}
      />
      <TextArea
        {...fieldOf(form, 'reason')}
        label={t('filing:reason')}
        hint={t('filing:reasonHint')}
        optional={optional}
        rows={3}
      />
      {hasBsn ? (
        <div className="choice">
          <input type="checkbox" id="keepNumber" name="keepNumber" value="yes" />
          <label htmlFor="keepNumber">{t('filing:keepNumber')}</label>
        </div>
      ) : null}
      <SelectField
        name="language"
        label={t('filing:language')}
        value={typed(form, 'language') || language}
        options={[
          { value: 'nl', label: t('common:language.nl') },
          { value: 'en', label: t('common:language.en') },
        ]}
      />
      {/* Programs that fill in everything fill in this; people don't see it. */}
      <div className="not-for-people" aria-hidden>
        <label htmlFor="website">{t('filing:honeypot')}</label>
        <input
          id="website"
          name="website"
          type="text"
          tabIndex={-1}
          autoComplete="off"
          defaultValue={typed(form, 'website')}
        />
      </div>
    </fieldset>
  )
}
