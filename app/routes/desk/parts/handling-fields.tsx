import { ErrorSummary } from '~/ui/error-summary'
import { TextArea, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'

/** What a colleague has to know to work a place by hand. */
export function HandlingFields({ typed, wrong }: { typed: Record<string, string>; wrong: string[] }) {
  const t = useTexts()
  const names = ['name', 'where', 'what', 'proof', 'keptDays'] as const
  const error = (name: string) => (wrong.includes(name) ? t(`outside:handling.wrong.${name}`) : undefined)
  const frame = (name: (typeof names)[number]) => ({
    name,
    label: t(`outside:handling.${name}`),
    value: typed[name],
    error: error(name),
    optional: t('outside:optional'),
  })
  return (
    <>
      <ErrorSummary errors={Object.fromEntries(names.map((name) => [name, error(name)]))} />
      <TextField {...frame('name')} maxLength={120} autoComplete="off" />
      <TextArea {...frame('where')} hint={t('outside:handling.whereHint')} rows={2} maxLength={1000} />
      <TextArea {...frame('what')} rows={4} maxLength={4000} />
      <TextArea {...frame('proof')} hint={t('outside:handling.proofHint')} rows={2} maxLength={1000} />
      <TextField {...frame('keptDays')} type="number" inputMode="numeric" />
    </>
  )
}
