import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { processState } from './process'

// Making and starting a cluster takes seconds; a lock this old was left by a process whose number was given out again.
const STALE_AFTER_MS = 120_000

/**
 * Runs `work` while no other process does so under the same lock file. A lock whose holder is dead is taken over.
 * The lock spares double work; that nothing is damaged even without it is seen to by PostgreSQL's own postmaster.pid and
 * by making a cluster under another name first.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const mine = `${process.pid} ${randomBytes(8).toString('hex')}\n`
  while (!(await taken(file, mine))) {
    await removeIfLeft(file)
    await sleep(50 + Math.random() * 50)
  }
  try {
    return await work()
  } finally {
    if ((await contentOf(file)) === mine) await rm(file, { force: true })
  }
}

async function taken(file: string, mine: string): Promise<boolean> {
  try {
    await writeFile(file, mine, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

async function removeIfLeft(file: string): Promise<void> {
  const seen = await contentOf(file)
  const holder = Number(seen?.split(' ')[0])
  const age = await stat(file).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  )
  // An empty file is one that its holder is just writing.
  const left = seen ? processState(holder) === 'gone' || age > STALE_AFTER_MS : age > STALE_AFTER_MS
  if (seen === undefined || !left) return
  // Rename first, look afterwards: of two that see the same dead lock, only one gets it, and a live one is put back.
  const aside = `${file}.${randomBytes(4).toString('hex')}`
  try {
    await rename(file, aside)
    if ((await contentOf(aside)) !== seen) await link(aside, file)
  } catch {
    // somebody else was faster; the next round sees what is there now
  }
  await rm(aside, { force: true })
}

async function contentOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined)
}
