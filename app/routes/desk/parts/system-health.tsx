import { momentInWords } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import type { HealthShape } from '../system.server'

/** One line: whether it answered last night, and whether it changed since its map was applied. */
export function HealthWords({ health, zone }: { health: HealthShape; zone: string }) {
  const t = useTexts()
  if (!health) return <span className="soft">{t('systems:health.unwatched')}</span>
  if (!health.answers)
    return (
      <strong>
        {health.lastOk
          ? t('systems:health.silentSince', { at: momentInWords(health.lastOk, zone, t) })
          : t('systems:health.silent')}
      </strong>
    )
  const changes = health.added.length + health.removed.length
  return changes === 0 ? (
    <>{t('systems:health.good')}</>
  ) : (
    <strong>{t('systems:health.drift', { count: changes })}</strong>
  )
}

/** What changed in the database since its map was applied, by name. */
export function DriftNotice({ health }: { health: HealthShape }) {
  const t = useTexts()
  if (!health || health.added.length + health.removed.length === 0) return null
  return (
    <Notice tone="warning">
      <p>{t('systems:health.driftLead')}</p>
      {health.added.length > 0 ? <p>{t('systems:health.added', { names: health.added.join(', ') })}</p> : null}
      {health.removed.length > 0 ? <p>{t('systems:health.removed', { names: health.removed.join(', ') })}</p> : null}
    </Notice>
  )
}
