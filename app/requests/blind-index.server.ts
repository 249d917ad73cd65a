import type { Runtime } from '~/platform/runtime.server'

/** E-mail as it is compared everywhere: trimmed, lower case, NFC; the part after `+` stays (datamap.md "Who is found"). */
export function normaliseEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase()
}

/** HMAC of a normalised identifier, so that it is found without being stored. */
export function blindIndex(
  runtime: Pick<Runtime, 'keys'>,
  kind: 'email' | 'customer_number',
  value: string,
): Uint8Array {
  const normalised = kind === 'email' ? normaliseEmail(value) : value.trim().normalize('NFC')
  return runtime.keys.hmac('index', `${kind}:${normalised}`)
}
