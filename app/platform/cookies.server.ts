import { parseCookie, stringifySetCookie } from 'cookie'
import type { Runtime } from './runtime.server'

/** Plain http on loopback (demo, development) can't carry Secure cookies; everything else must. */
export function cookiesAreSecure(runtime: Pick<Runtime, 'publicUrl'>): boolean {
  return runtime.publicUrl.startsWith('https:')
}

function fullName(runtime: Pick<Runtime, 'publicUrl'>, name: string): string {
  return cookiesAreSecure(runtime) ? `__Host-${name}` : name
}

/** The value of a cookie of ours in a request, or undefined. */
export function readCookie(runtime: Pick<Runtime, 'publicUrl'>, request: Request, name: string): string | undefined {
  return readCookieHeader(runtime, request.headers.get('Cookie') ?? '', name)
}

export function readCookieHeader(
  runtime: Pick<Runtime, 'publicUrl'>,
  header: string,
  name: string,
): string | undefined {
  return parseCookie(header)[fullName(runtime, name)]
}

/** A Set-Cookie header: HttpOnly, SameSite=Lax, path /, `__Host-` and Secure on https. No maxAge: until the browser closes. */
export function setCookie(
  runtime: Pick<Runtime, 'publicUrl'>,
  name: string,
  value: string,
  maxAgeSeconds?: number,
): string {
  return stringifySetCookie({
    name: fullName(runtime, name),
    value,
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: cookiesAreSecure(runtime),
    ...(maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds }),
  })
}

export function clearCookie(runtime: Pick<Runtime, 'publicUrl'>, name: string): string {
  return setCookie(runtime, name, '', 0)
}
