import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { listMailbox } from '~/mail/mailbox.server'
import { isLoopback } from '~/platform/settings.server'
import tokens from '~/ui/tokens.css?url'
import mailbox from '~/ui/mailbox.css?url'
import { translatorFor } from '~/locales/translate'
import { useTexts } from '~/ui/language'

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: tokens },
  { rel: 'stylesheet', href: mailbox },
]

export const meta: MetaFunction = () => [{ title: translatorFor('nl')('common:mailbox.title') }]

/** What the development mailbox holds; in demo, development and test only. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  // A page elsewhere whose name is made to point at this machine must not read the mails.
  if (!context.runtime.demo || !isLoopback(new URL(request.url).hostname)) throw new Response(null, { status: 404 })
  return { messages: await listMailbox(context.runtime.db) }
}

export default function Mailbox() {
  const { messages } = useLoaderData<typeof loader>()
  const t = useTexts()
  return (
    <main className="mailbox">
      <h1>{t('common:mailbox.title')}</h1>
      <p>{t('common:mailbox.intro')}</p>
      {messages.length === 0 ? <p>{t('common:mailbox.empty')}</p> : null}
      {messages.map((message) => (
        <details key={message.id} className="mailbox-message">
          <summary>
            <strong>{message.subject}</strong>
            <span>{message.to}</span>
            <time dateTime={message.at}>{message.at.slice(0, 16).replace('T', ' ')}</time>
          </summary>
          <pre>{linked(message.text)}</pre>
        </details>
      ))}
    </main>
  )
}

/** Addresses in the text as links, so that a click leads where the mail's button leads. */
function linked(text: string) {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part, i) =>
    i % 2 === 1 ? (
      <a key={i} href={part}>
        {part}
      </a>
    ) : (
      part
    ),
  )
}
