import { z } from 'zod'
import { readCookie, setCookie } from '~/platform/cookies.server'
import { equalBytes } from '~/platform/keys.server'
import type { Runtime } from '~/platform/runtime.server'
import type { CodePurpose } from './codes.server'

/** What this browser is entering a code for. Only the browser that filed or asked can use the code. */
export type Binding = {
  purpose: Exclude<CodePurpose, 'contact'>
  id: string
  /** The request to go to afterwards. */
  reference?: string
}

const name = 'verification'
const shape = z.object({
  purpose: z.enum(['submission', 'sign_in', 'download']),
  id: z.uuid(),
  reference: z.string().max(40).optional(),
})

type Rooms = Pick<Runtime, 'keys' | 'publicUrl'>

const signature = (runtime: Rooms, body: string) =>
  Buffer.from(runtime.keys.hmac('cookies', `verification:${body}`)).toString('base64url')

/** A Set-Cookie header, signed (HMAC), that lives as long as the browser. */
export function bindBrowser(runtime: Rooms, binding: Binding): string {
  const body = Buffer.from(JSON.stringify(binding)).toString('base64url')
  return setCookie(runtime, name, `${body}.${signature(runtime, body)}`)
}

/** The binding of the browser that sent a request; null when there is none or it was tampered with. */
export function readBinding(runtime: Rooms, request: Request): Binding | null {
  const [body = '', mark = ''] = (readCookie(runtime, request, name) ?? '').split('.')
  if (!body || !equalBytes(Buffer.from(mark), Buffer.from(signature(runtime, body)))) return null
  const parsed = shape.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')))
  if (!parsed.success) return null
  const { reference, ...binding } = parsed.data
  return reference === undefined ? binding : { ...binding, reference }
}

export function unbindBrowser(runtime: Rooms): string {
  return setCookie(runtime, name, '', 0)
}
