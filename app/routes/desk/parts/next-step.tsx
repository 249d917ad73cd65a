import type { ReactNode } from 'react'
import { isOpen, movesOpenTo } from '~/requests/lifecycle'
import type { Mover, RequestState } from '~/requests/lifecycle'
import { Csrf } from '~/ui/csrf'
import { ButtonLink } from '~/ui/button'
import { useTexts } from '~/ui/language'
import type { CaseData } from '../requests.$reference'

/** Right: the one thing to do now as the primary button, and what else may be done as plain links. */
export function NextStep({ shape, role, mayWork }: CaseData) {
  const t = useTexts()
  const state = shape.state as RequestState
  const moves = mayWork ? movesOpenTo(state, role as Mover) : []
  const to = (what: string) => `/desk/requests/${shape.reference}/${what}`
  const others = [
    mayWork && isOpen(state) ? 'assignment' : '',
    moves.includes('ask') ? 'question' : '',
    moves.includes('complete') && shape.kind !== 'erasure' ? 'completion' : '',
    moves.includes('refuse') ? 'refusal' : '',
    moves.includes('withdraw') && state !== 'unverified' ? 'withdrawal' : '',
  ].filter(Boolean)
  const primary = primaryStep(shape, moves)
  return (
    <>
      <p>{t(`desk:next.${primary?.why ?? state}`)}</p>
      {primary?.link ? <ButtonLink href={to(primary.link)}>{t(`desk:do.${primary.link}`)}</ButtonLink> : null}
      {primary?.post ? (
        <PostButton action={to(primary.post)} version={shape.version}>
          {t(`desk:do.${primary.post}`)}
        </PostButton>
      ) : null}
      {others.some((other) => other !== primary?.link) ? (
        <>
          <h3>{t('desk:case.others')}</h3>
          <ul className="others">
            {others
              .filter((other) => other !== primary?.link)
              .map((other) => (
                <li key={other}>
                  <a href={to(other)} {...(other === 'assignment' ? { 'data-key-assign': true } : {})}>
                    {t(`desk:do.${other}`)}
                  </a>
                </li>
              ))}
          </ul>
        </>
      ) : null}
    </>
  )
}

type Primary = { why: string; link?: string; post?: string }

function primaryStep({ state, kind }: CaseData['shape'], moves: readonly string[]): Primary | null {
  if (moves.includes('start')) return { why: 'received', post: 'start' }
  if (state === 'awaiting_subject' && moves.includes('answer')) return { why: 'awaiting_subject', link: 'note' }
  if (state === 'in_progress' && moves.includes('complete') && kind !== 'erasure')
    return { why: 'answer', link: 'completion' }
  return null
}

export function PostButton({ action, version, children }: { action: string; version: number; children: ReactNode }) {
  return (
    <form method="post" action={action}>
      <Csrf />
      <input type="hidden" name="version" value={version} />
      <button className="button">{children}</button>
    </form>
  )
}
