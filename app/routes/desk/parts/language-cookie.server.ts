import { stringifySetCookie } from 'cookie'
import { cookiesAreSecure } from '~/platform/cookies.server'
import type { Runtime } from '~/platform/runtime.server'

const year = 365 * 24 * 60 * 60

/** The language of pages that have none in their address. */
export function languageCookie(runtime: Pick<Runtime, 'publicUrl'>, language: 'nl' | 'en'): string {
  const secure = cookiesAreSecure(runtime)
  return stringifySetCookie({ name: 'language', value: language, path: '/', sameSite: 'lax', maxAge: year, secure })
}
