import type { LoaderFunctionArgs } from '@remix-run/node'
import { eventStream } from '~/platform/event-stream.server'
import type { EventStream } from '~/platform/event-stream.server'
import { listenToQueue } from '~/requests/queue-news.server'
import type { QueueNews } from '~/requests/queue-news.server'
import { requireStaff } from '~/staff/require-staff.server'
import { sessionLives } from '~/staff/session-lives.server'

/** So long news is gathered before it goes out, and so often the line is kept awake and its session looked at, in milliseconds. */
const gather = 300
const beat = 10_000

/**
 * GET: a line on which the browser hears that something in the queue changed: which case, nothing else. It ends with the
 * session, which is looked at before each event.
 */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const session = await requireStaff(request, context, 'queue.read')
  // Asked for as the data of a page, it would never come to an end.
  if (!request.headers.get('Accept')?.includes('text/event-stream')) throw new Response(null, { status: 406 })
  const { runtime } = context
  const queue = await listenToQueue(runtime)
  if (!queue) throw new Response(null, { status: 503 })
  const end = (stream: EventStream) => {
    stream.send('ended', {})
    stream.end()
  }
  const whileSignedIn = (stream: EventStream, go: () => void) =>
    void sessionLives(runtime, session, 'queue.read').then(
      (lives) => (lives ? go() : end(stream)),
      () => stream.end(),
    )
  return eventStream(request, (stream) => {
    let gathered: QueueNews[] = []
    let missed = false
    let waiting: NodeJS.Timeout | undefined
    const deliver = () => {
      waiting = undefined
      const news = gathered
      gathered = []
      stream.send(missed ? 'missed' : 'news', missed ? {} : { news })
      missed = false
    }
    const soon = () => (waiting ??= setTimeout(() => whileSignedIn(stream, deliver), gather))
    const leave = queue.add({
      staffId: session.staff.id,
      heard: (news) => {
        gathered.push(news)
        soon()
      },
      missed: () => {
        missed = true
        soon()
      },
      stopped: () => stream.end(),
    })
    if (!leave) end(stream)
    const beats = setInterval(() => whileSignedIn(stream, () => stream.beat()), beat)
    return () => {
      leave?.()
      clearInterval(beats)
      clearTimeout(waiting)
    }
  })
}
