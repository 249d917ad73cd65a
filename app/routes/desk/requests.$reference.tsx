import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { restrictionsOf } from '~/erasure/lift-restriction.server'
import { intentOf } from '~/erasure/plan-request.server'
import { deskToday, viewCase } from '~/requests/case-view.server'
import { isUnmasked } from '~/requests/unmask.server'
import { may } from '~/staff/permissions'
import { isFresh } from '~/staff/reauthenticate.server'
import { requireStaff } from '~/staff/require-staff.server'
import { languageOfRequest } from '~/ui/language-of-request'
import { useTexts } from '~/ui/language'
import { aloneShape } from './alone.server'
import { caseAt } from './case.server'
import { planShape } from './plan.server'
import { colleagueShape } from './colleague.server'
import { provenOf } from './proven.server'
import { standingShape } from './standing.server'
import { AlonePanel } from './parts/alone-panel'
import { CaseFacts } from './parts/case-facts'
import { CaseTitle } from './parts/case-title'
import { ColleaguePanel } from './parts/colleague-panel'
import { Conversation } from './parts/conversation'
import { StandingNotice } from './parts/identity-standing'
import { NextStep } from './parts/next-step'
import { PlanPanel } from './parts/plan-panel'
import { RunPanel } from './parts/run-panel'
import { TaskPanel } from './parts/task-panel'
import { Timeline } from './parts/timeline'
import { caseShape } from './parts/case-shape.server'
import { tasksOfCase } from './task.server'
import { CasePapers } from './parts/case-papers'
import { authorityShape, papersOf } from './papers.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.shape.reference ?? '' }]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const session = await requireStaff(request, context, 'case.read')
  const { runtime } = context
  const row = await caseAt(context, params)
  const mayUnmask = may(session.staff.role, 'case.unmask')
  const unmasked =
    mayUnmask && (await isUnmasked(runtime.db, runtime, { requestId: row.id, staffId: session.staff.id }))
  const view = await viewCase(runtime, row, { unmasked })
  const day = await deskToday(runtime)
  return {
    shape: await caseShape(runtime, view, { ...day, language: languageOfRequest(request) }),
    role: session.staff.role,
    self: session.staff.id,
    tasks: await tasksOfCase(runtime, row.id),
    colleagues: await colleagueShape(runtime.db, runtime, row, { unmasked }),
    papers: await papersOf(runtime, row, session.staff.id),
    plan: await planShape(runtime, row.id, new URL(request.url).searchParams.get('look')),
    alone: await aloneShape(runtime, row.id, session.staff),
    needsPlan: intentOf(row) !== null,
    authority: await authorityShape(runtime.db, row),
    proven: await provenOf(runtime.db, row),
    standing: await standingShape(runtime.db, runtime, row),
    restricted: row.kind === 'restriction' && (await restrictionsOf(runtime.db, row.id)).length > 0,
    mayExecute: may(session.staff.role, 'plan.execute'),
    mayApprove: may(session.staff.role, 'plan.approve'),
    mayApproveAlone: may(session.staff.role, 'plan.approve_alone'),
    mayUnmask,
    mayAdvise: may(session.staff.role, 'case.advise'),
    mayWork: may(session.staff.role, 'case.work'),
    fresh: isFresh(runtime, session),
  }
}

export type CaseData = Awaited<ReturnType<typeof loader>>

export default function CasePage() {
  const t = useTexts()
  const data = useLoaderData<typeof loader>()
  return (
    <>
      <CaseTitle shape={data.shape} />
      <div className="panes">
        <section className="pane" aria-labelledby="facts-title">
          <h2 id="facts-title">{t('desk:case.facts')}</h2>
          <CaseFacts {...data} />
          <CasePapers {...data} />
        </section>
        <section className="pane pane-wide" aria-labelledby="timeline-title">
          {data.plan?.run ? (
            <RunPanel run={data.plan.run} reference={data.shape.reference} mayExecute={data.mayExecute} />
          ) : null}
          <AlonePanel approvals={data.alone} reference={data.shape.reference} zone={data.shape.zone} />
          {data.plan ? (
            <PlanPanel
              plan={data.plan}
              here={`/desk/requests/${data.shape.reference}`}
              whereAt={
                data.mayUnmask && data.plan.state === 'open' && data.proven.length > 0
                  ? `/desk/requests/${data.shape.reference}/where`
                  : undefined
              }
              settleAt={
                data.mayWork && data.plan.state === 'open' ? `/desk/requests/${data.shape.reference}/plan` : undefined
              }
            />
          ) : null}
          <TaskPanel tasks={data.tasks} today={data.shape.today} zone={data.shape.zone} mayWork={data.mayWork} />
          <ColleaguePanel
            asked={data.colleagues}
            reference={data.shape.reference}
            zone={data.shape.zone}
            mayTakeBack={data.mayWork}
          />
          <h2 id="timeline-title">{t('desk:case.timeline')}</h2>
          <Timeline shape={data.shape} />
          <Conversation {...data} />
        </section>
        <aside className="pane" id="next" aria-labelledby="next-title">
          <h2 id="next-title">{t('desk:case.next')}</h2>
          <StandingNotice standing={data.standing} verified={data.shape.verified} zone={data.shape.zone} />
          <NextStep {...data} />
        </aside>
      </div>
    </>
  )
}
