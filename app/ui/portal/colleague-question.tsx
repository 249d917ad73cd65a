import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { dateInWords } from '~/ui/dates'
import { TextArea } from '~/ui/field'
import { FileField } from '~/ui/file-field'
import { useTexts } from '~/ui/language'

type Shown = {
  reference: string
  kind: string
  question: string
  answerBy: string
  person: Record<'name' | 'email' | 'phone' | 'customerNumber' | 'postalAddress', string | null> | null
}

type Answering = {
  shown: Shown
  typed: string
  error: string | undefined
  /** The text looks as if it held a citizen service number: whoever knows that it is another one may say so. */
  hasBsn: boolean
  files: readonly { name: string; problem: string }[]
}

const personal = ['name', 'email', 'phone', 'customerNumber', 'postalAddress'] as const

/** What a colleague is asked, which case it is, and the form for the one answer. */
export function ColleagueQuestion({ shown, typed, error, hasBsn, files }: Answering) {
  const t = useTexts()
  const { person } = shown
  const facts = [
    ['reference', shown.reference],
    ['kind', t(`common:kind.${shown.kind}`)],
    ['answerBy', dateInWords(shown.answerBy, t)],
  ] as const
  return (
    <>
      <p className="typed">{shown.question}</p>
      <Facts rows={facts} />
      {person ? (
        <>
          <h2>{t('colleague:question.person')}</h2>
          <Facts rows={personal.flatMap((field) => (person[field] ? [[field, person[field]] as const] : []))} />
        </>
      ) : null}
      <h2>{t('colleague:question.yours')}</h2>
      <form method="post" encType="multipart/form-data" noValidate>
        <Csrf />
        <TextArea
          name="text"
          label={t('colleague:question.text')}
          hint={t('colleague:question.textHint')}
          value={typed}
          error={error}
          maxLength={10_000}
          required
        />
        {hasBsn ? (
          <div className="choice">
            <input type="checkbox" id="keepNumber" name="keepNumber" value="yes" />
            <label htmlFor="keepNumber">{t('colleague:question.keepNumber')}</label>
          </div>
        ) : null}
        <FileField label={t('colleague:question.files')} problems={files} multiple />
        <p className="button-row">
          <Button name="intent" value="answer">
            {t('colleague:question.send')}
          </Button>
        </p>
      </form>
    </>
  )
}

function Facts({ rows }: { rows: readonly (readonly [string, string])[] }) {
  const t = useTexts()
  return (
    <dl className="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{t(`colleague:question.${name}`)}</dt>
          <dd className="typed">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
