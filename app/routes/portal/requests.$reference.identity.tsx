import { useActionData, useLoaderData } from '@remix-run/react'
import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, HeadersFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { typedCode } from '~/identity/codes.server'
import { enterContactCode } from '~/identity/contact-code.server'
import { factsForm, giveFacts } from '~/identity/give-facts.server'
import { handOffIsOn } from '~/identity/hand-off.server'
import { countWrongCode, mayTryCode, takeFacts } from '~/identity/limits.server'
import { forgetTyped, typedBefore } from '~/identity/typed-draft.server'
import type { LanguageCode } from '~/locales/translate'
import { readForm } from '~/platform/forms.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import type { RequestRow } from '~/requests/move.server'
import { requestOfAddress } from '~/requests/of-address.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { TextField } from '~/ui/field'
import { useLanguage, useTexts } from '~/ui/language'
import { SessionEnds } from '~/ui/portal/session-ends'
import { languageParam } from './language-param'
import { pageTitle } from './page-title'
import { placeOf, requireSubject, requireSubjectKeeping } from './require-subject.server'

/** How long to wait, where too many tries are refused. */
export const headers: HeadersFunction = ({ actionHeaders }) => actionHeaders
export const meta: MetaFunction = (page) => pageTitle(page, 'identity:more.page')

/** The same page for everybody, whatever was found of them. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const language = languageParam(params)
  const reference = params['reference'] ?? ''
  const { runtime } = context
  const session = await requireSubject(context, request, language, reference)
  if (!(await requestOfAddress(runtime.db, session.emailIndex, reference))) throw new Response(null, { status: 404 })
  const organisation = await readOrganisation(runtime.db)
  return {
    reference,
    typed: await typedBefore(runtime.db, runtime, request, placeOf('identity', reference)),
    until: session.endsAt.toString(),
    zone: organisation['organisation.zone'],
    ownLogin: handOffIsOn(organisation),
    contact: organisation['organisation.contact'],
  }
}

/** POST: facts that tell a person from others with the same address; the answer is the same whether they fit or not. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const language = languageParam(params)
  const reference = params['reference'] ?? ''
  const { runtime, clientAddress } = context
  const { emailIndex } = await requireSubjectKeeping(context, request, {
    language,
    reference,
    form: 'identity',
    fields: ['birthDate', 'postcode', 'customerNumber'],
  })
  const row = await requestOfAddress(runtime.db, emailIndex, reference)
  if (!row) throw new Response(null, { status: 404 })
  const read = await readForm(runtime, request)
  if (read.ok && read.form.get('intent') === 'code')
    return enterCode({ runtime, clientAddress, row, language, code: read.form.get('code') })
  const field = (name: string) => read.form?.get(name).slice(0, 200) ?? ''
  const typed = {
    birthDate: field('birthDate'),
    postcode: field('postcode'),
    customerNumber: field('customerNumber'),
  }
  if (!read.ok) return data({ typed, problem: 'forged' as const }, { status: read.status })
  const parsed = factsForm.safeParse(typed)
  if (!parsed.success) {
    const wrongDay = parsed.error.issues.some(({ path }) => path[0] === 'birthDate')
    return data({ typed, problem: wrongDay ? ('birthDate' as const) : ('empty' as const) }, { status: 400 })
  }
  const allowed = await takeFacts(runtime, clientAddress)
  if (!allowed.ok)
    return data(
      { typed, problem: 'tooMany' as const },
      { status: 429, headers: { 'Retry-After': String(allowed.retryAfterSeconds) } },
    )
  await inTransaction(runtime, async (tx) => {
    await giveFacts(tx, runtime, { row, facts: parsed.data })
    await forgetTyped(tx, runtime, request)
  })
  return redirect(`/${language}/requests/${reference}?said=identity`, 303)
}

/** The code that came by letter or to another address on file. */
async function enterCode({ runtime, clientAddress, row, language, code }: CodeSent) {
  const typed = { birthDate: '', postcode: '', customerNumber: '' }
  const allowed = await mayTryCode(runtime, clientAddress)
  if (!allowed.ok)
    return data(
      { typed, problem: 'codeTooMany' as const },
      { status: 429, headers: { 'Retry-After': String(allowed.retryAfterSeconds) } },
    )
  const entered = await inTransaction(runtime, (tx) =>
    enterContactCode(tx, runtime, { requestId: row.id, code: typedCode(code) ?? '', actor: { kind: 'subject' } }),
  )
  if (entered.ok) return redirect(`/${language}/requests/${row.reference}?said=identity`, 303)
  await countWrongCode(runtime, clientAddress)
  return data({ typed, problem: 'codeWrong' as const }, { status: 400 })
}

type CodeSent = Pick<ActionFunctionArgs['context'], 'runtime' | 'clientAddress'> & {
  row: RequestRow
  language: LanguageCode
  code: string
}

export default function MoreIdentity() {
  const { reference, typed: before, until, zone, ownLogin, contact } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  const t = useTexts()
  const language = useLanguage()
  const typed: Partial<Record<string, string>> = sent?.typed ?? before
  const problem = sent ? t(`identity:more.${sent.problem}`) : undefined
  const wrong = sent?.problem === 'birthDate' ? 'birthDate' : sent?.problem.startsWith('code') ? 'code' : ''
  return (
    <>
      <p className="way-back">
        <a href={`/${language}/requests/${reference}`}>{t('identity:more.back')}</a>
      </p>
      <h1>{t('identity:more.title')}</h1>
      <ErrorSummary errors={{ [wrong]: problem }} />
      <p className="lead">{t('identity:more.lead')}</p>
      <p>{t('identity:more.never')}</p>
      <form method="post" noValidate>
        <Csrf />
        <TextField
          name="birthDate"
          label={t('identity:more.birth')}
          hint={t('identity:more.birthHint')}
          value={typed['birthDate']}
          error={wrong === 'birthDate' ? problem : undefined}
          autoComplete="bday"
          maxLength={20}
        />
        <TextField
          name="postcode"
          label={t('identity:more.postcode')}
          value={typed['postcode']}
          autoComplete="postal-code"
          maxLength={12}
        />
        <TextField
          name="customerNumber"
          label={t('identity:more.customerNumber')}
          value={typed['customerNumber']}
          maxLength={60}
        />
        <SessionEnds until={until} zone={zone} />
        <p className="button-row">
          <Button>{t('identity:more.submit')}</Button>
        </p>
      </form>
      <h2>{t('identity:more.codeTitle')}</h2>
      <form method="post" noValidate>
        <Csrf />
        <TextField
          name="code"
          label={t('identity:more.code')}
          hint={t('identity:more.codeHint')}
          error={wrong === 'code' ? problem : undefined}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={20}
          className="input-code"
        />
        <p className="button-row">
          <Button look="quiet" name="intent" value="code">
            {t('identity:more.codeSubmit')}
          </Button>
        </p>
      </form>
      <h2>{t('identity:more.otherTitle')}</h2>
      <p>{t('identity:more.other')}</p>
      {ownLogin ? (
        <p>
          <a href={`/${language}/hand-off/start`}>{t('identity:handOff.start')}</a>
        </p>
      ) : null}
      {contact ? <p>{contact}</p> : null}
    </>
  )
}
