import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { Runtime } from '~/platform/runtime.server'
import type { SystemRow } from '../registry.server'

/** A new secret as the Standard Webhooks specification writes it: `whsec_` and 32 random bytes in base64. */
export const newWebhookSecret = () => `whsec_${randomBytes(32).toString('base64')}`

/** Seals a secret to the system that it belongs to. */
export const sealSecret = (runtime: Pick<Runtime, 'keys'>, systemId: string, secret: string) =>
  runtime.keys.seal('credentials', secret, `system.secret:${systemId}`)

/** Signs and checks with a system's secret; null where it has none (any more). */
export function signerOf(runtime: Pick<Runtime, 'keys'>, row: Pick<SystemRow, 'id' | 'secretSealed'>): Webhook | null {
  if (!row.secretSealed) return null
  const secret = runtime.keys.open('credentials', row.secretSealed, `system.secret:${row.id}`)
  return new Webhook(Buffer.from(secret).toString('utf8'))
}
