import type { ReactNode } from 'react'
import { hasText } from '~/locales/translate'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import type { CaseHead } from '../case.server'
import { CaseTitle } from './case-title'

type ActionPageProps = {
  head: CaseHead
  doing: string
  /** Why the room refused, as its reason; shown above the form, which keeps everything typed. */
  problem?: string | null | undefined
  button: string
  look?: 'primary' | 'danger'
  children?: ReactNode
  /** Stands before the form. */
  before?: ReactNode
  /** Stands after the form. */
  after?: ReactNode
}

/** A page that does one thing with a case: what it is, the form with what was typed, one button. */
export function ActionPage({
  head,
  doing,
  problem,
  button,
  look = 'primary',
  children,
  before,
  after,
}: ActionPageProps) {
  const t = useTexts()
  return (
    <div className="action-page">
      <CaseTitle shape={head} doing={doing} />
      <Problem reason={problem} latest={head.latest} />
      {before}
      <form method="post" noValidate>
        <Csrf />
        <input type="hidden" name="version" value={head.version} />
        {children}
        <div className="button-row">
          <Button look={look}>{button}</Button>
          <a href={`/desk/requests/${head.reference}`}>{t('desk:case.cancel')}</a>
        </div>
      </form>
      {after}
    </div>
  )
}

/** A refusal of a room as a message; a conflict says what changed, and that nothing typed is lost. */
export function Problem({ reason, latest = [] }: { reason: string | null | undefined; latest?: CaseHead['latest'] }) {
  const t = useTexts()
  if (!reason) return null
  const key = [`desk:problem.${reason}`, `verbs:problem.${reason}`, `approval:problem.${reason}`].find(hasText)
  return (
    <div role="alert">
      <Notice tone={reason === 'conflict' ? 'warning' : 'error'}>
        <p>{t(key ?? 'desk:problem.other')}</p>
        {reason === 'conflict' && latest.length > 0 ? (
          <>
            <p>{t('verbs:latest')}</p>
            <ul>
              {latest.map((happened) => (
                <li key={happened.id}>{happened.words}</li>
              ))}
            </ul>
          </>
        ) : null}
      </Notice>
    </div>
  )
}
