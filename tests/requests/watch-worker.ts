// A program for watch.test.ts: one round of the watch, in a process of its own, so that it can be killed.
import { openDatabase } from '~db/client'
import { fixedClock } from '~/platform/clock.server'
import { keysFrom } from '~/platform/keys.server'
import { createLog } from '~/platform/log.server'
import { watchRound } from '~/requests/watch/round.server'

const [url = '', key = '', at = ''] = process.argv.slice(2)

async function main(): Promise<void> {
  const { db, close } = openDatabase(url)
  await watchRound({
    db,
    clock: fixedClock(at),
    keys: keysFrom(Buffer.from(key, 'base64')),
    log: createLog('silent'),
    settings: { TRUSTED_PROXIES: [], ALLOWED_SYSTEM_HOSTS: [] },
    publicUrl: 'http://localhost:3000',
    demo: false,
  })
  await close()
}

void main()
