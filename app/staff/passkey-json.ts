import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'

const base64url = z
  .string()
  .max(20_000)
  .regex(/^[\w-]+$/)
const credential = { id: base64url, rawId: base64url, type: z.literal('public-key') }
const transports = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const

const registration = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.enum(transports).catch('hybrid')).max(8).optional(),
  }),
})
const authentication = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.nullish(),
  }),
})

function parsed<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** What a browser answers when a passkey was made; null for anything else. */
export function registrationIn(text: string): RegistrationResponseJSON | null {
  const found = parsed(registration, text)
  if (!found) return null
  const { transports: ways, ...response } = found.response
  return { ...found, response: { ...response, ...(ways ? { transports: ways } : {}) }, clientExtensionResults: {} }
}

/** What a browser answers when a passkey has signed; null for anything else. */
export function authenticationIn(text: string): AuthenticationResponseJSON | null {
  const found = parsed(authentication, text)
  if (!found) return null
  const { userHandle, ...response } = found.response
  return { ...found, response: { ...response, ...(userHandle ? { userHandle } : {}) }, clientExtensionResults: {} }
}
