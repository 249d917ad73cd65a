import type { ReactNode } from 'react'
import { hasText } from '~/locales/translate'
import { isOpen, movesOpenTo } from '~/requests/lifecycle'
import type { Mover, RequestState } from '~/requests/lifecycle'
import { Csrf } from '~/ui/csrf'
import { ButtonLink } from '~/ui/button'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import type { CaseData } from '../requests.$reference'

/** Right: the one thing to do now as the primary button, and what else may be done as plain links. */
export function NextStep(data: CaseData) {
  const t = useTexts()
  const { shape, role, mayWork } = data
  const state = shape.state as RequestState
  const moves = mayWork ? movesOpenTo(state, role as Mover) : []
  const to = (what: string) => `/desk/requests/${shape.reference}/${what}`
  const step = nextStepOf(data, moves)
  const others = otherSteps(data, moves).filter((other) => other !== step.link)
  return (
    <>
      {data.authority.joint ? <Notice tone="warning">{t('casework:authority.jointNow')}</Notice> : null}
      <p>{t(hasText(`approval:${step.why}`) ? `approval:${step.why}` : `desk:next.${step.why}`)}</p>
      {step.link ? (
        <ButtonLink href={to(step.link)}>
          {t(hasText(`desk:do.${step.link}`) ? `desk:do.${step.link}` : labelOf(step.link))}
        </ButtonLink>
      ) : null}
      {step.post ? (
        <PostButton action={to(step.post)} version={shape.version} {...(step.intent ? { intent: step.intent } : {})}>
          {t(step.label && hasText(step.label) ? step.label : `desk:do.${step.label ?? step.post}`)}
        </PostButton>
      ) : null}
      {others.length > 0 ? (
        <>
          <h3>{t('desk:case.others')}</h3>
          <ul className="others">
            {others.map((other) => (
              <li key={other}>
                <a href={to(other)} {...(other === 'assignment' ? { 'data-key-assign': true } : {})}>
                  {t(labelOf(other))}
                </a>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {mayWork && state === 'awaiting_approval' && data.plan?.state === 'open' ? (
        <PostButton action={to('plan')} version={shape.version} intent="recall" quiet>
          {t('desk:do.recall')}
        </PostButton>
      ) : null}
    </>
  )
}

function labelOf(step: string): string {
  if (step === 'colleague') return 'colleague:title'
  if (step === 'review') return 'approval:review.link'
  if (step === 'approval/alone') return 'approval:alone.link'
  const name = step === 'plan' ? 'replan' : step
  return hasText(`verbs:do.${name}`) ? `verbs:do.${name}` : `desk:do.${name}`
}

function otherSteps(
  { shape, plan, mayWork, mayExecute, restricted, needsPlan, proven, standing, ...data }: CaseData,
  moves: readonly string[],
): string[] {
  const state = shape.state as RequestState
  return [
    mayWork && isOpen(state) ? 'assignment' : '',
    mayWork && isOpen(state) && shape.filedBy !== 'self' ? 'authority' : '',
    mayWork && isOpen(state) && proven.length > 0 ? 'where' : '',
    mayWork && isOpen(state) && (proven.length === 0 || standing.stop) ? 'identity' : '',
    moves.includes('ask') ? 'question' : '',
    mayWork && isOpen(state) && !shape.purged ? 'colleague' : '',
    moves.includes('complete') && shape.kind !== 'erasure' ? 'completion' : '',
    mayWork && needsPlan && state === 'awaiting_approval' ? 'plan' : '',
    state === 'awaiting_approval' && plan?.state === 'open' && plan.byStaffId === data.self && data.mayApproveAlone
      ? 'approval/alone'
      : '',
    data.alone.some((each) => each.mayReview) ? 'review' : '',
    moves.includes('complete_partially') && plan?.run && ['partial', 'failed'].includes(plan.run.state)
      ? 'partial-completion'
      : '',
    mayExecute && restricted ? 'lifting' : '',
    ...clockSteps(shape, mayWork),
    moves.includes('merge') && shape.duplicates.length > 0 ? 'merging' : '',
    moves.includes('refuse') ? 'refusal' : '',
    moves.includes('dismiss') ? 'dismissal' : '',
    moves.includes('reopen') && !shape.purged ? 'reopening' : '',
    moves.includes('withdraw') && state !== 'unverified' ? 'withdrawal' : '',
  ].filter(Boolean)
}

/** What may be done about the dates now, and about what was written down wrongly. */
function clockSteps(shape: CaseData['shape'], mayWork: boolean): string[] {
  if (!mayWork || !isOpen(shape.state as RequestState)) return []
  const mayPause = shape.state === 'in_progress' || shape.state === 'awaiting_subject'
  return [
    shape.mayExtend ? 'extension' : '',
    mayPause && !shape.paused ? 'pause' : '',
    shape.paused ? 'resumption' : '',
    shape.purged ? '' : 'correction',
  ]
}

type Step = {
  /** The sentence above the button, under desk:next. */ why: string
  link?: string
  post?: string
  intent?: string
  label?: string
}

/** What the reader should do now; without button where it is somebody else's turn. */
function nextStepOf(
  {
    authority,
    shape,
    plan,
    tasks,
    needsPlan,
    proven,
    standing,
    mayApprove,
    mayExecute,
    self,
    alone,
    mayWork,
  }: CaseData,
  moves: readonly string[],
): Step {
  const state = shape.state as RequestState
  if (!mayWork && alone.some((each) => each.mayReview)) return { why: 'review.next', link: 'review' }
  if (moves.includes('start')) return { why: 'received', post: 'start' }
  if (standing.stop === 'identity_contested' && moves.includes('refuse')) return { why: 'contested', link: 'identity' }
  if (state === 'awaiting_approval' && plan) {
    if (plan.state === 'approved') return mayExecute ? { why: 'execute', link: 'execution' } : { why: 'approved' }
    if (mayApprove && plan.byStaffId !== self) return { why: 'approve', link: 'approval' }
    return { why: plan.byStaffId === self ? 'planned_by_you' : 'awaiting_approval' }
  }
  if (state === 'executing' && plan?.run && mayExecute)
    return stepInExecution(plan.run, shape.hasAddress, awaitsColleagues(tasks), plan.cause === 'follow_up')
  if (state === 'awaiting_subject' && moves.includes('answer')) return { why: 'awaiting_subject', link: 'note' }
  if (state !== 'in_progress' || moves.length === 0) return { why: state }
  if (authority.lacks)
    return authority.outcome ? { why: 'authority_refused', link: 'refusal' } : { why: 'authority', link: 'authority' }
  if (proven.length === 0 && (needsPlan || hasPackage(shape.kind))) return { why: 'identity', link: 'identity' }
  if (hasPackage(shape.kind)) return { why: 'package', link: 'package' }
  if (needsPlan && plan?.state === 'open' && !plan.needsApproval) return { why: 'execute', link: 'execution' }
  if (needsPlan && plan?.cause === 'follow_up' && plan.run && isToFollowUp(plan.run))
    return { why: 'follow-up', post: 'follow-up' }
  if (needsPlan) return { why: plan?.run?.stale ? 'stale.again' : 'plan', post: 'plan' }
  return { why: 'answer', link: 'completion' }
}

/** Whether somebody has to do, or tick off, something before the case can go on. */
const awaitsColleagues = (tasks: CaseData['tasks']) => tasks.some((task) => task.holdsUp)

function stepInExecution(
  run: NonNullable<NonNullable<CaseData['plan']>['run']>,
  hasAddress: boolean,
  awaits: boolean,
  isFollowUp: boolean,
): Step {
  if (run.state === 'running') return { why: awaits ? 'tasks' : 'running' }
  const through = ['done', 'nothing_found', 'skipped']
  if (run.state === 'partial' && run.stale?.left === 'rest')
    return isFollowUp
      ? { why: 'stale.next', post: 'follow-up' }
      : { why: 'stale.next', post: 'plan', label: 'approval:stale.button' }
  if (run.state !== 'done' && run.systems.every((system) => through.includes(system.state)))
    return { why: 'skipped', link: 'partial-completion' }
  if (run.state === 'failed' || run.state === 'partial')
    return { why: 'retry', post: 'execution', intent: 'retry', label: 'retry' }
  if (run.findings.some((finding) => finding.decision === null)) return { why: 'findings' }
  if (run.groups.some((group) => group.decision === null)) return { why: 'group.next' }
  if (run.progress.some((system) => system.scanDue)) return { why: 'scan-due' }
  if (isToFollowUp(run)) return { why: 'follow-up', post: 'follow-up' }
  if (awaits) return { why: 'tasks' }
  return hasAddress ? { why: 'answering' } : { why: 'letter', link: 'letters' }
}

/** Somebody decided that something is to go, and it is still there. */
const isToFollowUp = ({ groups, findings }: NonNullable<NonNullable<CaseData['plan']>['run']>) =>
  groups.some((group) => group.decision === 'empty' && !group.carriedOut) ||
  findings.some((finding) => finding.decision !== null && finding.decision !== 'keep' && !finding.carriedOut)

const hasPackage = (kind: string) => kind === 'access' || kind === 'portability'

type PostProps = { action: string; version: number; intent?: string; quiet?: boolean; children: ReactNode }

export function PostButton({ action, version, intent, quiet = false, children }: PostProps) {
  return (
    <form method="post" action={action}>
      <Csrf />
      <input type="hidden" name="version" value={version} />
      {intent ? <input type="hidden" name="intent" value={intent} /> : null}
      <button className={quiet ? 'button button-quiet' : 'button'}>{children}</button>
    </form>
  )
}
