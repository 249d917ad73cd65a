import { equalBytes } from '~/platform/keys.server'
import type { Runtime } from '~/platform/runtime.server'
import type { SystemRow } from '../registry.server'
import { signerOf } from './secret.server'

/** As Standard Webhooks has it: older and newer messages are refused, so that one can't be played again later. */
const toleranceSeconds = 5 * 60

/** What a signed message carries in its headers. */
export interface Signed {
  readonly id: string | null
  readonly timestamp: string | null
  readonly signature: string | null
}

/** Whether a message of a service carries its signature, made within the last five minutes. `body`: as it was received. */
export function isSignedBy(
  runtime: Pick<Runtime, 'keys' | 'clock'>,
  row: Pick<SystemRow, 'id' | 'secretSealed'>,
  { id, timestamp, signature }: Signed,
  body: string,
): boolean {
  const signer = signerOf(runtime, row)
  if (!signer || !id || !signature || !/^\d{1,12}$/.test(timestamp ?? '')) return false
  const at = Number(timestamp)
  if (Math.abs(runtime.clock.now().epochMilliseconds / 1000 - at) > toleranceSeconds) return false
  const wanted = Buffer.from(signer.sign(id, new Date(at * 1000), body))
  return signature
    .split(' ')
    .slice(0, 10)
    .some((each) => equalBytes(Buffer.from(each), wanted))
}
