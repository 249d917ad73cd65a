import { hasText } from '~/locales/translate'
import type { Translate } from '~/locales/translate'
import { momentInWords } from '~/ui/dates'
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
  const key = `desk:timeline.${verb}`
  const inSystem = system ? ` (${system})` : ''
  if (!hasText(key)) return verb + inSystem
  const ground =
    typeof data['ground'] === 'string' && hasText(`desk:ground.${data['ground']}`)
      ? t(`desk:ground.${data['ground']}`)
      : ''
  const to = data['to'] ?? t('desk:queue.nobody')
  const withDefaults = { ...data, ground, to, count: Number(data['rows'] ?? data['count'] ?? 0) }
  return t(key, withDefaults) + inSystem
}

export function whoInWords({ by, actorKind }: Pick<Happened, 'by' | 'actorKind'>, t: Translate): string {
  if (by) return actorKind === 'token' ? t('desk:who.token', { name: by }) : by
  return t(`desk:who.${actorKind === 'subject' ? 'subject' : 'system'}`)
}
