import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { preparePackage } from '~/access/prepare.server'
import { releasePackage } from '~/access/release.server'
import { reviewPackage } from '~/access/review.server'
import { identifyRequest } from '~/identity/identify.server'
import { proofsOfRequest } from '~/identity/proof.server'
import { inTransaction } from '~/platform/runtime.server'
import { isUnmasked } from '~/requests/unmask.server'
import { unlessChanged } from '~/requests/unless-changed.server'
import { requireStaff } from '~/staff/require-staff.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import { caseAt, actionHead, statusOfRefusal } from './case.server'
import { authorityShape } from './papers.server'
import { deskForm, versionIn } from './desk-form.server'
import { Problem } from './parts/action-page'
import { CaseTitle } from './parts/case-title'
import { failureInWords } from './parts/failure-words'
import { chosenSubjects, leaveOutIn } from './parts/package-form'
import { PackageReview } from './parts/package-review'
import { Candidates } from './parts/plan-refused'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'package.release')
  const row = await caseAt(context, params)
  const review = await reviewPackage(context.runtime, row)
  const unmasked = await isUnmasked(context.runtime.db, context.runtime, { requestId: row.id, staffId: staff.id })
  return {
    head: await actionHead(context, request, row),
    unmasked,
    joint: (await authorityShape(context.runtime.db, row)).joint,
    review: review && {
      ...review,
      expiresAt: review.expiresAt?.toString() ?? null,
      // Values of others are personal data, too: seen only by whoever opened the case.
      tables: review.tables.map((table) => ({
        ...table,
        toCheck: unmasked ? table.toCheck : [],
        hidden: unmasked ? 0 : table.toCheck.length,
      })),
    },
  }
}

export type PackageData = Awaited<ReturnType<typeof loader>>

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'package.release')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  if (form.get('intent') === 'release') {
    const leaveOut = leaveOutIn(form)
    if (!leaveOut) throw new Response(null, { status: 400 })
    const released = await inTransaction(runtime, (tx) =>
      unlessChanged(tx, { requestId: row.id, version: versionIn(form) }, () =>
        releasePackage(tx, runtime, { requestId: row.id, packageId: form.get('package'), leaveOut, by: staff }),
      ),
    )
    if (!released.ok)
      return data({ problem: released.reason }, { status: Math.max(statusOfRefusal(released.reason), 409) })
    throw redirect(`/desk/requests/${row.reference}`, 303)
  }
  const subjects = chosenSubjects(form)
  if (!subjects) throw new Response(null, { status: 400 })
  const proofs = await proofsOfRequest(runtime.db, row.id)
  if (proofs.length > 0) await inTransaction(runtime, (tx) => identifyRequest(tx, runtime, row.id))
  const begun = await inTransaction(runtime, (tx) =>
    unlessChanged(tx, { requestId: row.id, version: versionIn(form) }, () =>
      preparePackage(tx, runtime, { requestId: row.id, actor: { kind: 'staff', id: staff.id }, proofs, subjects }),
    ),
  )
  if (!begun.ok) return data({ problem: begun.reason }, { status: Math.max(statusOfRefusal(begun.reason), 409) })
  throw redirect(`/desk/requests/${row.reference}/package`, 303)
}

export default function Package() {
  const t = useTexts()
  const { head, review, unmasked, joint } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const canPrepare = head.state === 'received' || head.state === 'in_progress'
  return (
    <>
      <CaseTitle shape={head} doing={t('desk:do.package')} />
      <Problem reason={failed?.problem} />
      {joint ? <Notice tone="warning">{t('casework:authority.jointNow')}</Notice> : null}
      <p role="status">{review ? t(`desk:package.state.${review.state}`) : t('desk:package.none')}</p>
      {review?.failure ? (
        <p>{[review.failure.system, failureInWords(review.failure.kind, t)].filter(Boolean).join(': ')}</p>
      ) : null}
      {review && review.state === 'prepared' ? <PackageReview head={head} review={review} unmasked={unmasked} /> : null}
      {canPrepare && review?.state !== 'preparing' ? (
        <form method="post">
          <Csrf />
          {review && review.candidates.length > 0 ? (
            <Candidates
              candidates={review.candidates.map((candidate) => ({ ...candidate, key: [...candidate.key] }))}
            />
          ) : null}
          <Button look={review?.state === 'prepared' ? 'quiet' : 'primary'} name="intent" value="prepare">
            {t(review?.state === 'prepared' ? 'desk:package.again' : 'desk:package.prepare')}
          </Button>
        </form>
      ) : null}
      {review?.state === 'preparing' ? (
        <p>
          <a href="">{t('desk:package.reload')}</a>
        </p>
      ) : null}
    </>
  )
}
