import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Whether a process runs: `gone` also for a dead child that nobody has reaped (in a container whose first process does
 * not), `other` when it is another user's.
 */
export function processState(pid: number): 'running' | 'other' | 'gone' {
  if (!Number.isInteger(pid) || pid <= 0) return 'gone'
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM' ? 'other' : 'gone'
  }
  const stat = readProc(pid, 'stat')
  return stat && /\) [ZX] /.test(stat) ? 'gone' : 'running'
}

/** Whether the process is a PostgreSQL server over this data directory, and not one that was given its number since. */
export function isServerOver(pid: number, dataDirectory: string): boolean {
  if (processState(pid) !== 'running') return false
  const command = readProc(pid, 'cmdline')?.replaceAll('\0', ' ') ?? commandByPs(pid)
  return command.includes('postgres') && command.includes(dataDirectory)
}

function readProc(pid: number, file: 'stat' | 'cmdline'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined
  }
}

function commandByPs(pid: number): string {
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' })
  } catch {
    return ''
  }
}
