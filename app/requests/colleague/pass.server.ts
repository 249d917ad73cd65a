import { readCookie, setCookie } from '~/platform/cookies.server'
import { equalBytes } from '~/platform/keys.server'
import type { Runtime } from '~/platform/runtime.server'

const minutes = 120

type Rooms = Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>

// A name for each question: two of them may be open in one browser.
const nameOf = (questionId: string) => `colleague-${questionId.slice(0, 8)}`

const signature = (runtime: Rooms, questionId: string, until: string) =>
  Buffer.from(runtime.keys.hmac('cookies', `colleague:${questionId}:${until}`)).toString('base64url')

/** A Set-Cookie header for whoever entered the code of one question: signed, of use for that question only, two hours long. */
export function passFor(runtime: Rooms, questionId: string): string {
  const until = String(runtime.clock.now().add({ minutes }).epochMilliseconds)
  return setCookie(runtime, nameOf(questionId), `${until}.${signature(runtime, questionId, until)}`, minutes * 60)
}

/** Whether the browser that sent a request entered the code of this question. */
export function hasPass(runtime: Rooms, request: Request, questionId: string): boolean {
  const [until = '', mark = ''] = (readCookie(runtime, request, nameOf(questionId)) ?? '').split('.')
  if (!/^\d{1,16}$/.test(until) || Number(until) <= runtime.clock.now().epochMilliseconds) return false
  return equalBytes(Buffer.from(mark), Buffer.from(signature(runtime, questionId, until)))
}
