import { hasText } from '~/locales/translate'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import type { SystemHead } from '../system.server'

const pages = [
  ['about', ''],
  ['map', '/map'],
  ['changes', '/changes'],
] as const

/** Which system, and the ways to look at it. */
export function SystemPageHead({ head, here }: { head: SystemHead; here: 'about' | 'map' | 'changes' | null }) {
  const t = useTexts()
  const isDatabase = head.engine === 'postgres' || head.engine === 'mysql'
  return (
    <>
      <div className="page-head">
        <div>
          <h1>{head.key}</h1>
          <p>
            <a href="/desk/systems">{t('desk:systems.title')}</a> · {t(`desk:engine.${head.engine}`)}
          </p>
        </div>
      </div>
      {head.off ? (
        <Notice tone="warning">
          <p>{t('systems:standing.isOff')}</p>
        </Notice>
      ) : null}
      {isDatabase ? (
        <nav aria-label={t('systems:pages')}>
          <ul className="views">
            {pages.map(([page, path]) => (
              <li key={page}>
                <a href={`/desk/systems/${head.key}${path}`} aria-current={here === page ? 'page' : undefined}>
                  {t(`systems:page.${page}`)}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      ) : null}
    </>
  )
}

/** Why a step was refused; what is about the password stands at its field. */
export function SystemProblem({ reason }: { reason: string | null | undefined }) {
  const t = useTexts()
  if (!reason || ['password_needed', 'wrong_password', 'too_many'].includes(reason)) return null
  const key = `systems:problem.${reason}`
  return (
    <div role="alert">
      <Notice tone="error">
        <p>{t(hasText(key) ? key : 'desk:problem.other')}</p>
      </Notice>
    </div>
  )
}
