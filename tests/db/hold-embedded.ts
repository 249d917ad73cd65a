// A program for embedded.test.ts: joins or starts the PostgreSQL in the directory given, says so in one line of JSON, and
// stays until it is asked to end by a line on stdin (then it stops what it started) or is killed.
import { createInterface } from 'node:readline'
import { joinOrStartEmbedded } from '../../db/embedded'

async function main(dataDir: string): Promise<void> {
  const server = await joinOrStartEmbedded({ dataDir, settings: { fsync: 'off' } })
  const { port, startedByUs } = server
  process.stdout.write(`${JSON.stringify({ port, startedByUs, url: server.superuserUrl('postgres') })}\n`)
  for await (const _ of createInterface({ input: process.stdin })) break
  await server.stop()
  process.exit(0)
}

void main(process.argv[2] ?? '')
