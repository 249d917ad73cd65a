import { z } from 'zod'
import type { Runtime } from '~/platform/runtime.server'
import { normaliseEmail } from '~/systems/normalise-identifier'
import type { RowKey } from '~/systems/located'

// Keys of rows and addresses of owners belong to no request: they lie under keys of the installation.

type Keys = Pick<Runtime, 'keys'>
const keyList = z.array(z.array(z.string()))
const decode = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')

/** Row keys, sealed; `place` says where they lie: `table.column:id`. */
export function sealKeys(runtime: Keys, place: string, keys: readonly RowKey[]): Uint8Array {
  return runtime.keys.seal('deferred', JSON.stringify(keys), place)
}

export function openKeys(runtime: Keys, place: string, sealed: Uint8Array): RowKey[] {
  return keyList.parse(JSON.parse(decode(runtime.keys.open('deferred', sealed, place))))
}

export function sealText(runtime: Keys, place: string, text: string): Uint8Array {
  return runtime.keys.seal('mail', text, place)
}

export function openText(runtime: Keys, place: string, sealed: Uint8Array): string {
  return decode(runtime.keys.open('mail', sealed, place))
}

/** By what an owner is found without their address. */
export function ownerIndex(runtime: Keys, owner: string): Uint8Array {
  return runtime.keys.hmac('index', `retention_owner:${normaliseEmail(owner)}`)
}
