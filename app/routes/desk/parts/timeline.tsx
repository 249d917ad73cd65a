import { hasText } from '~/locales/translate'
import type { Translate } from '~/locales/translate'
import { requestKinds } from '~/requests/kinds'
import { momentInWords, shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import type { CaseData } from '../requests.$reference'

type Happened = CaseData['shape']['timeline'][number]

/** What happened to the case, newest first, in words. */
export function Timeline({ shape }: Pick<CaseData, 'shape'>) {
  const t = useTexts()
  return (
    <ol className="timeline">
      {shape.timeline.toReversed().map((happened) => (
        <li key={happened.id}>
          <time dateTime={happened.at}>{momentInWords(happened.at, shape.zone, t)}</time>
          <span>
            {happenedInWords(happened, t)} <span className="soft">{whoInWords(happened, t)}</span>
          </span>
        </li>
      ))}
    </ol>
  )
}

/** An evidence entry as a sentence; a verb without a sentence of its own shows as it is. */
export function happenedInWords(
  { verb, data, system }: Pick<Happened, 'verb' | 'data' | 'system'>,
  t: Translate,
): string {
  const key = sentenceOf(verb)
  const inSystem = system ? ` (${system})` : ''
  if (!key) return verb + inSystem
  const words = Object.fromEntries(Object.entries(data).map(([name, value]) => [name, inWords(name, value, t)]))
  const ground =
    typeof data['ground'] === 'string' && hasText(`desk:ground.${data['ground']}`)
      ? t(`desk:ground.${data['ground']}`)
      : ''
  const to = words['to'] ?? t('desk:queue.nobody')
  const withDefaults = { ...words, ground, to, count: Number(data['rows'] ?? data['count'] ?? 0) }
  return t(key, withDefaults) + inSystem
}

function sentenceOf(verb: string): string | undefined {
  const keys = [
    `desk:timeline.${verb}`,
    `verbs:timeline.${verb}`,
    `colleague:timeline.${verb}`,
    `approval:timeline.${verb}`,
    `residue:timeline.${verb}`,
  ]
  return keys.find((key) => hasText(key) || hasText(`${key}_other`))
}

/** A value of an entry as people read it: days in words, rights and reasons by their names. */
function inWords(name: string, value: string | number, t: Translate): string | number {
  if (typeof value !== 'string') return value
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return shortDate(value, t)
  if (name === 'why' && hasText(`verbs:why.${value}`)) return t(`verbs:why.${value}`)
  return (requestKinds as readonly string[]).includes(value) ? t(`common:kind.${value}`) : value
}

export function whoInWords({ by, actorKind }: Pick<Happened, 'by' | 'actorKind'>, t: Translate): string {
  if (by) return actorKind === 'token' ? t('desk:who.token', { name: by }) : by
  if (actorKind === 'colleague') return t('colleague:who')
  return t(`desk:who.${actorKind === 'subject' ? 'subject' : 'system'}`)
}
