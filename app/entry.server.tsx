import { RemixServer } from '@remix-run/react'
import type { AppLoadContext, EntryContext } from '@remix-run/node'
import { renderWhole } from './platform/render.server'

/** The rooms travel in the same bundle: the launcher finds the program's entry here. */
export { main } from './cli/main'

/**
 * Pages are small and complete: rendered in one piece, and sent when all of it is there. The desk's data for its scripts
 * comes through a boundary that only a stream waits for.
 */
export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  context: EntryContext,
  loadContext: AppLoadContext,
) {
  const { nonce } = loadContext
  const markup = await renderWhole(<RemixServer context={context} url={request.url} nonce={nonce} />, nonce)
  headers.set('Content-Type', 'text/html; charset=utf-8')
  return new Response(markup, { status, headers })
}

/** Answers thrown by ourselves and cancelled requests are no errors; all else is logged once, with its request id. */
export function handleError(error: unknown, { request, context }: { request: Request; context: AppLoadContext }) {
  if (request.signal.aborted || error instanceof Response) return
  const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500
  if (status >= 500 || Number.isNaN(status))
    context.runtime.log.error({ err: error, requestId: context.requestId }, 'request failed')
}
