import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { TextArea, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { ProvesFields } from './proves-fields'
import { RadioGroup } from './radio-group'

type Typed = { proves: string[]; address: string; to: string; checks: string[] }

/** A code as a letter to the address that stands in the company's own administration. */
export function SendByLetter({ known, typed }: { known: string[]; typed: Typed | undefined }) {
  const t = useTexts()
  return (
    <form method="post" noValidate>
      <Csrf />
      <input type="hidden" name="channel" value="letter" />
      <h2>{t('standing:code.letter')}</h2>
      <TextArea
        name="address"
        label={t('standing:code.address')}
        hint={t('standing:code.addressHint')}
        value={typed?.address}
        rows={4}
        maxLength={500}
        required
      />
      <ProvesFields legend={t('standing:code.proves')} known={known} proves={typed?.proves} />
      <Ticks checks={['own', 'old']} typed={typed} />
      <Button>{t('standing:code.makeLetter')}</Button>
    </form>
  )
}

/** A code to another e-mail address on file. */
export function SendByMail({
  emails,
  typed,
}: {
  emails: { index: string; shown: string; proves: string[] }[]
  typed: Typed | undefined
}) {
  const t = useTexts()
  return (
    <form method="post" noValidate>
      <Csrf />
      <input type="hidden" name="channel" value="email" />
      <h2>{t('standing:code.mail')}</h2>
      {emails.length === 0 ? (
        <p className="soft">{t('standing:code.noMail')}</p>
      ) : (
        <>
          <RadioGroup
            name="to"
            legend={t('standing:code.to')}
            value={typed?.to ?? ''}
            options={emails.map(({ index, shown, proves }) => ({
              value: index,
              label: `${shown} (${proves.map((kind) => t(`desk:person.${kind}`)).join(', ')})`,
            }))}
          />
          <Ticks checks={['old']} typed={typed} />
          <Button>{t('standing:code.sendMail')}</Button>
        </>
      )}
    </form>
  )
}

/** The code as the person reads it out, where they have no way into the portal. */
export function EnterCodeForm() {
  const t = useTexts()
  return (
    <form method="post" noValidate>
      <Csrf />
      <h2>{t('standing:code.enterTitle')}</h2>
      <TextField
        name="code"
        label={t('standing:code.enter')}
        hint={t('standing:code.enterHint')}
        inputMode="numeric"
        maxLength={20}
        required
      />
      <Button name="intent" value="enter" look="quiet">
        {t('standing:code.enterButton')}
      </Button>
    </form>
  )
}

function Ticks({ checks, typed }: { checks: readonly ('own' | 'old')[]; typed: Typed | undefined }) {
  const t = useTexts()
  return (
    <fieldset className="radios">
      <legend>{t('standing:code.ticks')}</legend>
      {checks.map((check) => (
        <label key={check}>
          <input type="checkbox" name="checks" value={check} defaultChecked={typed?.checks.includes(check)} />
          <span>{t(`standing:code.${check}`)}</span>
        </label>
      ))}
    </fieldset>
  )
}
