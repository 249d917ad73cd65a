import { z } from 'zod'
import { clearCookie, readCookie, setCookie } from './cookies.server'
import type { Runtime } from './runtime.server'

const minutes = 5
const shape = z.object({ at: z.number(), text: z.string() })
const place = (name: string, holder: string) => `show-once:${name}:${holder}`

/**
 * Hands a secret that is shown once over to the page behind the redirect: sealed in a cookie of this browser, for this
 * holder, for five minutes. Answers the Set-Cookie header.
 */
export function showOnce(
  runtime: Pick<Runtime, 'keys' | 'clock' | 'publicUrl'>,
  { name, holder, text }: { name: string; holder: string; text: string },
): string {
  const plain = JSON.stringify({ at: runtime.clock.now().epochMilliseconds, text })
  const sealed = runtime.keys.seal('cookies', plain, place(name, holder))
  return setCookie(runtime, name, Buffer.from(sealed).toString('base64url'), minutes * 60)
}

/** What is to be shown to this holder, with the header that takes it away again; null when nothing is. */
export function takeShown(
  runtime: Pick<Runtime, 'keys' | 'clock' | 'publicUrl'>,
  request: Request,
  { name, holder }: { name: string; holder: string },
): { text: string; cleared: string } | null {
  const cookie = readCookie(runtime, request, name)
  if (!cookie) return null
  try {
    const opened = runtime.keys.open('cookies', Buffer.from(cookie, 'base64url'), place(name, holder))
    const { at, text } = shape.parse(JSON.parse(Buffer.from(opened).toString('utf8')))
    const age = runtime.clock.now().epochMilliseconds - at
    return age >= 0 && age <= minutes * 60_000 ? { text, cleared: clearCookie(runtime, name) } : null
  } catch {
    // Somebody else's, or cut off.
    return null
  }
}
