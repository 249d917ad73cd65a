import type { ServerBuild } from '@remix-run/node'
import compression from 'compression'
import express from 'express'
import type { NextFunction, Request, Response } from 'express'
import { randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { Socket } from 'node:net'
import { join } from 'node:path'
import proxyaddr from 'proxy-addr'
import { networkOf } from './client-network'
import { readCookieHeader, setCookie } from './cookies.server'
import { csrfToken } from './forms.server'
import { unavailablePage } from './plain-page.server'
import { remixHandler } from './remix-handler.server'
import type { RequestContext } from './context.server'
import type { Runtime } from './runtime.server'
import { isLoopback } from './settings.server'

export type ServerOptions = {
  runtime: Runtime
  build: ServerBuild | (() => Promise<ServerBuild>)
  host: string
  port: number
  /** The client build's folder; absent while Vite serves the files itself. */
  clientFolder?: string
  /** What `/metrics` answers, and who but a program on this machine may read it: who the bearer token names. */
  metrics: {
    contentType: string
    text(): Promise<string>
    mayRead(authorization: string | undefined): Promise<boolean>
  }
  /** Connect middleware that comes first (Vite in development). */
  before?: express.RequestHandler
}

export type RunningServer = { port: number; close(): Promise<void> }

/** Starts our own web server over Remix. Resolves once it listens; rejects with the listen error (EADDRINUSE …). */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const server = createServer(createApplication(options))
  server.requestTimeout = 60_000
  server.headersTimeout = 20_000
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // What Node's parser refuses never reaches the application, so its answer carries the headers here; but never
    // behind an answer on the same connection, where it would be taken for a part of that.
    const answered = socket instanceof Socket && socket.bytesWritten > 0
    if (error.code === 'ECONNRESET' || !socket.writable || answered) return void socket.destroy()
    const line = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request'
    socket.end(`HTTP/1.1 ${line}\r\n${plainHeaders.join('\r\n')}\r\n\r\n`)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  const address = server.address()
  return { port: typeof address === 'object' && address ? address.port : options.port, close: () => drain(server) }
}

const plainHeaders = [
  'Connection: close',
  'Content-Length: 0',
  'Cache-Control: no-store',
  "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options: nosniff',
  'X-Frame-Options: DENY',
  'Referrer-Policy: same-origin',
]

/** Stops listening, lets running answers end, and cuts what is left after ten seconds. */
function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), 10_000)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}

function createApplication({ runtime, build, clientFolder, metrics, before }: ServerOptions): express.Express {
  const app = express()
  app.disable('x-powered-by')
  app.use(believeOnlyTrustedProxies(runtime))
  app.use(securityHeaders(runtime))
  if (before) app.use(before)
  app.get('/healthz', (_request, response) => void response.type('text').send('ok\n'))
  app.get('/readyz', (_request, response) => {
    void databaseAnswers(runtime).then((up) =>
      response
        .status(up ? 200 : 503)
        .type('text')
        .send(up ? 'ready\n' : 'database away\n'),
    )
  })
  app.get('/metrics', (request, response, next) => void answerMetrics(metrics, request, response).catch(next))
  app.use(
    compression({
      filter: (request, response) =>
        !/event-stream/.test(String(response.getHeader('Content-Type'))) && compression.filter(request, response),
    }),
  )
  if (clientFolder) {
    app.use(
      '/assets',
      express.static(join(clientFolder, 'assets'), { immutable: true, maxAge: '1y', fallthrough: false }),
    )
    app.use(express.static(clientFolder, { maxAge: '1h', index: false, redirect: false }))
  }
  app.use(refuseOtherMethods)
  app.use(refuseForeignOrigin(runtime))
  app.use((request: Request, response: Response, next: NextFunction) => {
    void databaseAnswers(runtime).then((up) => (up ? next() : unavailablePage(request, response)))
  })
  app.use((_request: Request, response: Response, next: NextFunction) => {
    response.setHeader('Cache-Control', 'no-store')
    next()
  })
  const handle = remixHandler({ build, contextOf: (request, response) => contextOf(runtime, request, response) })
  app.all('*', (request, response, next) => {
    // Remix builds a URL of these; what it can't parse is the client's mistake.
    const { host = '' } = request.headers
    if (!request.originalUrl.startsWith('/') || !URL.canParse(`http://${host}${request.originalUrl}`)) {
      response.status(400).type('text').send('Bad request\n')
      return
    }
    handle(request, response, next)
  })
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const status = statusOf(error)
    if (status >= 500)
      runtime.log.error({ err: error, requestId: response.locals['requestId'] as string }, 'request failed')
    if (response.headersSent) response.end()
    else
      response
        .status(status)
        .type('text')
        .send(status >= 500 ? 'Something went wrong on our side.\n' : 'Not found\n')
  })
  return app
}

/**
 * For a program on this machine that comes straight here, or with a token. What a reverse proxy on this machine hands on
 * comes from loopback too: it says so in a header, or in the host that was asked for.
 */
async function answerMetrics(metrics: ServerOptions['metrics'], request: Request, response: Response): Promise<void> {
  response.setHeader('Cache-Control', 'no-store')
  const direct =
    response.locals['forwarded'] === false &&
    isLoopback(request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '') &&
    isLoopback(hostnameOf(request.headers.host))
  if (!direct && !(await metrics.mayRead(request.headers.authorization))) {
    response.status(401).setHeader('WWW-Authenticate', 'Bearer').type('text').send('Ask with a token\n')
    return
  }
  response.setHeader('Content-Type', metrics.contentType).send(await metrics.text())
}

const hostnameOf = (host: string | undefined) =>
  URL.canParse(`http://${host ?? ''}`) ? new URL(`http://${host ?? ''}`).hostname : ''

function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500
  return status >= 400 && status < 600 ? status : 500
}

function contextOf(runtime: Runtime, request: Request, response: Response): RequestContext {
  const header = request.headers.cookie ?? ''
  let cookie = readCookieHeader(runtime, header, 'csrf')
  if (!cookie) {
    cookie = randomBytes(18).toString('base64url')
    // Also with a form that came without one: the page that answers it can then be sent again. Not with a hand-off, whose
    // browser may well have one that it just did not send.
    if (!request.path.startsWith('/api/') && !isHandOff(request))
      response.append('Set-Cookie', setCookie(runtime, 'csrf', cookie))
  }
  return {
    runtime,
    nonce: response.locals['nonce'] as string,
    csrf: csrfToken(runtime, cookie),
    clientAddress: response.locals['clientAddress'] as string,
    requestId: response.locals['requestId'] as string,
  }
}

/**
 * `X-Forwarded-*` counts only from TRUSTED_PROXIES and is dropped otherwise. The address behind the proxies is the last
 * one that no trusted proxy has.
 */
function believeOnlyTrustedProxies(runtime: Runtime): express.RequestHandler {
  const trusted = proxyaddr.compile(runtime.settings.TRUSTED_PROXIES)
  return (request, response, next) => {
    const peer = request.socket.remoteAddress ?? ''
    response.locals['forwarded'] = Object.keys(request.headers).some((name) =>
      /^(x-forwarded-|forwarded$|via$)/.test(name),
    )
    if (peer === '' || !trusted(peer, 0))
      for (const name of Object.keys(request.headers))
        if (name.startsWith('x-forwarded-') || name === 'forwarded') Reflect.deleteProperty(request.headers, name)
    response.locals['clientAddress'] = networkOf(proxyaddr(request, trusted))
    // Remix reads the host from here; whatever a proxy says, links and origins are PUBLIC_URL's.
    delete request.headers['x-forwarded-host']
    delete request.headers['x-forwarded-port']
    response.locals['requestId'] = randomUUID()
    next()
  }
}

/** Portal: no script at all. Desk: scripts with this answer's nonce, styles by attribute. */
function securityHeaders(runtime: Runtime): express.RequestHandler {
  const secure = runtime.publicUrl.startsWith('https:')
  return (request, response, next) => {
    const nonce = randomBytes(16).toString('base64')
    response.locals['nonce'] = nonce
    const desk = request.path === '/desk' || request.path.startsWith('/desk/')
    const policy = [
      "default-src 'none'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      ...(desk ? [`script-src 'self' 'nonce-${nonce}'`, "connect-src 'self'", "style-src-attr 'unsafe-inline'"] : []),
    ]
    response.setHeader('Content-Security-Policy', policy.join('; '))
    response.setHeader('X-Content-Type-Options', 'nosniff')
    response.setHeader('X-Frame-Options', 'DENY')
    // `no-referrer` would make browsers send `Origin: null` with forms.
    response.setHeader('Referrer-Policy', 'same-origin')
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=()')
    if (secure) response.setHeader('Strict-Transport-Security', 'max-age=31536000; includeSubDomains')
    next()
  }
}

const methods = ['GET', 'HEAD', 'POST']

/** Pages know three methods; the API answers for itself, except to what no Request can carry (TRACE). */
function refuseOtherMethods(request: Request, response: Response, next: NextFunction): void {
  const known = [...methods, ...(request.path.startsWith('/api/') ? ['PUT', 'PATCH', 'DELETE', 'OPTIONS'] : [])]
  if (known.includes(request.method)) next()
  else response.status(405).setHeader('Allow', methods.join(', ')).type('text').send('Method not allowed\n')
}

/** A write whose Origin is another site's (or `null`) is refused before anything reads it. */
function refuseForeignOrigin(runtime: Runtime): express.RequestHandler {
  const own = new URL(runtime.publicUrl)
  return (request, response, next) => {
    // Remix would compare it with Host.
    if (isHandOff(request)) delete request.headers.origin
    const origin = request.headers.origin
    if (
      request.method === 'GET' ||
      request.method === 'HEAD' ||
      origin === undefined ||
      isOwnOrigin(origin, own, request.headers.host)
    ) {
      // Remix compares Origin with Host once more; behind a proxy the Host may be an inner name.
      if (origin !== undefined)
        request.headers.host = isOwnOrigin(origin, own, request.headers.host) ? new URL(origin).host : own.host
      next()
      return
    }
    response.status(403).type('text').send('This form was sent from another site, so nothing was done.\n')
  }
}

/**
 * The one form that comes from a foreign origin by its nature: the company's log-in posts a signed token. It carries none
 * of our cookies, reads none, and only its token is believed (identity/hand-off). The address to the letter, so that no
 * other action can be reached by it.
 */
function isHandOff(request: Request): boolean {
  return request.method === 'POST' && /^\/(nl|en)\/hand-off$/.test(request.originalUrl)
}

/** On loopback, localhost and 127.0.0.1 with the same port are one place. */
function isOwnOrigin(origin: string, own: URL, host: string | undefined): boolean {
  if (origin === own.origin) return true
  if (!URL.canParse(origin) || !isLoopback(own.hostname)) return false
  const from = new URL(origin)
  return from.protocol === own.protocol && isLoopback(from.hostname) && from.host === host
}

let lastAnswer = 0

/** Whether the own database answers; asked at most once a second while it does. */
async function databaseAnswers(runtime: Runtime): Promise<boolean> {
  const moment = performance.now()
  if (lastAnswer > 0 && moment - lastAnswer < 1000) return true
  try {
    const patience = new Promise<never>((_resolve, reject) =>
      setTimeout(() => reject(new Error('database is slow')), 5000).unref(),
    )
    await Promise.race([runtime.db.execute('select 1'), patience])
    lastAnswer = moment
    return true
  } catch (error) {
    runtime.log.warn({ err: error }, 'database does not answer')
    lastAnswer = 0
    return false
  }
}
