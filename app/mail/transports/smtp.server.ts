import { createTransport } from 'nodemailer'
import type { Delivery, Transport } from './transport'

/** Sends by SMTP. @param url `smtp://` or `smtps://`, with user and password if the server wants them. */
export function smtpTransport(url: string): Transport {
  return {
    async send({ id, from, to, replyTo, subject, text, html, headers }) {
      const server = createTransport({
        url,
        connectionTimeout: 10_000,
        greetingTimeout: 10_000,
        socketTimeout: 30_000,
        disableFileAccess: true,
        disableUrlAccess: true,
      })
      try {
        const sent = await server.sendMail({
          // The same on every try, so that a receiver can tell a repetition.
          messageId: `<${id}@${domainOf(from)}>`,
          from,
          to: { name: '', address: to },
          ...(replyTo && { replyTo }),
          subject,
          text,
          html,
          headers,
        })
        return { outcome: 'accepted', providerId: sent.messageId }
      } catch (error) {
        return judge(error)
      } finally {
        server.close()
      }
    },
  }
}

/** What an error of nodemailer means: SMTP 5yz is for good, 4yz and everything about the connection may pass. */
function judge(error: unknown): Delivery {
  const { code, responseCode, command } = Object(error) as { code?: string; responseCode?: number; command?: string }
  if (code === 'EAUTH' || code === 'ENOAUTH' || code === 'EOAUTH2')
    return { outcome: 'deferred', failure: 'unauthorised' }
  if (code === 'ETIMEDOUT') return { outcome: 'deferred', failure: 'timeout' }
  if (responseCode !== undefined && responseCode >= 400 && responseCode < 500)
    return { outcome: 'deferred', failure: 'deferred' }
  if (command === 'MAIL FROM') return { outcome: 'deferred', failure: 'sender_refused' }
  if (code === 'EENVELOPE') return { outcome: 'bounced', failure: 'recipient_refused' }
  if (code === 'EMESSAGE' || (responseCode !== undefined && responseCode >= 500 && command === 'DATA'))
    return { outcome: 'failed', failure: 'message_refused' }
  return { outcome: 'deferred', failure: 'unreachable' }
}

function domainOf(from: string): string {
  return /@([^\s>@]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'
}
