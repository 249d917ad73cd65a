import type { Runtime } from '~/platform/runtime.server'
import { SystemError } from '../adapters/adapter'
import type { SystemRow } from '../registry.server'
import { webhookAnswerSchema, type WebhookAnswer, type WebhookOrder, type WebhookVerb } from './messages'
import { post } from './post.server'
import { signerOf } from './secret.server'

/**
 * Makes one signed call (Standard Webhooks: id, timestamp, signature). The same id at every try of the same call. 200 with an
 * answer, or 202: the answer comes by callback. Throws SystemError: `retryable` says whether a later try may help.
 */
export async function callWebhook(
  runtime: Pick<Runtime, 'keys' | 'clock' | 'settings'>,
  row: SystemRow,
  message: { id: string; verb: WebhookVerb | 'ping'; order: WebhookOrder | null },
): Promise<WebhookAnswer> {
  const signer = signerOf(runtime, row)
  if (!signer || !row.urlSealed) throw new SystemError({ code: 'secret', kind: 'missing' })
  const url = Buffer.from(runtime.keys.open('credentials', row.urlSealed, `system.url:${row.id}`)).toString('utf8')
  const at = runtime.clock.now()
  const body = JSON.stringify({
    type: `privacybalie.${message.verb}`,
    timestamp: at.toString(),
    ...(message.order ? { data: message.order } : {}),
  })
  const { status, text } = await post({
    url,
    body,
    allowedHosts: runtime.settings.ALLOWED_SYSTEM_HOSTS,
    headers: {
      'Content-Type': 'application/json',
      'webhook-id': message.id,
      'webhook-timestamp': String(Math.floor(at.epochMilliseconds / 1000)),
      'webhook-signature': signer.sign(message.id, new Date(at.epochMilliseconds), body),
    },
  })
  if (status < 200 || status > 299) {
    const retryable = status >= 500 || [408, 409, 425, 429].includes(status)
    throw new SystemError({ code: `http_${String(status)}`, kind: retryable ? 'unreachable' : 'refused', retryable })
  }
  if (status !== 200) return { status: 'accepted', tables: [] }
  return readAnswer(text)
}

/** What stands in an answer. Throws SystemError `data` for what is none: silence must not count as done. */
function readAnswer(text: string): WebhookAnswer {
  try {
    const parsed = webhookAnswerSchema.safeParse(JSON.parse(text))
    if (parsed.success) return parsed.data
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new SystemError({ code: 'answer', kind: 'data' })
}
