import { hasText } from '~/locales/translate'
import { useTexts } from '~/ui/language'
import { failureInWords } from './failure-words'

export type ShownRefusal =
  | {
      reason: 'ambiguous_subject'
      candidates: { system: string; table: string; key: string[]; distinguishing: Record<string, string | null> }[]
    }
  | { reason: 'purpose_needed'; purposes: string[] }
  | { reason: 'blocked'; blockedBy: { by: string; reference: string | null }[] }
  | { reason: 'obstacles'; obstacles: { system: string; kind: string; table: string | null; column: string | null }[] }
  | { reason: 'system_unavailable'; system: string; kind: string }
  | { reason: string }

/** Why there is no plan, and what a person can do about it; where several persons were found, the choice between them. */
export function PlanRefused({ refusal, reference }: { refusal: ShownRefusal | undefined; reference: string }) {
  const t = useTexts()
  if (!refusal) return null
  if ('candidates' in refusal) return <Candidates candidates={refusal.candidates} />
  if ('purposes' in refusal) return <Purposes purposes={refusal.purposes} />
  if ('blockedBy' in refusal)
    return (
      <ul>
        {refusal.blockedBy.map((blocker, at) => (
          <li key={at}>
            {t(`desk:plan.blocker.${blocker.by}`)}{' '}
            {blocker.reference && blocker.reference !== reference ? (
              <a href={`/desk/requests/${blocker.reference}`}>{blocker.reference}</a>
            ) : null}
          </li>
        ))}
      </ul>
    )
  if ('obstacles' in refusal)
    return (
      <ul>
        {refusal.obstacles.map((obstacle, at) => {
          const key = `desk:plan.obstacle.${obstacle.kind}`
          return (
            <li key={at}>
              {[obstacle.system, obstacle.table, obstacle.column].filter(Boolean).join(' · ')}:{' '}
              {hasText(key) ? t(key) : obstacle.kind}
            </li>
          )
        })}
      </ul>
    )
  if ('system' in refusal)
    return (
      <p>
        {refusal.system}: {failureInWords(refusal.kind, t)}
      </p>
    )
  if (refusal.reason === 'not_verified')
    return (
      <p>
        <a href={`/desk/requests/${reference}/identity`}>{t('desk:do.identity')}</a>
      </p>
    )
  return null
}

function Purposes({ purposes }: { purposes: readonly string[] }) {
  const t = useTexts()
  return (
    <fieldset className="radios">
      <legend>{t('desk:plan.purpose')}</legend>
      <p className="soft">{t('desk:plan.purposeHelp')}</p>
      {[...purposes, '*'].map((purpose) => (
        <label key={purpose}>
          <input type="radio" name="purpose" value={purpose} />
          <span>{purpose === '*' ? t('desk:plan.everyPurpose') : purpose}</span>
        </label>
      ))}
    </fieldset>
  )
}

export function Candidates({
  candidates,
}: {
  candidates: Extract<ShownRefusal, { candidates: unknown }>['candidates']
}) {
  const t = useTexts()
  return (
    <fieldset className="radios">
      <legend>{t('desk:plan.choose')}</legend>
      <p className="soft">{t('desk:plan.chooseHelp')}</p>
      {candidates.map(({ system, table, key, distinguishing }) => (
        <label key={[system, table, ...key].join('/')}>
          <input type="checkbox" name="subject" value={JSON.stringify({ system, table, key })} />
          <span>
            {system} · {table}:{' '}
            {Object.entries(distinguishing)
              .map(([name, value]) => `${name} ${value ?? '–'}`)
              .join(', ')}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
