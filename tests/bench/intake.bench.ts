import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { outbox } from '~db/schema'
import { enterCode } from '~/identity/enter-code.server'
import { fileAndAskCode } from '~/identity/file-request.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import type { Bench } from './bench'
import { atOnce, inTurns } from './in-turns'
import { openBenchRuntime, startBenchServer } from './own-database'
import { replayOf } from './replay'
import type { Recording } from './replay'

const connections = 8
const rounds = 9

/**
 * Requests filed and verified a second through the rooms, two transactions each, against the very statements that they
 * send, by hand: recorded once, and sent again with prepared statements and without any work around them.
 */
export default {
  about: 'requests filed and verified a second through the rooms, against the same statements by hand',
  goal: { atLeast: 0.6 },
  async run({ size = 200, ...options }) {
    const server = await startBenchServer(options)
    await server.recreate('intake')
    const ours = await openBenchRuntime(server.url('intake'), { maxConnections: connections })
    const byHand = await openBenchRuntime(server.url('intake'), { maxConnections: connections })
    let people = 0
    try {
      const next = () => fileAndVerify(ours.runtime, people++)
      await next()
      const recording = await recorded(ours.sql, next)
      options.say(`${recording.length} statements a request`)
      const again = replayOf(recording)
      const times = await inTurns(
        () => atOnce(connections, size, next),
        () => atOnce(connections, size, () => again(byHand.sql)),
        { rounds, warmUp: 2 },
      )
      const perSecond = (milliseconds: number) => (1000 * size) / milliseconds
      const figures = { ours: perSecond(times.ours), baseline: perSecond(times.baseline) }
      return [{ name: 'intake', ...figures, unit: '1/s', n: size * rounds }]
    } finally {
      await ours.close()
      await byHand.close()
      await server.close()
    }
  },
} satisfies Bench

const mailSchema = z.object({ code: z.string() })

async function fileAndVerify(runtime: Runtime, person: number): Promise<void> {
  const email = `persoon${person}@bench.example`
  const { binding, requests } = await inTransaction(runtime, (tx) =>
    fileAndAskCode(
      tx,
      runtime,
      {
        kinds: ['access'],
        language: 'nl',
        filedBy: 'self',
        name: `Persoon Nummer${person}`,
        email,
        phone: '+31 6 12345678',
        details: 'Ik wil graag weten welke gegevens u van mij hebt, en waarvoor u ze gebruikt.',
      },
      true,
    ),
  )
  // The code as its receiver reads it in the mail.
  const [mail] = await runtime.db
    .select()
    .from(outbox)
    .where(eq(outbox.requestId, requests[0]?.id ?? ''))
  if (!mail?.propsSealed) throw new Error('No mail with a code')
  const opened = runtime.keys.open('mail', mail.propsSealed, `outbox.props:${mail.id}`)
  const { code } = mailSchema.parse(JSON.parse(Buffer.from(opened).toString('utf8')))
  const entered = await inTransaction(runtime, (tx) => enterCode(tx, runtime, binding, code))
  if (!entered.ok || entered.confirmed.length !== 1) throw new Error('The code did not confirm the request')
}

/** What one work says to the database while nothing else speaks on this pool. */
async function recorded(sql: { options: object }, work: () => Promise<unknown>): Promise<Recording> {
  const recording: Recording = []
  const options: { debug?: unknown } = sql.options
  options.debug = (_connection: number, text: string, parameters: unknown[]) =>
    recording.push({ text, parameters: [...parameters] })
  await work()
  delete options.debug
  return recording
}
