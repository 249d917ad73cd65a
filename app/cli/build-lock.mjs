import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Runs `work` while no other process runs one under the same lock file; waits for its turn. A lock whose process is gone,
 * or that is older than any build takes, is taken over.
 * @param {string} file
 * @param {() => void} work
 */
export function whileAlone(file, work) {
  mkdirSync(dirname(file), { recursive: true })
  while (!take(file)) {
    if (!lives(holderOf(file)) || isOld(file)) rmSync(file, { force: true })
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  }
  const leave = () => rmSync(file, { force: true })
  process.once('exit', leave)
  work()
  process.off('exit', leave)
  leave()
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Five minutes: by then its number belongs to another process. @param {string} file */
function isOld(file) {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat !== undefined && Date.now() - stat.mtimeMs > 300_000
}

/** @param {string} file @returns {number | null} null while it is being written, or when it has just gone */
function holderOf(file) {
  try {
    return Number(readFileSync(file, 'utf8')) || null
  } catch {
    return null
  }
}

/** @param {number | null} pid */
function lives(pid) {
  if (pid === null) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
