import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { inTransaction } from '~/platform/runtime.server'
import { requestKinds } from '~/requests/kinds'
import { listSnippets, saveSnippet, snippetSchema } from '~/requests/snippets.server'
import { may } from '~/staff/permissions'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { deskForm } from './desk-form.server'
import { Problem } from './parts/action-page'
import { SnippetForm } from './parts/snippet-form'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'settings.read')
  const { db } = context.runtime
  return {
    title: translatorFor(languageOfRequest(request))('snippets:title'),
    mayManage: may(staff.role, 'settings.manage'),
    snippets: [...(await listSnippets(db, 'nl')), ...(await listSnippets(db, 'en'))],
  }
}

/** POST: one text, as it is from now on. */
export async function action({ request, context }: ActionFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'settings.manage')
  const { runtime } = context
  const form = await deskForm(request, context)
  const names = ['id', 'kind', 'language', 'title', 'body'] as const
  const typed = Object.fromEntries(names.map((name) => [name, form.get(name)])) as Record<
    (typeof names)[number],
    string
  >
  const parsed = snippetSchema.safeParse(typed)
  if (!parsed.success) return data({ typed, problem: 'snippet_wrong' }, { status: 400 })
  const saved = await inTransaction(runtime, (tx) => saveSnippet(tx, runtime, { ...parsed.data, staffId: staff.id }))
  if (!saved.ok) return data({ typed, problem: saved.reason }, { status: 404 })
  throw redirect('/desk/snippets', 303)
}

export default function Snippets() {
  const t = useTexts()
  const { snippets, mayManage } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  const typedOf = (id: string, language: string) =>
    failed?.typed.id === id && failed.typed.language === language ? failed.typed : undefined
  const fresh = { id: '', standard: null, kind: null, language: 'nl' as const, title: '', body: '' }
  return (
    <div className="action-page">
      <div className="page-head">
        <h1>{t('snippets:title')}</h1>
        <a href="/desk/settings">{t('desk:settings.title')}</a>
      </div>
      <p>{t('snippets:lead')}</p>
      <Problem reason={failed?.problem} />
      {mayManage ? (
        <details open={failed?.typed.id === ''}>
          <summary>{t('snippets:add')}</summary>
          <SnippetForm snippet={fresh} kinds={[...requestKinds]} typed={typedOf('', failed?.typed.language ?? '')} />
        </details>
      ) : null}
      {snippets.map((snippet) => (
        <details key={`${snippet.language}-${snippet.id}`} open={Boolean(typedOf(snippet.id, snippet.language))}>
          <summary>
            {snippet.title} ({t(`common:language.${snippet.language}`)}){snippet.body ? '' : `, ${t('snippets:away')}`}
          </summary>
          {mayManage ? (
            <SnippetForm snippet={snippet} kinds={[...requestKinds]} typed={typedOf(snippet.id, snippet.language)} />
          ) : (
            <p className="typed">{snippet.body}</p>
          )}
        </details>
      ))}
    </div>
  )
}
