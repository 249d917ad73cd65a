import { useActionData, useLoaderData } from '@remix-run/react'
import { data } from '@remix-run/node'
import type { ActionFunctionArgs, HeadersFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { readUpload } from '~/platform/uploads.server'
import { shownToColleague } from '~/requests/colleague/answer.server'
import { hasPass } from '~/requests/colleague/pass.server'
import { questionByToken } from '~/requests/colleague/question.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { TextArea, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import { ColleagueQuestion } from '~/ui/portal/colleague-question'
import { postAnswer, postCode, postEntry, wrongAnswer } from './colleague-post.server'
import { languageParam } from './language-param'
import { pageTitle } from './page-title'

/** How long to wait, where too many tries are refused. */
export const headers: HeadersFunction = ({ actionHeaders }) => actionHeaders
export const meta: MetaFunction = (page) => pageTitle(page, 'colleague:page.meta')

/** Without the code of this question a link shows that there is one, and nothing of it. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  languageParam(params)
  const { runtime } = context
  const link = await questionByToken(runtime.db, runtime, params['token'] ?? '')
  const asked = new URL(request.url).searchParams.get('code')
  if (!link) return data({ standing: 'gone' as const, shown: null, asked }, { status: 404 })
  const { standing, question } = link
  if (standing === 'gone') return data({ standing, shown: null, asked }, { status: 410 })
  const isOpen = standing === 'open' && hasPass(runtime, request, question.id)
  return data({ standing, shown: isOpen ? shownToColleague(link) : null, asked })
}

/** POST `intent`: code (mail one), enter (it), answer. The page itself says when a link is of no use any more. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const language = languageParam(params)
  const { runtime } = context
  const token = params['token'] ?? ''
  const here = `/${language}/colleague/${token}`
  const link = await questionByToken(runtime.db, runtime, token)
  if (!link) return wrongAnswer(404, 'page.wrong')
  const read = await readUpload(runtime, request)
  const text = read.form?.get('text') ?? ''
  if (!read.ok) {
    const files = [{ name: '', problem: 'filesTooMuch' as const }]
    return read.reason === 'too_large'
      ? wrongAnswer(read.status, 'question.filesWrong', { text, files })
      : wrongAnswer(read.status, 'page.forged', { text })
  }
  if (link.standing !== 'open') return wrongAnswer(410, 'page.wrong', { text })
  const posted = { context, link, here }
  const intent = read.form.get('intent')
  if (intent === 'code') return postCode(posted)
  if (intent === 'enter') return postEntry(posted, read.form)
  if (intent !== 'answer') return wrongAnswer(400, 'page.forged', { text })
  if (!hasPass(runtime, request, link.question.id)) return wrongAnswer(403, 'page.signedOut', { text })
  return postAnswer(posted, { token, form: read.form, files: read.files })
}

export default function AskedColleague() {
  const { standing, shown, asked } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>()
  const t = useTexts()
  if (standing !== 'open') {
    const key = standing === 'answered' ? 'done' : 'gone'
    return (
      <>
        <h1>{t(`colleague:${key}.title`)}</h1>
        <p className="lead">{t(`colleague:${key}.text`)}</p>
      </>
    )
  }
  const problem = sent ? t(`colleague:${sent.problem}`) : undefined
  if (shown) {
    const field = sent?.problem === 'question.filesWrong' ? 'files' : 'text'
    return (
      <>
        <h1>{t('colleague:question.title')}</h1>
        <ErrorSummary errors={{ [field]: problem }} />
        <ColleagueQuestion
          shown={shown}
          typed={sent?.text ?? ''}
          error={field === 'text' ? problem : undefined}
          hasBsn={sent?.problem === 'question.bsn'}
          files={sent?.files ?? []}
        />
      </>
    )
  }
  return <AskForCode problem={problem} code={sent?.code ?? ''} text={sent?.text ?? ''} asked={sent ? null : asked} />
}

type CodeProps = { problem: string | undefined; code: string; text: string; asked: string | null }

function AskForCode({ problem, code, text, asked }: CodeProps) {
  const t = useTexts()
  const isSent = asked !== null || problem !== undefined
  return (
    <>
      <h1>{t('colleague:page.title')}</h1>
      <ErrorSummary errors={{ code: problem }} />
      {asked ? (
        <Notice tone={asked === 'soon' ? 'warning' : 'plain'}>
          {t(asked === 'soon' ? 'colleague:page.soon' : 'colleague:page.sent')}
        </Notice>
      ) : (
        <p className="lead">{t('colleague:page.lead')}</p>
      )}
      {isSent ? (
        <form method="post" noValidate>
          <Csrf />
          <TextField
            name="code"
            label={t('colleague:page.code')}
            hint={t('colleague:page.codeHint')}
            value={code}
            error={problem}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={20}
            className="input-code"
          />
          <p className="button-row">
            <Button name="intent" value="enter">
              {t('colleague:page.enter')}
            </Button>
          </p>
        </form>
      ) : null}
      <form method="post">
        <Csrf />
        <p className="button-row">
          <Button name="intent" value="code" look={isSent ? 'quiet' : 'primary'}>
            {t(isSent ? 'colleague:page.again' : 'colleague:page.sendCode')}
          </Button>
        </p>
      </form>
      {text ? <TextArea name="typed" label={t('colleague:page.typed')} value={text} /> : null}
    </>
  )
}
