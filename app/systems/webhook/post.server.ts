import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { SystemError } from '../adapters/adapter'
import { hostCheck } from '../check-host.server'
import { isNamed } from '../hosts'

/** An answer larger than this is not read to its end. */
const answerLimit = 8 * 1024 * 1024

interface Post {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** ALLOWED_SYSTEM_HOSTS. */
  readonly allowedHosts: readonly string[]
  readonly timeoutMs?: number
}

/**
 * Posts to a service and gives status and text of its answer. The host is judged now and the very addresses that were judged
 * are connected to; redirections are not followed. Without TLS only to hosts that the settings name, since a call says whom
 * it is about. Throws SystemError.
 */
export async function post({ url, headers, body, allowedHosts, timeoutMs = 15_000 }: Post) {
  const to = new URL(url)
  const host = to.hostname.replace(/^\[|\]$/g, '')
  const judged = await hostCheck(allowedHosts)(host)
  if (!judged.ok) throw new SystemError({ code: 'host', kind: 'refused' })
  const [address] = judged.addresses
  if (!address) throw new SystemError({ code: 'ENOTFOUND', kind: 'unreachable', retryable: true })
  if (to.protocol === 'http:' && !isNamed(host, judged.addresses, allowedHosts))
    throw new SystemError({ code: 'insecure', kind: 'refused' })
  const family = isIP(address)
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = (to.protocol === 'https:' ? https : http).request(to, {
      method: 'POST',
      agent: false,
      headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
      signal: AbortSignal.timeout(timeoutMs),
      lookup: (_host, options, done) => {
        if (options.all) done(null, [{ address, family }])
        else done(null, address, family)
      },
    })
    sent.on('error', (error) => {
      reject(failure(error))
    })
    sent.on('response', (response) => {
      const parts: Buffer[] = []
      let size = 0
      response.on('data', (part: Buffer) => {
        size += part.length
        if (size > answerLimit) response.destroy(new SystemError({ code: 'too_large', kind: 'data' }))
        else parts.push(part)
      })
      response.on('error', (error) => {
        reject(failure(error))
      })
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') })
      })
    })
    sent.end(body)
  })
}

function failure(error: Error): SystemError {
  if (error instanceof SystemError) return error
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return new SystemError({ code: 'timeout', kind: 'timeout', retryable: true })
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
  return new SystemError({ code, kind: 'unreachable', retryable: true })
}
