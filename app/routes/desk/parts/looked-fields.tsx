import { factsToAsk, lookingWayNames, lookingWays } from '~/identity/checklist'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { TextArea, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { ProvesFields } from './proves-fields'
import { RadioGroup } from './radio-group'

type Typed = { proves: string[]; note: string; how: string; checks: string[]; on: string }

/** What staff write down of how they saw who somebody is: the way, its checklist, the day, what it proves. */
export function LookedFields({ known, today, typed }: { known: string[]; today: string; typed: Typed | undefined }) {
  const t = useTexts()
  return (
    <>
      <p>{t('desk:identity.lead')}</p>
      <RadioGroup
        name="how"
        legend={t('standing:how.legend')}
        value={typed?.how ?? ''}
        options={lookingWayNames.map((way) => ({ value: way, label: t(`standing:how.${way}`) }))}
      />
      {lookingWayNames.map((way) => (
        <Checklist key={way} way={way} ticked={typed?.checks ?? []} />
      ))}
      <TextField name="on" type="date" label={t('standing:seenOn')} value={typed?.on ?? today} required />
      <ProvesFields legend={t('desk:identity.proves')} known={known} proves={typed?.proves} />
      <TextArea
        name="note"
        label={t('desk:identity.note')}
        hint={t('desk:identity.noteHint')}
        value={typed?.note}
        rows={3}
        maxLength={2000}
        required
      />
    </>
  )
}

function Checklist({ way, ticked }: { way: (typeof lookingWayNames)[number]; ticked: string[] }) {
  const t = useTexts()
  if (lookingWays[way].length === 0) return null
  return (
    <fieldset className="radios">
      <legend>{t(`standing:check.${way}.title`)}</legend>
      <p>{t(`standing:check.${way}.intro`)}</p>
      {way === 'call_back' ? (
        <>
          <p>{t('standing:ask.title')}:</p>
          <ul>
            {factsToAsk.map((fact) => (
              <li key={fact}>{t(`standing:ask.${fact}`)}</li>
            ))}
          </ul>
        </>
      ) : null}
      {lookingWays[way].map((check) => (
        <label key={check}>
          <input
            type="checkbox"
            name="checks"
            value={`${way}.${check}`}
            defaultChecked={ticked.includes(`${way}.${check}`)}
          />
          <span>{t(`standing:check.${way}.${check}`)}</span>
        </label>
      ))}
    </fieldset>
  )
}

/** Somebody on file said "that was not me", and staff found that the request is this person's all the same. */
export function UpholdForm({ typed }: { typed: string | undefined }) {
  const t = useTexts()
  return (
    <form method="post" noValidate>
      <Csrf />
      <h2>{t('standing:uphold.title')}</h2>
      <TextArea
        name="upheld"
        label={t('standing:uphold.note')}
        hint={t('standing:uphold.noteHint')}
        value={typed}
        rows={3}
        maxLength={10_000}
        required
      />
      <p className="soft">{t('standing:uphold.otherwise')}</p>
      <Button name="intent" value="uphold">
        {t('standing:uphold.button')}
      </Button>
    </form>
  )
}
