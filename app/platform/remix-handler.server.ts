import { createReadableStreamFromReadable, createRequestHandler } from '@remix-run/node'
import type { AppLoadContext, ServerBuild } from '@remix-run/node'
import type { Request as ExpressRequest, RequestHandler, Response as ExpressResponse } from 'express'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ReadableStream } from 'node:stream/web'

type HandlerOptions = {
  build: ServerBuild | (() => Promise<ServerBuild>)
  contextOf(request: ExpressRequest, response: ExpressResponse): AppLoadContext
}

/**
 * Remix behind Express, as `@remix-run/express` has it, but for one thing: a body is read only as fast as the client takes
 * it in, so that a large file for a slow line, or events that nobody reads, do not pile up in memory.
 */
export function remixHandler({ build, contextOf }: HandlerOptions): RequestHandler {
  const handle = createRequestHandler(build, process.env['NODE_ENV'])
  const respond = async (request: ExpressRequest, response: ExpressResponse) => {
    const answer = await handle(toFetch(request, response), contextOf(request, response))
    await send(answer, response)
  }
  return (request, response, next) => void respond(request, response).catch(next)
}

function toFetch(request: ExpressRequest, response: ExpressResponse): Request {
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  const headers = new Headers()
  for (const [name, values] of Object.entries(request.headers))
    for (const value of [values ?? []].flat()) headers.append(name, value)
  const url = new URL(`${request.protocol}://${request.headers.host ?? ''}${request.originalUrl}`)
  // No Request can carry these; a Host that has them says nothing that we use.
  url.username = url.password = ''
  const { method } = request
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers, signal: gone.signal })
  const body = createReadableStreamFromReadable(request)
  return new Request(url, { method, headers, signal: gone.signal, body, duplex: 'half' })
}

async function send(answer: Response, response: ExpressResponse): Promise<void> {
  response.status(answer.status)
  if (answer.statusText) response.statusMessage = answer.statusText
  for (const [name, value] of answer.headers)
    if (name === 'set-cookie') response.append(name, value)
    else response.setHeader(name, value)
  if (!(answer.body instanceof ReadableStream)) return void response.end()
  // Who waits for events wants to know at once that the line stands.
  if (/^text\/event-stream/.test(answer.headers.get('Content-Type') ?? '')) response.flushHeaders()
  try {
    await pipeline(Readable.fromWeb(answer.body), response)
  } catch (error) {
    // The client went, or was cut off because it took nothing in.
    if (!isAbort(error)) throw error
  }
}

function isAbort(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || (error instanceof Error && error.name === 'AbortError')
}
