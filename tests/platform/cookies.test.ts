import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clearCookie, cookiesAreSecure, readCookie, readCookieHeader, setCookie } from '~/platform/cookies.server'

const secure = { publicUrl: 'https://privacy.example.nl' }
const local = { publicUrl: 'http://localhost:3000' }
const sentBack = (header: string) => header.split(';')[0] ?? ''

describe('a cookie', () => {
  test('is out of reach of scripts, of other sites’ forms and of other hosts', () => {
    const parts = setCookie(secure, 'session', 'abc').split('; ')
    expect(parts[0]).toBe('__Host-session=abc')
    expect(parts).toEqual(expect.arrayContaining(['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']))
    expect(parts.join(';')).not.toContain('Domain')
  })

  test('works over plain http on this machine, where Secure ones would be lost', () => {
    expect(cookiesAreSecure(local)).toBe(false)
    const header = setCookie(local, 'session', 'abc')
    expect(sentBack(header)).toBe('session=abc')
    expect(header).not.toContain('Secure')
    expect(header).toContain('HttpOnly')
  })

  test('comes back as what was set, and never breaks out of its header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const header = setCookie(secure, 'note', value)
        expect(header).not.toMatch(/[\r\n\u0000]/)
        expect(readCookieHeader(secure, sentBack(header), 'note')).toBe(value)
      }),
    )
  })

  test('that a neighbouring host could have set does not count', () => {
    expect(readCookieHeader(secure, 'session=abc', 'session')).toBeUndefined()
    expect(readCookieHeader(secure, 'session=abc; __Host-session=def', 'session')).toBe('def')
  })

  test('is read from a request, and absent where there is none', () => {
    const request = (cookies?: string) =>
      new Request('http://localhost', cookies ? { headers: { cookie: cookies } } : {})
    expect(readCookie(local, request('a=1; session=abc; b=2'), 'session')).toBe('abc')
    expect(readCookie(local, request(), 'session')).toBeUndefined()
  })

  test('is cleared by one that is over', () => {
    expect(clearCookie(local, 'session')).toMatch(/^session=;.*Max-Age=0/)
  })

  test('header of any kind is read without an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (header, name) => {
        expect(['string', 'undefined']).toContain(typeof readCookieHeader(local, header, name))
      }),
    )
  })
})
