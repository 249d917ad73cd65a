import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { inTransaction } from '~/platform/runtime.server'
import {
  authorityKinds,
  authorityOf,
  authorityOutcomes,
  authoritySchema,
  recordAuthority,
} from '~/requests/authority.server'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import { attachmentsShape } from './attachments.server'
import { actionHead, caseAt, statusOfRefusal } from './case.server'
import { deskForm, versionIn } from './desk-form.server'
import { ActionPage } from './parts/action-page'
import { RadioGroup } from './parts/radio-group'

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const files = await attachmentsShape(runtime, row, staff.id)
  const last = await authorityOf(runtime.db, row.id)
  return {
    head: await actionHead(context, request, row),
    filedBy: row.filedBy,
    last: last && { outcome: last.outcome, joint: last.joint },
    files: files.filter((file) => file.there),
    kinds: [...authorityKinds],
    outcomes: authorityOutcomes.filter((outcome) =>
      outcome === 'deceased'
        ? row.filedBy === 'heir'
        : outcome === 'speaks_themselves'
          ? row.filedBy === 'parent'
          : row.filedBy !== 'heir' || outcome === 'rejected',
    ),
  }
}

/** POST: what was seen of the authority, and what came of it. The documents are destroyed with it. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'case.work')
  const { runtime } = context
  const row = await caseAt(context, params)
  const form = await deskForm(request, context)
  const typed = { kind: form.get('kind'), outcome: form.get('outcome'), documents: form.all('document') }
  const joint = form.get('joint') === 'yes'
  const parsed = authoritySchema.safeParse({ ...typed, joint })
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => String(issue.path[0]))
    return data({ typed, joint, wrong, problem: 'authority_missing' }, { status: 400 })
  }
  const recorded = await inTransaction(runtime, (tx) =>
    recordAuthority(tx, runtime, { requestId: row.id, ...parsed.data, by: staff, version: versionIn(form) }),
  )
  if (!recorded.ok)
    return data({ typed, joint, wrong: [], problem: recorded.reason }, { status: statusOfRefusal(recorded.reason) })
  throw redirect(`/desk/requests/${row.reference}`, 303)
}

export default function AuthorityPage() {
  const t = useTexts()
  const { head, filedBy, last, files, kinds, outcomes } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  return (
    <ActionPage
      head={head}
      doing={t('casework:authority.title')}
      problem={sent?.problem}
      button={t('casework:authority.button')}
    >
      <p>{t('casework:authority.lead', { filer: t(`desk:filedBy.${filedBy}`) })}</p>
      {last ? <Notice>{t(`casework:authority.was.${last.outcome}`)}</Notice> : null}
      {filedBy === 'heir' ? <Notice tone="warning">{t('casework:authority.heir')}</Notice> : null}
      <RadioGroup
        name="kind"
        legend={t('casework:authority.kind')}
        value={sent?.typed.kind}
        error={sent?.wrong.includes('kind') ? t('casework:authority.choose') : undefined}
        options={kinds.map((value) => ({ value, label: t(`casework:authority.kinds.${value}`) }))}
      />
      <RadioGroup
        name="outcome"
        legend={t('casework:authority.outcome')}
        value={sent?.typed.outcome}
        error={sent?.wrong.includes('outcome') ? t('casework:authority.choose') : undefined}
        options={outcomes.map((value) => ({
          value,
          label: t(`casework:authority.outcomes.${value}`),
          hint: t(`casework:authority.about.${value}`),
        }))}
      />
      {filedBy === 'heir' ? null : (
        <fieldset className="radios">
          <legend>{t('casework:authority.jointLegend')}</legend>
          <label>
            <input type="checkbox" name="joint" value="yes" defaultChecked={sent?.joint} />
            <span>{t('casework:authority.joint')}</span>
          </label>
        </fieldset>
      )}
      <fieldset className="radios">
        <legend>{t('casework:authority.documents')}</legend>
        <p className="soft small">{t('casework:authority.destroyed')}</p>
        {files.map((file) => (
          <label key={file.id}>
            <input
              type="checkbox"
              name="document"
              value={file.id}
              defaultChecked={file.source === 'authority' || sent?.typed.documents.includes(file.id)}
              disabled={file.source === 'authority'}
            />
            <span>
              {file.name ??
                t('casework:files.line', {
                  source: t(`casework:files.source.${file.source}`),
                  type: t(`casework:files.type.${file.mediaType.replace('/', '_')}`),
                  size: file.kilobytes,
                  date: file.on,
                })}
            </span>
          </label>
        ))}
        {files.length === 0 ? <p>{t('casework:files.none')}</p> : null}
      </fieldset>
    </ActionPage>
  )
}
