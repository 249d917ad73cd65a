import { Resend } from 'resend'
import type { Delivery, Transport } from './transport'

/** Sends by Resend's HTTP API. `baseUrl` is for tests. */
export function resendTransport({ apiKey, baseUrl }: { apiKey: string; baseUrl?: string }): Transport {
  const resend = new Resend(apiKey, baseUrl ? { baseUrl } : {})
  return {
    async send({ id, from, to, replyTo, subject, text, html, headers }) {
      const mail = { from, to: [to], ...(replyTo && { replyTo }), subject, text, html, headers }
      try {
        const { data, error } = await resend.emails.send(mail, {
          idempotencyKey: id,
          signal: AbortSignal.timeout(20_000),
        })
        return error ? judge(error) : { outcome: 'accepted', providerId: data.id }
      } catch {
        // Only the signal above makes the client throw.
        return { outcome: 'deferred', failure: 'timeout' }
      }
    },
  }
}

/** What Resend's error means: a mail that breaks its rules will always do so, all else may pass or be mended. */
function judge({ statusCode, name }: { statusCode: number | null; name: string }): Delivery {
  // The key was used before with other contents: an earlier try was accepted and its answer lost.
  if (name === 'invalid_idempotent_request') return { outcome: 'accepted', providerId: null }
  if (statusCode === null || statusCode >= 500) return { outcome: 'deferred', failure: 'unreachable' }
  if (statusCode === 400 || statusCode === 422) return { outcome: 'failed', failure: 'message_refused' }
  if (statusCode === 429) return { outcome: 'deferred', failure: 'throttled' }
  if (statusCode === 401) return { outcome: 'deferred', failure: 'unauthorised' }
  if (statusCode === 403) return { outcome: 'deferred', failure: 'sender_refused' }
  return { outcome: 'deferred', failure: 'deferred' }
}
