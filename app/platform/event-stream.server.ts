/** One open line to a browser's EventSource. */
export type EventStream = {
  /** Sends an event; its data has to be JSON. */
  send(name: string, data: unknown): void
  /** Keeps proxies from closing a line on which nothing happens. */
  beat(): void
  /** Ends the line; the browser comes back by itself. */
  end(): void
}

/** So many events wait for a client that takes nothing in; then it is cut off. */
const waitingAtMost = 64
/** After so long a browser comes back. */
const retryMilliseconds = 5_000

/**
 * Answers with server-sent events. `open` gets the line and answers what is to be done when it has ended, whoever ended it.
 */
export function eventStream(request: Request, open: (stream: EventStream) => () => void): Response {
  const headers = {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    // So that draining does not wait for a line on which nothing comes any more.
    Connection: 'close',
    // nginx would collect them
    'X-Accel-Buffering': 'no',
  }
  return new Response(request.method === 'HEAD' ? null : bodyOf(request.signal, open), { headers })
}

function bodyOf(gone: AbortSignal, open: (stream: EventStream) => () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let isOpen = true
  let leave = () => {}
  const close = (how: () => void) => {
    if (!isOpen) return
    isOpen = false
    leave()
    how()
  }
  const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const write = (text: string) => {
      if (!isOpen) return
      if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(text))
      else close(() => controller.error(new DOMException('Nobody takes the events in', 'AbortError')))
    }
    const end = () => close(() => controller.close())
    write(`retry: ${retryMilliseconds}\n\n`)
    leave = open({
      send: (name, data) => write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`),
      beat: () => write(': \n\n'),
      end,
    })
    if (gone.aborted) end()
    gone.addEventListener('abort', end, { once: true })
    // It may have ended while it was opened.
    if (!isOpen) leave()
  }
  return new ReadableStream({ start, cancel: () => close(() => {}) }, { highWaterMark: waitingAtMost })
}
